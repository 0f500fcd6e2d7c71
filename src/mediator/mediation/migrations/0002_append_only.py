"""What was promised and shown is never changed. Words of evidence alone may be emptied, when a person asks for it."""

from django.db import migrations

from mediator.config.embedded import APP_ROLE

RIGHTS = f"""
CREATE TRIGGER promise_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON promise
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER evidence_view_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON evidence_view
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER evidence_is_kept BEFORE DELETE OR TRUNCATE ON evidence
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON promise, evidence, evidence_view FROM {APP_ROLE};
GRANT UPDATE (words) ON evidence TO {APP_ROLE};
"""

UNDO = """
DROP TRIGGER promise_is_append_only ON promise;
DROP TRIGGER evidence_view_is_append_only ON evidence_view;
DROP TRIGGER evidence_is_kept ON evidence;
"""


class Migration(migrations.Migration):
    dependencies = (("mediation", "0001_initial"), ("ledger", "0002_append_only"))
    operations = (migrations.RunSQL(RIGHTS, UNDO),)
