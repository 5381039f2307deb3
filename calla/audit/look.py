"""What the checks look at. Each thing is fetched once, when the first check asks for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from urllib.parse import urljoin, urlsplit

from calla.audit import published
from calla.audit.asking import Answer, Browser, NoAnswer, Site
from calla.audit.html import Element
from calla.audit.published import Published
from calla.audit.visit import Visit

DOORS = (
    "/", "/privacy", "/privacy/choices", "/privacy/proof", "/privacy/history", "/cart", "/orders/lookup", "/search?q=a",
    "/collections", "/contact", "/from-us", "/newsletter", "/withdraw", "/account", "/privacy/mine", "/office",
)  # fmt: skip
LOCATION = re.compile(r"<loc>([^<]+)</loc>")
STYLED = re.compile(r"""url\(\s*['"]?([^'")]+)|@import\s+['"]([^'"]+)""")
FETCHED = {
    "script": "src", "img": "src", "iframe": "src", "embed": "src", "source": "src", "video": "src", "audio": "src",
    "track": "src", "object": "data", "link": "href", "input": "src",
}  # fmt: skip
SAID_ONLY = {"canonical", "alternate", "license", "author", "me"}  # links that a browser does not fetch
CHOICES = "/privacy/choices"
TRIED = 8  # products, until one can be put into a bag
NOWHERE = "/a-page-that-is-not-there"


@dataclass
class Look:
    site: Site
    pages: int = 100

    @cached_property
    def policy(self) -> Published:
        return published.read(self.get(published.ADDRESS))

    def get(self, address: str) -> Answer:
        """As somebody who has never been here."""
        return Browser(self.site).get(address)

    @cached_property
    def stranger(self) -> Browser:
        """Whoever looked at the crawled pages, with the cookies that came."""
        return Browser(self.site)

    @cached_property
    def crawled(self) -> list[Answer]:
        """Some hundred pages: the doors that every shop of this kind has, then the map of the site, then its links."""
        waiting, known = list(DOORS), set(DOORS)
        found: list[Answer] = []
        waiting += self._more(self._mapped(), known)
        while waiting and len(found) < self.pages:
            answer = self.stranger.get(waiting.pop(0))
            if answer.is_page and answer.status == 200:
                found.append(answer)
                waiting += self._more(_links(answer), known)
        if not found:
            raise NoAnswer("the shop has no pages")
        return found

    def _mapped(self) -> Iterator[str]:
        for place in LOCATION.findall(self.get("/sitemap.xml").text):
            yield unescape(place)

    def _more(self, links: Iterator[str], known: set[str]) -> Iterator[str]:
        """Those that are the shop's own and new. Of lists with many narrowings the plain one is enough."""
        for link in links:
            path = urlsplit(self.site.whole(link)).path
            if self.site.owns(link) and path not in known and "?" not in link and "." not in path.rpartition("/")[2]:
                known.add(path)
                yield path

    @cached_property
    def visit(self) -> Visit:
        """Somebody who takes every cookie, fills a bag and begins to order."""
        return self.visiting()

    def visiting(self, *, keeps_cookies: bool = True, signal: str = "") -> Visit:
        """Another one, who keeps cookies or does not, and may send a signal of privacy with every request."""
        headers = {signal: "1"} if signal else {}
        return Visit(Browser(self.site, keeps_cookies, headers), self.products[:TRIED])

    @cached_property
    def answered(self) -> Browser:
        """Whoever has said yes to every cookie."""
        browser = Browser(self.site)
        browser.post(CHOICES, [("all", "yes")])
        return browser

    @cached_property
    def products(self) -> list[Answer]:
        return [one for one in self.crawled if one.path.startswith("/products/")]

    @cached_property
    def shown(self) -> list[Answer]:
        """Every page that was met, by looking around and by shopping."""
        crawled = self.crawled
        with suppress(NoAnswer):  # where nothing can be bought just now, there are still pages
            self.visit.go_as_far_as_possible()
        return [*crawled, *(one for one in self.visit.pages if one.is_page)]

    @cached_property
    def fetched(self) -> dict[str, str]:
        """What the browser loads for these pages, and which page asked for it."""
        return {place: page.path for page in self.shown for place in _loads(page)}

    @cached_property
    def files(self) -> list[Answer]:
        """The styles and scripts among it that are the shop's own."""
        wanted = {urlsplit(self.site.whole(place))._replace(fragment="").geturl() for place in self.fetched}
        return [self.get(one) for one in sorted(wanted) if self.site.owns(one) and one.endswith((".css", ".js"))]

    @cached_property
    def missing(self) -> Answer:
        return self.get(NOWHERE)


def _links(answer: Answer) -> Iterator[str]:
    for link in answer.page.all("a"):
        if place := link.own.get("href", ""):
            yield urljoin(answer.url, place)


def _loads(answer: Answer) -> Iterator[str]:
    for one in answer.page.all(*FETCHED, "style"):
        yield from (urljoin(answer.url, place) for place in _places(one) if place and not place.startswith("data:"))


def _places(one: Element) -> Iterator[str]:
    if one.tag == "style":
        yield from styled("".join(text for text in one.inside if isinstance(text, str)))
    elif not (one.tag == "link" and SAID_ONLY & set(one.own.get("rel", "").lower().split())):
        yield one.own.get(FETCHED[one.tag], "")
    for choice in one.own.get("srcset", "").split(","):
        yield (choice.split() or [""])[0]


def styled(text: str) -> list[str]:
    """The addresses in a style sheet."""
    return [place for pair in STYLED.findall(text) for place in pair if place and not place.startswith(("data:", "#"))]
