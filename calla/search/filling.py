"""How the cards follow the catalogue: one process at a time writes them, all read them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection, transaction

from calla.catalogue import selectors as catalogue
from calla.search import cards
from calla.search.models import Card, Indexed

COLUMNS = ["generation", "entry", "tile"]


TILES = "SELECT product_id, tile FROM search_card WHERE product_id = ANY(%s) AND tile <> ''"


def tiles_of(products: Iterable[int]) -> dict[int, str]:
    """Written out: put together by the ORM, the question would cost as much as the rest of the search."""
    with connection.cursor() as cursor:
        cursor.execute(TILES, [list(products)])
        return dict(cursor.fetchall())


def followed() -> int:
    return Indexed.objects.values_list("generation", flat=True).first() or 0


@transaction.atomic
def follow(most: int) -> int:
    """Make the cards of the next `most` products that changed anew. Returns the generation followed to.

    One at a time: whoever comes second finds less to do, or nothing.
    """
    Indexed.objects.get_or_create(pk=1)
    after = Indexed.objects.select_for_update().get(pk=1).generation
    stands = catalogue.generation()
    if stands <= after:
        return after
    documents, until = catalogue.documents(after=after, most=most)
    until = until if documents else stands
    shown = {one.id: one for one in documents if one.published_at is not None and one.variants}
    tiles = {data["id"]: cards.tile(data) for data in catalogue.tile_data(shown, ahead=True)}
    made = [
        Card(
            product_id=one.id,
            generation=until,
            entry=cards.entry(one) if one.id in tiles else "",
            tile=tiles.get(one.id, ""),
        )
        for one in documents
    ]
    Card.objects.bulk_create(
        made, batch_size=500, update_conflicts=True, unique_fields=["product"], update_fields=COLUMNS
    )
    Indexed.objects.filter(pk=1).update(generation=until)
    return until
