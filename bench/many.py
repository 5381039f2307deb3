"""A made-up catalogue of any size, six variants to a product, written by the database itself."""

from __future__ import annotations

import os

import psycopg

WORDS = {
    "colours": "Black:#1c1b1a Ivory:#efe6d2 Sand:#cdb48f Rust:#a9552f Red:#b5282c Rose:#dd97a8 Mustard:#c9982f "
    "Sage:#9aa583 Moss:#56663f Sky:#8fa9bf Navy:#1d2a4d Plum:#5b3350",
    "sizes": "XS S M L XL 34 36 38 40 42 44 46",
    "kinds": "dress blouse shirt skirt coat jacket knit trousers jeans gown jumpsuit scarf",
    "cloths": "linen cotton silk wool viscose denim satin chiffon velvet jersey poplin tweed",
    "flowers": "arum bryony clover daisy elder fern ginger hazel iris jasmine kale lily mallow nettle olive poppy",
}
FACTORS = {"m3": 7919, "m5": 104729, "m7": 1299709, "m11": 611953, "m13": 15485863}
MIXED = "((n::bigint * {0}) % 1000003)"  # spreads without chance, so that every run measures the same shop

STATEMENTS = (
    """INSERT INTO catalogue_category (id, handle, title, position, size_guide)
    SELECT k, (%(kinds)s::text[])[k], initcap((%(kinds)s::text[])[k]), k, '{{}}' FROM generate_series(1, 12) k""",
    """INSERT INTO catalogue_product (id, handle, title, description, made_by, category_id, tags, facts, seo_title,
       seo_description, published_at, created_at, updated_at, revision)
    SELECT n, 'piece-' || n,
      initcap((%(flowers)s::text[])[1 + n % 16] || ' ' || (%(cloths)s::text[])[1 + {m7} % 12] || ' '
              || (%(kinds)s::text[])[1 + {m3} % 12]) || ' ' || n,
      '<p>Cut close to the body and sewn with care, for the day and for the evening after it. Number ' || n || '.</p>',
      'Calladream', 1 + {m3} % 12, ARRAY['women', 'fit:' || (ARRAY['slim','regular','relaxed'])[1 + n % 3]],
      jsonb_build_array(jsonb_build_array('material', '100 % ' || (%(cloths)s::text[])[1 + {m7} % 12])), '', '',
      now() - interval '1 day', now() - n * interval '1 second', now(), 1 + n / 500
    FROM generate_series(1, %(count)s) n""",
    """INSERT INTO catalogue_option (id, product_id, name, position)
    SELECT 2 * n + o, n, (ARRAY['Colour', 'Size'])[1 + o], o
    FROM generate_series(1, %(count)s) n, generate_series(0, 1) o""",
    """INSERT INTO catalogue_optionvalue (id, option_id, value, position, swatch)
    SELECT 5 * n + v, 2 * n, split_part(c, ':', 1), v, split_part(c, ':', 2)
    FROM generate_series(1, %(count)s) n, generate_series(0, 1) v,
      LATERAL (SELECT (%(colours)s::text[])[1 + ({m5} + 5 * v) % 12] c) x
    UNION ALL
    SELECT 5 * n + 2 + v, 2 * n + 1, (%(sizes)s::text[])[1 + (n % 10) + v], v, ''
    FROM generate_series(1, %(count)s) n, generate_series(0, 2) v""",
    """INSERT INTO catalogue_picture (id, product_id, file, original, waiting, renditions, refused, source, alt,
      position, width, height)
    SELECT 2 * n + p, n, 'demo/' || n || '-' || p || '.svg', '', false, '{{}}', '', '', 'Piece ' || n, p, 900, 1200
    FROM generate_series(1, %(count)s) n, generate_series(0, 1) p""",
    """INSERT INTO catalogue_variant (id, product_id, title, sku, barcode, price_minor, weight_grams, position, offered,
      picture_id)
    SELECT 6 * n + v, n, 'v' || v, 'P' || n || '-' || v, '', 1900 + 100 * ({m11} % 480), 400, v, true, 2 * n + v / 3
    FROM generate_series(1, %(count)s) n, generate_series(0, 5) v""",
    """INSERT INTO catalogue_variantvalue (variant_id, option_id, value_id)
    SELECT 6 * n + v, 2 * n, 5 * n + v / 3 FROM generate_series(1, %(count)s) n, generate_series(0, 5) v
    UNION ALL
    SELECT 6 * n + v, 2 * n + 1, 5 * n + 2 + v % 3 FROM generate_series(1, %(count)s) n, generate_series(0, 5) v""",
    """INSERT INTO catalogue_stock (variant_id, on_hand, allocated, held, safety, backorder)
    SELECT 6 * n + v, ((n + 3 * v) % 8), 0, 0, 0, false
    FROM generate_series(1, %(count)s) n, generate_series(0, 5) v""",
    """INSERT INTO catalogue_pricechange (variant_id, price_minor, at)
    SELECT id, price_minor, now() FROM catalogue_variant""",
    """INSERT INTO catalogue_collection (id, handle, title, description, position, published, cover)
    VALUES (1, 'everything', 'Everything', '<p>All there is.</p>', 1, true, '{{}}'),
           (2, 'summer', 'Summer', '<p>A fifth of it.</p>', 2, true, '{{}}')""",
    """INSERT INTO catalogue_collectionitem (collection_id, product_id, position)
    SELECT 1, n, {m13} FROM generate_series(1, %(count)s) n
    UNION ALL SELECT 2, n, {m13} FROM generate_series(1, %(count)s) n WHERE n % 5 = 0""",
    "INSERT INTO catalogue_generation (id, number, epoch) VALUES (1, 1 + %(count)s / 500, gen_random_uuid())",
)


def fill(count: int) -> None:
    """Each statement with the triggers of the shop's own tables; then the planner is told what there is."""
    values: dict[str, object] = {"count": count, **{name: words.split() for name, words in WORDS.items()}}
    mixed = {name: MIXED.format(factor) for name, factor in FACTORS.items()}
    with psycopg.connect(os.environ["CALLA_DATABASE_URL"], autocommit=True) as connection:
        for statement in STATEMENTS:
            connection.execute(statement.format(**mixed).replace(" % ", " %% "), values)  # type: ignore[arg-type]
        connection.execute("TRUNCATE catalogue_stockturn")
        connection.execute("ANALYZE")
