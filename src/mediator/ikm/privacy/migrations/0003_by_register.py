"""Producers by the register that brought them: an organisation's own are found without reading everybody's."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = (("ikm_privacy", "0002_append_only"), ("ikm_producers", "0001_initial"))
    operations = (
        migrations.RunSQL(
            "CREATE INDEX ikm_producer_source ON ikm_producer (source, id) WHERE source <> 'self'",
            "DROP INDEX ikm_producer_source",
        ),
    )
