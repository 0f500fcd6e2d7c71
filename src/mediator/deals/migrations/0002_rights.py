"""A policy that deals are charged by is never changed, and a deal is never deleted."""

from django.db import migrations

from mediator.config.embedded import APP_ROLE

RIGHTS = f"""
CREATE TRIGGER policy_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON policy
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON policy FROM {APP_ROLE};
REVOKE DELETE, TRUNCATE ON deal FROM {APP_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = (("deals", "0001_initial"), ("ledger", "0002_append_only"))
    operations = (migrations.RunSQL(RIGHTS, "DROP TRIGGER policy_is_append_only ON policy;"),)
