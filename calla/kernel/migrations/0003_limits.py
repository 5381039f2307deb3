from django.db import migrations

# Unlogged: what counts tries has no place in the write-ahead log, on standbys and in backups.
MAKE = """
CREATE UNLOGGED TABLE kernel_limit (
    what bytea PRIMARY KEY,
    tries integer NOT NULL,
    ends timestamp with time zone NOT NULL
);
CREATE INDEX kernel_limit_ends ON kernel_limit (ends);
"""
CACHE = """
CREATE UNLOGGED TABLE kernel_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX kernel_cache_expires ON kernel_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_touched")]
    operations = [
        migrations.RunSQL(MAKE, "DROP TABLE kernel_limit"),
        migrations.RunSQL("DROP TABLE kernel_cache", CACHE),
    ]
