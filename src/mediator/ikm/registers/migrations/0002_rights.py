"""Merges are never changed and never deleted; an undoing is a row of its own."""

from django.db import migrations

from mediator.config.embedded import APP_ROLE

RIGHTS = f"""
CREATE TRIGGER ikm_register_merge_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ikm_register_merge
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON ikm_register_merge FROM {APP_ROLE};
REVOKE DELETE, TRUNCATE ON ikm_register_import, ikm_register_double FROM {APP_ROLE};
"""

UNDO = "DROP TRIGGER ikm_register_merge_is_append_only ON ikm_register_merge;"


class Migration(migrations.Migration):
    dependencies = (("ikm_registers", "0001_initial"), ("ledger", "0002_append_only"))
    operations = (migrations.RunSQL(RIGHTS, UNDO),)
