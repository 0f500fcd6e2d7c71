"""A version of the formula or of the effects is never changed: whoever adopts another gives it a new number."""

from django.db import migrations

from mediator.config.embedded import APP_ROLE

RIGHTS = f"""
CREATE TRIGGER ikm_ruleset_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ikm_ruleset
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON ikm_ruleset FROM {APP_ROLE};
"""

UNDO = f"""
DROP TRIGGER ikm_ruleset_is_append_only ON ikm_ruleset;
GRANT UPDATE, DELETE, TRUNCATE ON ikm_ruleset TO {APP_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = (("ikm_standing", "0001_initial"), ("ledger", "0002_append_only"))
    operations = (migrations.RunSQL(RIGHTS, UNDO),)
