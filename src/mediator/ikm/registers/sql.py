"""The statements of an import, one chunk at a time: stage, plan (reads only), write. A dry run is the first two.

All work is on temporary tables of the session: nothing is left of an import but what it wrote for good. Every text
here is made of constants of this package; values always go as parameters.
"""

from __future__ import annotations

from mediator.ikm.registers.chunks import PRODUCER_COLUMNS
from mediator.ikm.registers.precedence import PIECES, RULES, Piece

TEMPORARY = """
CREATE TEMPORARY TABLE IF NOT EXISTS ikm_stage (
    line integer PRIMARY KEY, id uuid, key uuid, nib_key uuid, digest uuid,
    name text, name_key text, nib text, owner_name text, phone text, email text, address text, province text,
    regency text, district text, region_given text, region_system text, kbli text, workers integer,
    capital_minor bigint, sales_minor bigint, figures_year smallint, started_on date, closed_on date,
    nik_mark text, npwp_mark text, nik_sealed text, npwp_sealed text);
CREATE TEMPORARY TABLE IF NOT EXISTS ikm_stage_other (
    line integer PRIMARY KEY, key uuid, digest uuid, nib text, number_key uuid, programme text, enrolled_on date);
CREATE TEMPORARY TABLE IF NOT EXISTS ikm_stage_permit (
    line integer, id uuid, kind text, number text, issuer text, scope text, issued_on date, valid_to date,
    product text);
CREATE TEMPORARY TABLE IF NOT EXISTS ikm_planned (
    line integer PRIMARY KEY, id uuid, outcome text, moves text, first_line integer, other uuid);
CREATE TEMPORARY TABLE IF NOT EXISTS ikm_planned_permit (
    line integer, producer uuid, id uuid, outcome text, is_anothers boolean, kind text, number text, issuer text,
    scope text, issued_on date, valid_to date, product uuid);
CREATE TEMPORARY TABLE IF NOT EXISTS ikm_seen (key uuid PRIMARY KEY, line integer);
TRUNCATE ikm_seen
"""

GONE = "DROP TABLE ikm_stage, ikm_stage_other, ikm_stage_permit, ikm_planned, ikm_planned_permit, ikm_seen"
EMPTY = "TRUNCATE ikm_stage, ikm_stage_other, ikm_stage_permit, ikm_planned, ikm_planned_permit"

_COLUMNS = ", ".join((*PRODUCER_COLUMNS, "nik_sealed", "npwp_sealed"))
COPY_PRODUCERS = f"COPY ikm_stage (line, id, key, nib_key, digest, {_COLUMNS}) FROM STDIN"
COPY_OTHERS = {
    "permits": "COPY ikm_stage_other (line, key, digest, nib, number_key) FROM STDIN",
    "participants": "COPY ikm_stage_other (line, key, digest, nib, number_key, programme, enrolled_on) FROM STDIN",
}
COPY_PERMITS = "COPY ikm_stage_permit (line, id, kind, number, issuer, scope, issued_on, valid_to, product) FROM STDIN"

SEE = """
INSERT INTO ikm_seen (key, line)
SELECT key, min(line) FROM (SELECT key, line FROM ikm_stage UNION ALL SELECT nib_key, line FROM ikm_stage
                            WHERE nib_key IS NOT NULL AND nib_key <> key
                            UNION ALL SELECT key, line FROM ikm_stage_other) AS found
GROUP BY key ON CONFLICT (key) DO NOTHING
"""

BY_INDEX = """
SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_seqscan = off;
SET LOCAL enable_bitmapscan = off; SET LOCAL enable_material = off; SET LOCAL random_page_cost = 1.1
"""
"""A chunk is little beside the tables: each row is looked up by its whole key, however small a table seems.

Without this the first chunks of a new installation, of whose tables nothing is known yet, compare all
rows with all others.
"""

# what is planned of producers

PLAN = """
INSERT INTO ikm_planned (line, id, outcome, first_line, other)
SELECT s.line, coalesce(r.producer_id, n.id, s.id),
       CASE WHEN least(a.line, b.line) < s.line THEN 'twice'
            WHEN r.digest = s.digest THEN 'same'
            WHEN p.erased_at IS NOT NULL THEN 'erased'
            WHEN n.id <> r.producer_id THEN 'nib_of_another'
            WHEN p.id IS NULL THEN 'new'
            WHEN r.key IS NULL AND p.name_key <> s.name_key AND p.regency <> coalesce(s.regency, '') THEN 'strange'
            ELSE 'known' END,
       least(a.line, b.line), n.id
FROM ikm_stage AS s
LEFT JOIN ikm_seen AS a ON a.key = s.key
LEFT JOIN ikm_seen AS b ON b.key = s.nib_key
LEFT JOIN ikm_register_row AS r ON r.organisation_id = %(organisation)s AND r.key = s.key
LEFT JOIN ikm_producer AS n ON n.nib = s.nib AND n.nib <> '' AND n.merged_into IS NULL
LEFT JOIN ikm_producer AS p ON p.id = coalesce(r.producer_id, n.id)
"""

STRANGE = """
SELECT s.line, s.name_key, p.name_key FROM ikm_planned AS l JOIN ikm_stage AS s USING (line)
JOIN ikm_producer AS p ON p.id = l.id WHERE l.outcome = 'strange'
"""
SETTLE_STRANGE = """
UPDATE ikm_planned SET outcome = CASE WHEN line = ANY (%s::integer[]) THEN 'known' ELSE 'nib_other_name' END
WHERE outcome = 'strange'
"""


def _is_empty(column: str) -> str:
    return f"(p.{column} IS NULL OR p.{column}::text = '')"


