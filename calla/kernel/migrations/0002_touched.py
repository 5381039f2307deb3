from django.db import migrations

# What has changed, committed with the change itself and deleted as soon as every web process was told. `due_at` is
# empty for at once.
MAKE = """
CREATE TABLE kernel_touched (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    keys text[] NOT NULL,
    due_at timestamp with time zone
);
CREATE INDEX kernel_touched_due ON kernel_touched (due_at);
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_cache")]
    operations = [migrations.RunSQL(MAKE, "DROP TABLE kernel_touched")]
