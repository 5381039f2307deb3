"""Read pages as a browser would: links, forms and their fields, with entities resolved."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Form:
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[dict[str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """What a page holds. `elements` are all tags with their attributes, `text` is what can be read."""

    def __init__(self, response: Any) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.forms: list[Form] = []
        self.title = self._selecting = ""
        self._texts: list[str] = []
        self._open: list[str] = []
        self.feed(response.content.decode())
        self.text = " ".join(" ".join(self._texts).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = {name: value or "" for name, value in attrs}
        self.elements.append((tag, own))
        if tag not in VOID:
            self._open.append(tag)
        if tag == "form":
            self.forms.append(Form(own.get("action", ""), own.get("method", "get")))
        elif self.forms and "form" in self._open:
            self._note_field(tag, own)

    def _note_field(self, tag: str, own: dict[str, str]) -> None:
        form, chosen = self.forms[-1], own.get("type") not in {"checkbox", "radio"} or "checked" in own
        if tag == "input" and "name" in own and chosen and "disabled" not in own:
            form.fields[own["name"]] = own.get("value", "on")
        elif tag == "button":
            form.buttons.append(own)
        elif tag == "select":
            self._selecting = own["name"]
            form.fields.setdefault(self._selecting, "")
        elif tag == "option" and "selected" in own:
            form.fields[self._selecting] = own["value"]

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "title":
            self.title += data
        elif not self._open or self._open[-1] not in {"script", "style"}:
            self._texts.append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [own for name, own in self.elements if name == tag]

    def links(self) -> list[str]:
        return [own["href"] for own in self.all("a") if "href" in own]

    def form(self, action: str) -> Form:
        [found] = [form for form in self.forms if form.action.endswith(action)]
        return found

    def with_id(self, identity: str) -> dict[str, str]:
        [found] = [own for _, own in self.elements if own.get("id") == identity]
        return found