def hash_of(piece: Piece, row: str) -> str:
    """32 bits over a piece as it stands; hashtext is PostgreSQL's own and the same in every version so far: were it
    another once, values would count as said by others since, and be kept."""
    told = ", ".join(f"{row}.{column}" for column in piece.told_by)
    return f"hashtext(concat_ws('|', {told}))"


def _differs(piece: Piece) -> str:
    if piece.code == "place":
        return (
            "(s.province <> p.province OR s.regency IS NOT NULL AND s.regency <> p.regency"
            " OR s.district IS NOT NULL AND s.district <> p.district)"
        )
    column = piece.told_by[0]
    return f"(s.{column} IS DISTINCT FROM p.{column})"


def _move(place: int, piece: Piece) -> str:
    """One letter: s the same or not said, t taken, r taken though others said otherwise, o theirs kept, n a newer
    register's kept."""
    first = piece.told_by[0]
    against = {
        "own": "'o'",
        "register": "'r'",
        "newer": "CASE WHEN %(as_of_given)s AND (p.changed_at AT TIME ZONE 'Asia/Jakarta')::date < %(as_of)s"
        " THEN 'r' ELSE 'o' END",
    }[RULES[piece.code]]
    return (
        f"CASE WHEN s.{first} IS NULL OR NOT {_differs(piece)} THEN 's' WHEN {_is_empty(first)} THEN 't'"
        f" WHEN w.hashes[{place}] IS DISTINCT FROM {hash_of(piece, 'p')} THEN {against}"
        f" WHEN w.as_of > %(as_of)s THEN 'n' ELSE 't' END"
    )


PLAN_MOVES = f"""
UPDATE ikm_planned AS l SET moves = {" || ".join(_move(place, piece) for place, piece in enumerate(PIECES, 1))}
FROM ikm_stage AS s, ikm_producer AS p LEFT JOIN ikm_register_wrote AS w ON w.producer_id = p.id
WHERE l.outcome = 'known' AND s.line = l.line AND p.id = l.id
"""  # noqa: S608
SETTLE_KNOWN = """
UPDATE ikm_planned SET outcome = CASE WHEN moves ~ '[tr]' THEN 'changed' ELSE 'unchanged' END WHERE outcome = 'known'
"""

# what is planned of permits

PLAN_PERMITS = """
INSERT INTO ikm_planned_permit
SELECT t.line, l.id, coalesce(e.id, t.id),
       CASE WHEN e.id IS NULL THEN 'new'
            WHEN coalesce(t.issuer, e.issuer) = e.issuer AND coalesce(t.scope, e.scope) = e.scope
                 AND coalesce(t.issued_on, e.issued_on) IS NOT DISTINCT FROM e.issued_on
                 AND coalesce(t.valid_to, e.valid_to) IS NOT DISTINCT FROM e.valid_to
                 AND coalesce(e.product_id, g.id) IS NOT DISTINCT FROM e.product_id THEN 'same'
            WHEN e.verified_at IS NOT NULL THEN 'verified'
            ELSE 'changed' END,
       EXISTS (SELECT FROM ikm_permit AS x WHERE x.kind = t.kind AND x.number = t.number AND x.producer_id <> l.id
               AND x.kind NOT IN ('sni', 'sppt-sni')),
       t.kind, t.number, coalesce(t.issuer, ''), coalesce(t.scope, ''), t.issued_on, t.valid_to, g.id
FROM ikm_stage_permit AS t JOIN ikm_planned AS l ON l.line = t.line AND l.outcome IN ('new', 'changed', 'unchanged')
LEFT JOIN ikm_permit AS e ON e.producer_id = l.id AND e.kind = t.kind AND e.number = t.number
LEFT JOIN ikm_product AS g ON g.producer_id = l.id AND lower(g.name) = lower(t.product)
"""
SETTLE_BY_PERMITS = """
UPDATE ikm_planned SET outcome = 'changed' WHERE outcome = 'unchanged'
AND line IN (SELECT line FROM ikm_planned_permit WHERE outcome IN ('new', 'changed'))
"""

PLAN_OTHERS = """
INSERT INTO ikm_planned (line, id, outcome, first_line)
SELECT s.line, p.id,
       CASE WHEN a.line < s.line THEN 'twice' WHEN r.digest = s.digest THEN 'same'
            WHEN p.id IS NULL THEN 'producer_unknown' WHEN p.erased_at IS NOT NULL THEN 'erased' ELSE 'unchanged' END,
       a.line
FROM ikm_stage_other AS s
LEFT JOIN ikm_seen AS a ON a.key = s.key
LEFT JOIN ikm_register_row AS r ON r.organisation_id = %(organisation)s AND r.key = s.key
LEFT JOIN ikm_register_row AS k ON k.organisation_id = %(organisation)s AND k.key = s.number_key
LEFT JOIN ikm_producer AS n ON n.nib = s.nib AND n.nib <> '' AND n.merged_into IS NULL
LEFT JOIN ikm_producer AS p ON p.id = coalesce(n.id, k.producer_id)
"""

PLANNED = "SELECT line, id, outcome, coalesce(moves, ''), first_line, other FROM ikm_planned ORDER BY line"
PLANNED_PERMITS = """
SELECT line, kind, number, outcome, is_anothers FROM ikm_planned_permit WHERE outcome = 'verified' OR is_anothers
"""

OFFER_BY_NUMBER = """
INSERT INTO ikm_register_double (id, first, second, why, score, province, regency, state, found_at, decided_by)
SELECT gen_random_uuid(), least(l.id, l.other), greatest(l.id, l.other), 'number', 100, p.province, p.regency, 'open',
       %s, ''
FROM ikm_planned AS l JOIN ikm_producer AS p ON p.id = l.id WHERE l.outcome = 'nib_of_another'
ON CONFLICT (first, second) DO NOTHING
"""
