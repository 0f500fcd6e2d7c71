"""What the database itself refuses: an unbalanced entry, and any change of what has been written down."""

from django.db import migrations

from mediator.config.embedded import APP_ROLE

MOST_POSTINGS = 12

_SUM = " + ".join(f"coalesce(amounts[{place}], 0)" for place in range(1, MOST_POSTINGS + 1))

BALANCED = f"""
ALTER TABLE entry ADD CONSTRAINT entry_is_balanced CHECK (
    cardinality(amounts) BETWEEN 2 AND {MOST_POSTINGS}
    AND cardinality(accounts) = cardinality(amounts)
    AND array_position(amounts, NULL) IS NULL
    AND array_position(accounts, NULL) IS NULL
    AND {_SUM} = 0
);
CREATE VIEW posting AS
    SELECT e.book_id, e.seq, e.n, p.place::integer AS place, e.deal_id, e.kind, e.at, p.account, p.amount
    FROM entry AS e, unnest(e.accounts, e.amounts) WITH ORDINALITY AS p (account, amount, place);
GRANT SELECT ON posting TO {APP_ROLE};
"""

APPEND_ONLY = f"""
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER journal_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER entry_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON journal, entry FROM {APP_ROLE};
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON posting FROM {APP_ROLE};
ALTER TABLE journal ALTER COLUMN body SET STORAGE EXTERNAL;
"""


class Migration(migrations.Migration):
    dependencies = (("ledger", "0001_initial"),)
    operations = (
        migrations.RunSQL(BALANCED, "DROP VIEW posting; ALTER TABLE entry DROP CONSTRAINT entry_is_balanced;"),
        migrations.RunSQL(
            APPEND_ONLY,
            "DROP TRIGGER journal_is_append_only ON journal; DROP TRIGGER entry_is_append_only ON entry;"
            "DROP FUNCTION refuse_change();",
        ),
    )
