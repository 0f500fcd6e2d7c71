"""The log over all books and its signed checkpoints, append-only like the journal."""

from django.db import migrations, models

from mediator.config.embedded import APP_ROLE

TABLES = ("log_leaf", "log_node", "checkpoint")

APPEND_ONLY = "".join(
    f"""
CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {APP_ROLE};
"""
    for table in TABLES
)
REVERSE = "".join(f"DROP TRIGGER {table}_is_append_only ON {table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = (("ledger", "0002_append_only"),)
    operations = (
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("root", models.BinaryField()),
                ("note", models.TextField()),
            ],
            options={"db_table": "checkpoint"},
        ),
        migrations.CreateModel(
            name="LogLeaf",
            fields=[
                ("n", models.BigIntegerField(primary_key=True, serialize=False)),
                ("book_id", models.UUIDField()),
                ("seq", models.BigIntegerField()),
                ("hash", models.BinaryField()),
            ],
            options={
                "db_table": "log_leaf",
                "constraints": [models.UniqueConstraint(fields=("book_id", "seq"), name="a_link_is_logged_once")],
            },
        ),
        migrations.CreateModel(
            name="LogNode",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "level", "n", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("level", models.SmallIntegerField()),
                ("n", models.BigIntegerField()),
                ("hash", models.BinaryField()),
            ],
            options={"db_table": "log_node"},
        ),
        migrations.RunSQL(APPEND_ONLY, REVERSE),
    )
