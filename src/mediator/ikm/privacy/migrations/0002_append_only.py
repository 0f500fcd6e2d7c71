"""Who looked, and what officials recorded, is never changed; that consent was given and asked for is never deleted."""

from django.db import migrations

from mediator.config.embedded import APP_ROLE

RIGHTS = f"""
CREATE TRIGGER ikm_access_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ikm_access
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ikm_permit_event_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ikm_permit_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ikm_consent_is_kept BEFORE DELETE OR TRUNCATE ON ikm_consent
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON ikm_access, ikm_permit_event FROM {APP_ROLE};
REVOKE DELETE, TRUNCATE ON ikm_consent, ikm_request FROM {APP_ROLE};
"""

UNDO = """
DROP TRIGGER ikm_access_is_append_only ON ikm_access;
DROP TRIGGER ikm_permit_event_is_append_only ON ikm_permit_event;
DROP TRIGGER ikm_consent_is_kept ON ikm_consent;
"""


class Migration(migrations.Migration):
    dependencies = (("ikm_privacy", "0001_initial"), ("ledger", "0002_append_only"))
    operations = (migrations.RunSQL(RIGHTS, UNDO),)
