"""Freezes of books, what operators did, and the outcomes of audits; the last two are append-only."""

from django.db import migrations, models

from mediator.config.embedded import APP_ROLE

RIGHTS = f"""
CREATE TRIGGER operator_action_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON operator_action
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_run_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_run
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON operator_action, audit_run FROM {APP_ROLE};
REVOKE DELETE, TRUNCATE ON book_freeze FROM {APP_ROLE};
"""
REVERSE = """
DROP TRIGGER operator_action_is_append_only ON operator_action;
DROP TRIGGER audit_run_is_append_only ON audit_run;
"""


class Migration(migrations.Migration):
    dependencies = (("deals", "0004_open"), ("ledger", "0002_append_only"))

    operations = (
        migrations.CreateModel(
            name="AuditRun",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("by", models.TextField(help_text="night or command line")),
                ("ok", models.BooleanField()),
                ("findings", models.BigIntegerField()),
                ("deals", models.BigIntegerField()),
                ("seconds", models.FloatField()),
                ("text", models.TextField()),
            ],
            options={
                "db_table": "audit_run",
                "indexes": [models.Index(fields=["at"], name="audit_run_at")],
            },
        ),
        migrations.CreateModel(
            name="BookFreeze",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "book_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("book_id", models.UUIDField()),
                ("id", models.UUIDField()),
                ("asked_by", models.TextField()),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                ("lapses_at", models.DateTimeField()),
                ("confirmed_by", models.TextField(default="")),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("lift_asked_by", models.TextField(default="")),
                ("lift_reason", models.TextField(default="")),
                ("lift_at", models.DateTimeField(null=True)),
                ("lift_confirmed_by", models.TextField(default="")),
                ("lifted_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "book_freeze",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at", None)), fields=("book_id",), name="one_freeze_a_book"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by", ""),
                            models.Q(("confirmed_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="freeze_by_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lift_confirmed_by", ""),
                            models.Q(("lift_confirmed_by", models.F("lift_asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="lift_by_two",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OperatorAction",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("by", models.TextField(help_text="person's id")),
                (
                    "what",
                    models.TextField(help_text="freeze, confirm_freeze, ask_lift, confirm_lift, assign, redeliver"),
                ),
                ("book_id", models.UUIDField(null=True)),
                ("deal_id", models.UUIDField(null=True)),
                ("about", models.TextField(default="")),
                ("reason", models.TextField(default="")),
            ],
            options={
                "db_table": "operator_action",
                "indexes": [
                    models.Index(fields=["at", "id"], name="operator_action_at"),
                    models.Index(fields=["book_id", "at"], name="operator_action_book"),
                ],
            },
        ),
        migrations.RunSQL(RIGHTS, REVERSE),
    )
