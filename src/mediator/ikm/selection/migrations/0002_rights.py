"""What was done in selection is written once. A sheet changes until it is handed in and never after; of evidence the
words alone may be emptied, when a person asks for it."""

from django.db import migrations

from mediator.config.embedded import APP_ROLE

FIXED = ("criteria", "step", "decision", "flag", "view")
KEPT = ("evidence", "assignment", "revocation", "application", "batch")

TRIGGERS = "".join(
    f"""CREATE TRIGGER selection_{name}_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ikm_selection_{name}
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    REVOKE UPDATE, DELETE, TRUNCATE ON ikm_selection_{name} FROM {APP_ROLE};
    """
    for name in FIXED
) + "".join(
    f"""CREATE TRIGGER selection_{name}_is_kept BEFORE DELETE OR TRUNCATE ON ikm_selection_{name}
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    REVOKE DELETE, TRUNCATE ON ikm_selection_{name} FROM {APP_ROLE};
    """
    for name in KEPT
)

SHEETS = f"""
CREATE TRIGGER selection_sheet_is_kept BEFORE DELETE OR TRUNCATE ON ikm_selection_sheet
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER selection_sheet_is_fixed BEFORE UPDATE ON ikm_selection_sheet
    FOR EACH ROW WHEN (OLD.handed_in_at IS NOT NULL) EXECUTE FUNCTION refuse_change();
REVOKE DELETE, TRUNCATE ON ikm_selection_sheet FROM {APP_ROLE};
REVOKE UPDATE ON ikm_selection_evidence FROM {APP_ROLE};
GRANT UPDATE (words) ON ikm_selection_evidence TO {APP_ROLE};
"""

UNDO = "".join(
    [f"DROP TRIGGER selection_{name}_is_append_only ON ikm_selection_{name};" for name in FIXED]
    + [f"DROP TRIGGER selection_{name}_is_kept ON ikm_selection_{name};" for name in (*KEPT, "sheet")]
    + ["DROP TRIGGER selection_sheet_is_fixed ON ikm_selection_sheet;"]
)


class Migration(migrations.Migration):
    dependencies = (("ikm_selection", "0001_initial"), ("ledger", "0002_append_only"))
    operations = (migrations.RunSQL(TRIGGERS + SHEETS, UNDO),)
