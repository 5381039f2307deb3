"""The reads of hot pages, written out: put together by the ORM they would cost ten times what they cost here.

Each gives all that a page shows of its rows in one question, with what belongs to a row beside it as JSON.
"""

from __future__ import annotations

import json
from typing import Any

from django.db import connection

PRODUCT = """
SELECT p.id, p.handle, p.title, p.description, p.made_by, p.tags, p.seo_title, p.seo_description, p.created_at,
  c.id AS category_id, up.id AS above_id, root.id AS root_id,
  p.facts, COALESCE(NULLIF(c.size_guide, '{}'), NULLIF(up.size_guide, '{}'), root.size_guide) AS size_guide,
  c.handle AS category, c.title AS category_title, up.handle AS above, root.handle AS root,
  (SELECT json_agg(f ORDER BY f.position, f.id) FROM (
     SELECT id, file, renditions, alt, width, height, position FROM catalogue_picture
     WHERE product_id = p.id AND file <> '') f
  ) AS pictures,
  (SELECT json_agg(n.product_id) FROM (
     (SELECT b.product_id FROM catalogue_collectionitem a
      CROSS JOIN LATERAL (  -- not a join, for which whole collections would be read and sorted
        SELECT product_id, position FROM catalogue_collectionitem
        WHERE collection_id = a.collection_id AND position > a.position ORDER BY position LIMIT 8) b
      WHERE a.product_id = p.id ORDER BY b.position LIMIT 8)
     UNION ALL
     (SELECT q.id FROM catalogue_product q
      WHERE q.category_id = p.category_id AND q.id < p.id ORDER BY q.id DESC LIMIT 8)
  ) n) AS related
FROM catalogue_product p
LEFT JOIN catalogue_category c ON c.id = p.category_id
LEFT JOIN catalogue_category up ON up.id = c.parent_id
LEFT JOIN catalogue_category root ON root.id = up.parent_id
WHERE p.handle = %(handle)s AND p.published_at <= %(now)s
"""

VARIANTS = """
SELECT v.id, v.product_id, p.handle AS product_handle, p.title AS product_title, v.title, v.sku, v.weight_grams,
  v.price_minor, v.compare_at_minor, COALESCE(s.backorder, false) AS backorder,
  COALESCE(p.published_at <= %(now)s AND v.offered, false) AS published,
  CASE WHEN s.backorder THEN %(on_backorder)s ELSE GREATEST(COALESCE(s.on_hand - s.allocated - s.safety - (
     SELECT COALESCE(sum(h.quantity), 0) FROM catalogue_stockhold h WHERE h.variant_id = v.id AND h.expires_at > %(now)s
  ), 0), 0) END AS available,
  (SELECT row_to_json(f) FROM (
     SELECT file, renditions, alt, width, height FROM catalogue_picture
     WHERE product_id = v.product_id AND file <> '' ORDER BY id = v.picture_id DESC NULLS LAST, position, id LIMIT 1) f
  ) AS picture,
  (SELECT json_agg(f ORDER BY f.place, f.id) FROM (
     SELECT o.name AS option, w.value, w.swatch, w.position, o.position AS place, o.id
     FROM catalogue_variantvalue vv
     JOIN catalogue_option o ON o.id = vv.option_id JOIN catalogue_optionvalue w ON w.id = vv.value_id
     WHERE vv.variant_id = v.id) f
  ) AS values,
  CASE WHEN v.compare_at_minor IS NOT NULL THEN (SELECT json_agg(f ORDER BY f.at, f.id) FROM (
     SELECT id, at, price_minor AS minor FROM catalogue_pricechange WHERE variant_id = v.id) f) END AS prices
FROM catalogue_variant v
JOIN catalogue_product p ON p.id = v.product_id
LEFT JOIN catalogue_stock s ON s.variant_id = v.id
WHERE v.id = ANY(%(ids)s) OR (v.product_id = %(product)s AND v.offered)
ORDER BY v.position, v.id
"""

