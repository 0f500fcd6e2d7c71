"""A sheet that was declared stays as it was; and a product is found by its KBLI where it has no HS code."""

from django.db import migrations

from mediator.config.embedded import APP_ROLE

RIGHTS = f"""
CREATE TRIGGER ikm_tkdn_sheet_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ikm_tkdn_sheet
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON ikm_tkdn_sheet FROM {APP_ROLE};
CREATE INDEX ikm_product_kbli ON ikm_product (kbli, category) WHERE kbli <> '';
"""

UNDO = """
DROP INDEX ikm_product_kbli;
DROP TRIGGER ikm_tkdn_sheet_is_append_only ON ikm_tkdn_sheet;
"""


class Migration(migrations.Migration):
    dependencies = (("ikm_strength", "0001_initial"), ("ledger", "0002_append_only"))
    operations = (migrations.RunSQL(RIGHTS, UNDO),)
