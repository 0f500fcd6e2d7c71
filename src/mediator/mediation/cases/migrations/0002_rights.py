"""Private notes are never changed, and nothing of how a case was decided is ever deleted."""

from django.db import migrations

from mediator.config.embedded import APP_ROLE

RIGHTS = f"""
CREATE TRIGGER case_note_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON case_note
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER case_assignment_is_kept BEFORE DELETE OR TRUNCATE ON case_assignment
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER case_proposal_is_kept BEFORE DELETE OR TRUNCATE ON case_proposal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON case_note FROM {APP_ROLE};
REVOKE DELETE, TRUNCATE ON case_assignment, case_proposal, case_tie FROM {APP_ROLE};
"""

UNDO = """
DROP TRIGGER case_note_is_append_only ON case_note;
DROP TRIGGER case_assignment_is_kept ON case_assignment;
DROP TRIGGER case_proposal_is_kept ON case_proposal;
"""


class Migration(migrations.Migration):
    dependencies = (("cases", "0001_initial"), ("ledger", "0002_append_only"))
    operations = (migrations.RunSQL(RIGHTS, UNDO),)
