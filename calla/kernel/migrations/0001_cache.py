from django.db import migrations

# The shape Django's database cache expects. Unlogged: what counts attempts at signing in has no place in the
# write-ahead log, on standbys and in backups; after a crash the table starts empty.
MAKE = """
CREATE UNLOGGED TABLE kernel_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX kernel_cache_expires ON kernel_cache (expires);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(MAKE, "DROP TABLE kernel_cache")]
