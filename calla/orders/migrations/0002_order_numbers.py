from django.db import migrations


class Migration(migrations.Migration):
    """Numbers come from a sequence: no two orders share one, and nobody waits for anybody to get theirs."""

    dependencies = [("orders", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE orders_number START WITH 10001",
            "DROP SEQUENCE orders_number",
        ),
    ]
