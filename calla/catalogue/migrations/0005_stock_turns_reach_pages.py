from django.db import migrations

BAND = "CASE WHEN {0}.backorder THEN 5 ELSE LEAST(GREATEST({0}.on_hand - {0}.allocated - {0}.held - {0}.safety, 0), 4) END"
OLD, NEW = BAND.format("OLD"), BAND.format("NEW")
FUNCTION = """
CREATE OR REPLACE FUNCTION catalogue_note_turn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' OR ({OLD}) <> ({NEW}) THEN
    INSERT INTO catalogue_stockturn (product_id, variant_id, xid, at)
    SELECT product_id, id, pg_current_xact_id()::text::bigint, clock_timestamp()
    FROM catalogue_variant WHERE id = NEW.variant_id;
  END IF;
{pages}  RETURN NULL;
END $$;
"""
# Pages that show the stock, or whether there is any, are told in the same transaction. Those of a new variant are told
# by whoever made it.
PAGES = f"""
  IF TG_OP = 'UPDATE' AND ({OLD}) <> ({NEW}) THEN
    INSERT INTO kernel_touched (keys)
    SELECT ARRAY['stock:' || product_id] || CASE WHEN (({OLD}) = 0) = (({NEW}) = 0) THEN '{{}}'::text[] ELSE
      ARRAY['sold:' || product_id, 'offers'] || ARRAY(
        SELECT 'offer:' || collection_id FROM catalogue_collectionitem i WHERE i.product_id = v.product_id
      ) END
    FROM catalogue_variant v WHERE id = NEW.variant_id;
  END IF;
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0004_pictures_from_photos"), ("kernel", "0002_touched")]
    operations = [
        migrations.RunSQL(
            FUNCTION.format(OLD=OLD, NEW=NEW, pages=PAGES), FUNCTION.format(OLD=OLD, NEW=NEW, pages="")
        ),
    ]
