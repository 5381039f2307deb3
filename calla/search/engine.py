"""What a search engine must do for the shop, so that another can take the place of the plain one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from calla.catalogue.types import Document
from calla.search.types import Hits, Query, Suggestion


class Engine(Protocol):
    """Finds among the documents it was given last. It knows words and numbers, never who asks."""

    def followed(self) -> int:
        """The generation of the catalogue up to which it knows everything."""

    def take(self, documents: Sequence[Document], generation: int) -> None:
        """Know these as they are now, forget the drafts among them, and from then on have followed to `generation`."""

    def find(self, query: Query) -> Hits: ...

    def suggest(self, prefix: str, most: int) -> tuple[Suggestion, ...]:
        """Products whose title has a word that begins so, the best first."""
