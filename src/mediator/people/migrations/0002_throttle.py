"""The table of Django's database cache, in which the throttles count; its owner makes it, as all tables."""

from django.db import migrations

MAKE = """
CREATE TABLE throttle (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX throttle_expires ON throttle (expires);
"""


class Migration(migrations.Migration):
    dependencies = (("people", "0001_initial"),)
    operations = (migrations.RunSQL(MAKE, "DROP TABLE throttle;"),)
