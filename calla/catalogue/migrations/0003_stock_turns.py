import uuid

import django.db.models.deletion
from django.db import migrations, models

BAND = "CASE WHEN {0}.backorder THEN 5 ELSE LEAST(GREATEST({0}.on_hand - {0}.allocated - {0}.held - {0}.safety, 0), 4) END"
NOTE = f"""
CREATE FUNCTION catalogue_note_turn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' OR ({BAND.format("OLD")}) <> ({BAND.format("NEW")}) THEN
    INSERT INTO catalogue_stockturn (product_id, variant_id, xid, at)
    SELECT product_id, id, pg_current_xact_id()::text::bigint, clock_timestamp()
    FROM catalogue_variant WHERE id = NEW.variant_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER catalogue_note_turn AFTER INSERT OR UPDATE ON catalogue_stock
FOR EACH ROW EXECUTE FUNCTION catalogue_note_turn();
"""
FORGET = "DROP TRIGGER catalogue_note_turn ON catalogue_stock; DROP FUNCTION catalogue_note_turn();"


class Migration(migrations.Migration):
    """A trigger, since stock changes by relative updates that do not know what number they come to."""

    dependencies = [("catalogue", "0002_facts_covers_and_size_guides")]

    operations = [
        migrations.AddField("generation", "epoch", models.UUIDField(default=uuid.uuid4)),
        migrations.CreateModel(
            name="StockTurn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("xid", models.BigIntegerField(db_index=True)),
                ("at", models.DateTimeField(db_index=True)),
                (
                    "product",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalogue.product",
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalogue.variant",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(NOTE, FORGET),
    ]
