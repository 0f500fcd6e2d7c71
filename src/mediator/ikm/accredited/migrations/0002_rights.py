"""A certificate stays as it was issued; all that can be added is that it was revoked, once. The feed only grows.

Documents are not compressed: most of each is a signature, and packing cost more than all else of publishing.
"""

from django.db import migrations

from mediator.config.embedded import APP_ROLE

RIGHTS = f"""
CREATE FUNCTION refuse_second_revocation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL
       OR (to_jsonb(NEW) - '{{revoked_at,revoked_why,revoked_by}}'::text[])
          IS DISTINCT FROM (to_jsonb(OLD) - '{{revoked_at,revoked_why,revoked_by}}'::text[]) THEN
        RAISE EXCEPTION 'a certificate can be revoked, once, and not changed otherwise' USING ERRCODE = '42501';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ikm_certificate_is_kept BEFORE DELETE OR TRUNCATE ON ikm_certificate
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ikm_certificate_is_revoked_once BEFORE UPDATE ON ikm_certificate
    FOR EACH ROW EXECUTE FUNCTION refuse_second_revocation();
CREATE TRIGGER ikm_accredited_change_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ikm_accredited_change
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON ikm_certificate, ikm_accredited_change FROM {APP_ROLE};
GRANT UPDATE (revoked_at, revoked_why, revoked_by) ON ikm_certificate TO {APP_ROLE};
REVOKE DELETE, TRUNCATE ON ikm_accredited FROM {APP_ROLE};
ALTER TABLE ikm_accredited_change ALTER COLUMN document SET STORAGE EXTERNAL;
"""

UNDO = f"""
DROP TRIGGER ikm_certificate_is_kept ON ikm_certificate;
DROP TRIGGER ikm_certificate_is_revoked_once ON ikm_certificate;
DROP TRIGGER ikm_accredited_change_is_append_only ON ikm_accredited_change;
DROP FUNCTION refuse_second_revocation();
GRANT UPDATE, DELETE ON ikm_certificate, ikm_accredited_change, ikm_accredited TO {APP_ROLE};
"""


class Migration(migrations.Migration):
    dependencies = (("ikm_accredited", "0001_initial"), ("ledger", "0002_append_only"))
    operations = (migrations.RunSQL(RIGHTS, UNDO),)
