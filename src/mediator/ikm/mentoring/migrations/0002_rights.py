"""What was noted of a mentoring is never changed, and nothing of who was mentored by whom is ever deleted."""

from django.db import migrations

from mediator.config.embedded import APP_ROLE

ONLY_ADDED = (
    "ikm_enrolment_step", "ikm_mentor_assigned", "ikm_session", "ikm_attendance", "ikm_attendance_word",
    "ikm_task_step", "ikm_assessment", "ikm_finding", "ikm_finding_closed", "ikm_measure",
)  # fmt: skip
KEPT = ("ikm_programme", "ikm_programme_round", "ikm_enrolment", "ikm_mentored", "ikm_task", "ikm_meeting")

RIGHTS = "".join(
    f"CREATE TRIGGER {table}_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    f"FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();\n"
    f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {APP_ROLE};\n"
    for table in ONLY_ADDED
) + "".join(
    f"CREATE TRIGGER {table}_is_kept BEFORE DELETE OR TRUNCATE ON {table} "
    f"FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();\n"
    f"REVOKE DELETE, TRUNCATE ON {table} FROM {APP_ROLE};\n"
    for table in KEPT
)  # fmt: skip

UNDO = "".join(f"DROP TRIGGER {table}_is_append_only ON {table};\n" for table in ONLY_ADDED) + "".join(
    f"DROP TRIGGER {table}_is_kept ON {table};\n" for table in KEPT
)


class Migration(migrations.Migration):
    dependencies = (("ikm_mentoring", "0001_initial"), ("ledger", "0002_append_only"))
    operations = (migrations.RunSQL(RIGHTS, UNDO),)
