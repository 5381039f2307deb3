"""A browser without scripts: it follows links and redirects, and sends forms as their pages wrote them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from calla.audit.html import Element, read


class Visitor:
    """Somebody at such a browser. With `cookies=False` it keeps none, like one that was told to refuse them all.

    `at` is an address of this machine to come from: whoever tries a lot does so from one of their own.
    """

    def __init__(self, base: str, *, cookies: bool = True, at: str = "127.0.0.1") -> None:
        nobody = DefaultCookiePolicy(allowed_domains=[])
        jar = CookieJar() if cookies else CookieJar(policy=nobody)
        # certificates are for https; to load them costs more than the visit
        way = httpx.HTTPTransport(verify=False, local_address=at)
        self.client = httpx.Client(base_url=base, timeout=60, follow_redirects=True, cookies=jar, transport=way)
        self.answer = httpx.Response(204)

    def __enter__(self) -> Visitor:
        return self

    def __exit__(self, *error: object) -> None:
        self.client.close()

    def __repr__(self) -> str:
        return f"<at {self.url}, {self.status}: {self.text[:300]}>"

    @cached_property
    def page(self) -> Element:
        kind = self.answer.headers.get("content-type", "")
        return read(self.answer.text) if "html" in kind else Element("page", {})

    @property
    def url(self) -> str:
        return str(self.answer.url)

    @property
    def path(self) -> str:
        return self.answer.url.path

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def text(self) -> str:
        return self.page.text

    @property
    def title(self) -> str:
        return "".join(one for one in self.page.first("title").inside if isinstance(one, str))

    def open(self, address: str) -> Visitor:
        return self._go("GET", address, "none")

    def follow(self, words: str) -> Visitor:
        """The first link that says this."""
        link = next((one for one in self.page.all("a") if words in one.text), None)
        assert link is not None, f"no link “{words}” on {self.path}: {self.text[:600]}"
        return self._go("GET", link.own["href"], self._site(link.own["href"]))

    def form(self, button: str) -> tuple[Element, Element]:
        """The form that has this button, and the button."""
        for form in self.page.all("form"):
            for one in form.all("button"):
                if one.text.startswith(button) and "disabled" not in one.own:
                    return form, one
        raise AssertionError(f"no button “{button}” on {self.path} ({self.status}): {self.text[:600]}")

    def prepared(self, button: str, **typed: str) -> tuple[str, str, list[tuple[str, str]]]:
        """Method, address and fields that pressing this button sends. Only what the page has can be filled in."""
        form, pressed = self.form(button)
        fields = form.sent()
        for name, value in typed.items():
            controls = [one for one in form.controls() if one.own["name"] == name]
            assert controls, f"no field {name} in the form of “{button}” on {self.path}"
            if controls[0].own.get("type") == "radio":
                assert value in {one.own.get("value") for one in controls}, f"{name} offers no {value}"
            fields = [pair for pair in fields if pair[0] != name] + ([(name, value)] if value else [])
        if "name" in pressed.own:
            fields.append((pressed.own["name"], pressed.own.get("value", "")))
        address = pressed.own.get("formaction") or form.own.get("action") or self.url
        return form.own.get("method", "get").upper(), urljoin(self.url, address), fields

    def press(self, button: str, **typed: str) -> Visitor:
        method, address, fields = self.prepared(button, **typed)
        if method == "GET":
            address = address.partition("?")[0] + f"?{httpx.QueryParams(fields)}"
            return self._go("GET", address, self._site(address))
        return self._go("POST", address, self._site(address), data=_body(fields))

    def _go(self, method: str, address: str, site: str, **more: Any) -> Visitor:
        headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate"}
        if method == "POST":
            headers["Origin"] = _origin(self.url)
        target = urljoin(self.url, address) if self.answer.status_code != 204 else address
        self.answer = self.client.request(method, target, headers=headers, **more)
        self.__dict__.pop("page", None)
        return self

    def _site(self, address: str) -> str:
        return "same-origin" if _origin(urljoin(self.url, address)) == _origin(self.url) else "same-site"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _body(fields: list[tuple[str, str]]) -> Mapping[str, list[str]]:
    """As httpx takes repeated names."""
    body: dict[str, list[str]] = {}
    for name, value in fields:
        body.setdefault(name, []).append(value)
    return body


def autofilled(form: Element, person: Mapping[str, str], *, section: str = "shipping") -> dict[str, str]:
    """What a browser's autofill types: by `autocomplete` token, whatever the fields are called."""
    filled = {}
    for one in form.controls():
        tokens = one.own.get("autocomplete", "").split()
        if tokens and tokens[-1] in person and (len(tokens) == 1 or tokens[0] == section):
            filled[one.own["name"]] = person[tokens[-1]]
    return filled
