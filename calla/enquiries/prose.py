"""Text of several lines as somebody wrote it, without what no text holds."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser

BREAKS = frozenset(
    ("address", "article", "blockquote", "br", "dd", "div", "dt", "footer", "h1", "h2", "h3", "h4", "h5", "h6",
     "header", "hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul")
)  # fmt: skip
UNSEEN = frozenset({"head", "script", "style", "template", "title"})
NO_TEXT = {"Cc", "Cs", "Co"}


def tidy(text: str) -> str:
    """Composed letters, lines that end alike, no more than one empty line in a row, no control characters."""
    lines = re.split(r"\r\n|[\n\r\v\f\x85\u2028\u2029]", unicodedata.normalize("NFC", text))
    plain = ("".join(_kept(letter) for letter in line).rstrip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(plain)).strip()


def _kept(letter: str) -> str:
    return " " if letter == "\t" else "" if unicodedata.category(letter) in NO_TEXT else letter


def of_html(html: str) -> str:
    """What a reader sees of it."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.texts)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._unseen = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNSEEN and not self._unseen:
            self._unseen = tag
        elif tag in BREAKS:
            self.texts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._unseen:
            self._unseen = ""
        elif tag in BREAKS:
            self.texts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.texts.append(" ".join(re.split(r"\s+", data)))
