"""Descriptions come from files and editors of any origin; what is stored is harmless and loads nothing."""

from __future__ import annotations

import html
import re

import nh3

from calla.policy import enforces

# fmt: off
TAGS = frozenset({
    "b", "blockquote", "br", "caption", "dd", "dl", "dt", "em", "h2", "h3", "h4", "h5", "h6", "hr", "i", "li", "ol",
    "p", "s", "small", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
})
# fmt: on
HIDDEN = frozenset({"iframe", "math", "noscript", "object", "script", "style", "svg", "template", "title"})
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ufeff\ufffe\uffff]")
BLOCK = re.compile(r"<(p|ul|ol|dl|table|h[2-6]|blockquote)\b")


@enforces("one_seller")
def safe(text: str) -> str:
    """Paragraphs, lists, tables and emphasis stay; scripts, frames, media, links and all attributes go."""
    cleaned = nh3.clean(printable(text), tags=set(TAGS), clean_content_tags=set(HIDDEN), attributes={}, link_rel=None)
    cleaned = cleaned.strip()
    return cleaned if BLOCK.search(cleaned) else _paragraphs(cleaned)


def printable(text: str) -> str:
    return UNPRINTABLE.sub("", text)


def plain(text: str) -> str:
    """The words alone, for search and for descriptions of pages."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def _paragraphs(text: str) -> str:
    parts = [part.strip() for part in re.split(r"\n\s*\n", text)]
    return "\n".join(f"<p>{part}</p>" for part in parts if part)
