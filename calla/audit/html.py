"""A page as a tree of elements, with forms as a browser without scripts would send them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
UNSENT = {"submit", "button", "reset", "image", "file"}
UNREAD = {"script", "style", "title"}


@dataclass
class Element:
    tag: str
    own: dict[str, str]
    inside: list[Element | str] = field(default_factory=list)

    def all(self, *tags: str) -> Iterator[Element]:
        for one in self.inside:
            if isinstance(one, Element):
                if not tags or one.tag in tags:
                    yield one
                yield from one.all(*tags)

    def first(self, tag: str) -> Element:
        return next(self.all(tag))

    def with_id(self, identity: str) -> Element | None:
        return next((one for one in self.all() if one.own.get("id") == identity), None)

    @property
    def text(self) -> str:
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for one in self.inside:
            if isinstance(one, str):
                yield one
            elif one.tag not in UNREAD:
                yield from one._texts()
                yield " "

    def controls(self) -> Iterator[Element]:
        """What can be filled in and is sent, in the order of the page."""
        for one in self.all("input", "select", "textarea"):
            if "name" in one.own and "disabled" not in one.own and one.own.get("type") not in UNSENT:
                yield one

    def sent(self) -> list[tuple[str, str]]:
        """Names and values as the page has them, if nobody touches anything."""
        return [pair for one in self.controls() for pair in _sent(one)]


def _sent(one: Element) -> list[tuple[str, str]]:
    name = one.own["name"]
    if one.tag == "select":
        choices = list(one.all("option"))
        chosen = [choice for choice in choices if "selected" in choice.own] or choices[:1]
        return [(name, choice.own.get("value", choice.text)) for choice in chosen[:1]]
    if one.tag == "textarea":
        return [(name, "".join(one._texts()))]
    if one.own.get("type") in {"checkbox", "radio"}:
        return [(name, one.own.get("value", "on"))] if "checked" in one.own else []
    return [(name, one.own.get("value", ""))]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("page", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].inside.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if any(one.tag == tag for one in self._open[1:]):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)


def read(html: str) -> Element:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root
