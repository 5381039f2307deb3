from __future__ import annotations

from collections import defaultdict

from calla.catalogue.selectors import statements
from calla.catalogue.selectors.products import picture
from calla.catalogue.selectors.seen import PRODUCTS
from calla.catalogue.selectors.shop import collections
from calla.catalogue.types import PictureView
from calla.kernel import clock, pagestore

LOOKS = """
SELECT c.id, look.product, look.title, look.picture
FROM catalogue_collection c
CROSS JOIN LATERAL (
   SELECT p.id AS product, p.title, i.position, (SELECT row_to_json(f) FROM (
      SELECT * FROM catalogue_picture
      WHERE product_id = p.id AND file <> '' ORDER BY position, id LIMIT 1) f) AS picture
   FROM catalogue_collectionitem i JOIN catalogue_product p ON p.id = i.product_id
   WHERE i.collection_id = c.id AND p.published_at <= %(now)s
   ORDER BY i.position, i.id LIMIT %(each)s
) look
WHERE c.published
ORDER BY c.id, look.position
"""


def looks(*, each: int = 3) -> dict[int, list[PictureView]]:
    """The pictures of the first few pieces of every collection, by its id."""
    found: dict[int, list[PictureView]] = defaultdict(list)
    rows = statements.read(LOOKS, each=each, now=clock.now())
    pagestore.saw(PRODUCTS, *(f"collection:{one.id}" for one in collections()))
    pagestore.saw(*(f"face:{row['product']}" for row in rows))  # also of those that have no picture yet
    for row in rows:
        if row["picture"]:
            found[row["id"]].append(picture(row["picture"], row["title"]))
    return found