TILES = """
SELECT p.id, p.handle, p.title, p.made_by, p.created_at, v.price_minor, v.compare_at_minor, v.dearest_minor,
  COALESCE((
     SELECT true FROM catalogue_variant w JOIN catalogue_stock s ON s.variant_id = w.id
     WHERE w.product_id = p.id AND w.offered AND (s.backorder OR s.on_hand - s.allocated - s.held - s.safety > 0)
     LIMIT 1
  ), false) AS available,  -- not EXISTS, for which many products would have the stock of the whole shop read
  (SELECT json_agg(f) FROM (
     SELECT file, renditions, alt, width, height FROM catalogue_picture WHERE product_id = p.id AND file <> ''
     ORDER BY position, id LIMIT 2) f
  ) AS pictures,
  (SELECT json_agg(f ORDER BY f.position, f.id) FROM (
     SELECT o.name AS option, w.value, w.swatch, w.position, w.id, b.id AS "like", row_to_json(shown) AS picture
     FROM catalogue_option o
     JOIN catalogue_optionvalue w ON w.option_id = o.id
     JOIN LATERAL (
        SELECT b.id, b.picture_id FROM catalogue_variantvalue vv JOIN catalogue_variant b ON b.id = vv.variant_id
        WHERE vv.value_id = w.id AND b.offered ORDER BY b.position, b.id LIMIT 1) b ON true
     LEFT JOIN LATERAL (
        SELECT file, renditions, alt, width, height FROM catalogue_picture WHERE id = b.picture_id AND file <> ''
     ) shown ON true
     WHERE o.product_id = p.id AND (w.swatch <> '' OR lower(o.name) ~ '^colou?r|^farbe')) f
  ) AS swatches,
  CASE WHEN v.compare_at_minor IS NOT NULL THEN (SELECT json_agg(f ORDER BY f.at, f.id) FROM (
     SELECT id, at, price_minor AS minor FROM catalogue_pricechange WHERE variant_id = v.id) f) END AS prices
FROM catalogue_product p
JOIN LATERAL (
   SELECT id, price_minor, compare_at_minor, max(price_minor) OVER () AS dearest_minor
   FROM catalogue_variant WHERE product_id = p.id AND offered ORDER BY price_minor, position, id LIMIT 1
) v ON true
WHERE p.id = ANY(%(ids)s) AND p.published_at <= %(now)s
"""

PULSE = """
SELECT g.number, g.epoch, pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest,
  (SELECT json_agg(json_build_array(t.product_id, t.variant_id,
     s.backorder OR s.on_hand - s.allocated - s.held - s.safety > 0))
   FROM (SELECT DISTINCT product_id, variant_id FROM catalogue_stockturn WHERE xid >= %(since)s) t
   JOIN catalogue_stock s ON s.variant_id = t.variant_id
  ) AS turns
FROM (SELECT COALESCE(max(number), 0) AS number, max(epoch::text) AS epoch FROM catalogue_generation) g
"""

SOLD_OUT = """
SELECT v.id FROM catalogue_variant v LEFT JOIN catalogue_stock s ON s.variant_id = v.id
WHERE v.product_id = ANY(%(products)s) AND v.offered
AND NOT COALESCE(s.backorder OR s.on_hand - s.allocated - s.held - s.safety > 0, false)
"""

AS_JSON = frozenset({
    "facts", "picture", "pictures", "prices", "related", "size_guide", "swatches", "turns", "values",
})  # fmt: skip


_names: dict[str, tuple[str, ...]] = {}  # of a statement's columns: the driver makes much of them, each time anew


def read(statement: str, **values: Any) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        if statement not in _names:
            _names[statement] = tuple(column.name for column in cursor.description or ())
        return [_row(_names[statement], row) for row in cursor.fetchall()]


def _row(names: tuple[str, ...], row: tuple[Any, ...]) -> dict[str, Any]:
    """Lists that are empty come as nothing; the ORM has taught this connection to give JSON as text."""
    read = dict(zip(names, row, strict=True))
    for name in AS_JSON & read.keys():
        found = read[name]
        read[name] = json.loads(found) if isinstance(found, str) else found or []
    return read
