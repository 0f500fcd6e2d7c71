"""The statements that write a planned chunk. Each leaves alone what is so already: repeated, it writes nothing."""

from __future__ import annotations

from mediator.ikm.producers.permits import COMMITMENT_MONTHS, COMMITMENTS_SINCE
from mediator.ikm.producers.size import Regime, class_sql
from mediator.ikm.registers.precedence import PIECES, Piece
from mediator.ikm.registers.sql import hash_of

_TEXTS = (
    "name", "name_key", "nib", "owner_name", "phone", "email", "address", "regency", "district", "region_given", "kbli",
    "nik_sealed", "nik_mark", "npwp_sealed", "npwp_mark",
)  # fmt: skip
_FIGURES = ("workers", "capital_minor", "sales_minor", "figures_year", "started_on", "closed_on")

MAKE = f"""
INSERT INTO ikm_producer (id, province, region_system, kbli_version, source, made_at, changed_at,
                          {", ".join(_TEXTS)}, {", ".join(_FIGURES)})
SELECT s.id, s.province, s.region_system, '2020', %(source)s, %(now)s, %(now)s,
       {", ".join(f"coalesce(s.{column}, '')" for column in _TEXTS)}, {", ".join(f"s.{column}" for column in _FIGURES)}
FROM ikm_stage AS s JOIN ikm_planned AS l USING (line) WHERE l.outcome = 'new'
ORDER BY s.line
"""  # noqa: S608


def _set(place: int, piece: Piece) -> str:
    """The columns of a piece, new where it is taken. Where only a province is said, the regency in it stays."""
    is_taken = f"substr(l.moves, {place}, 1) IN ('t', 'r')"
    if piece.code == "place":
        new = {
            "province": "s.province",
            "regency": "coalesce(s.regency, CASE WHEN s.province = p.province THEN p.regency ELSE '' END)",
            "district": "coalesce(s.district, CASE WHEN s.regency = p.regency THEN p.district ELSE '' END)",
            "region_given": "coalesce(s.region_given, '')",
            "region_system": "s.region_system",
        }
    elif piece.code == "kbli":
        new = {"kbli": "s.kbli", "kbli_version": "'2020'"}
    else:
        new = {column: f"s.{column}" for column in (*piece.told_by, *piece.along)}
    return ", ".join(
        f"{column} = CASE WHEN {is_taken} THEN {value} ELSE p.{column} END" for column, value in new.items()
    )


CHANGE = f"""
UPDATE ikm_producer AS p SET changed_at = %(now)s, {", ".join(_set(n, piece) for n, piece in enumerate(PIECES, 1))}
FROM ikm_planned AS l JOIN ikm_stage AS s USING (line)
WHERE p.id = l.id AND l.moves ~ '[tr]'
"""  # noqa: S608

REMEMBER_ROWS = """
INSERT INTO ikm_register_row (organisation_id, key, digest, producer_id, import_id, line)
SELECT %(organisation)s, s.key, s.digest, l.id, %(import)s, s.line
FROM (SELECT line, key, digest FROM ikm_stage UNION ALL SELECT line, key, digest FROM ikm_stage_other) AS s
JOIN ikm_planned AS l USING (line)
WHERE l.outcome IN ('new', 'changed', 'unchanged')
ORDER BY s.line
ON CONFLICT (organisation_id, key) DO UPDATE SET digest = excluded.digest, producer_id = excluded.producer_id,
    import_id = excluded.import_id, line = excluded.line
"""

REMEMBER_NEW = f"""
INSERT INTO ikm_register_wrote (producer_id, hashes, as_of)
SELECT s.id, ARRAY[{", ".join(hash_of(piece, "p") for piece in PIECES)}], %(as_of)s
FROM ikm_planned AS l JOIN ikm_stage AS s USING (line) JOIN ikm_producer AS p ON p.id = s.id
WHERE l.outcome = 'new' ORDER BY s.line
"""  # noqa: S608

_KEPT = ", ".join(
    f"CASE WHEN substr(l.moves, {place}, 1) IN ('t', 'r') THEN {hash_of(piece, 'p')} ELSE w.hashes[{place}] END"
    for place, piece in enumerate(PIECES, 1)
)
REMEMBER_CHANGED = f"""
INSERT INTO ikm_register_wrote AS kept (producer_id, hashes, as_of)
SELECT p.id, ARRAY[{_KEPT}]::integer[], greatest(w.as_of, %(as_of)s::date)
FROM ikm_planned AS l JOIN ikm_producer AS p ON p.id = l.id LEFT JOIN ikm_register_wrote AS w ON w.producer_id = p.id
WHERE l.moves ~ '[tr]'
ON CONFLICT (producer_id) DO UPDATE SET hashes = excluded.hashes, as_of = excluded.as_of
"""  # noqa: S608

_COMMITMENT = f"""
CASE WHEN t.kind = 'p-irt' AND t.issued_on >= DATE '{COMMITMENTS_SINCE}'
     THEN (t.issued_on + INTERVAL '{COMMITMENT_MONTHS} months')::date END"""

MAKE_PERMITS = f"""
INSERT INTO ikm_permit (id, producer_id, product_id, kind, number, issuer, scope, file, issued_on, valid_to,
                        commitment_due, revoked_why, verified_by, verified_how, verified_evidence, source, made_at,
                        changed_at)
SELECT id, producer, product, kind, number, issuer, scope, '', issued_on, valid_to, {_COMMITMENT}, '', '', '', '',
       %(source)s, %(now)s, %(now)s
FROM ikm_planned_permit AS t WHERE outcome = 'new' ORDER BY line
"""  # noqa: S608
CHANGE_PERMITS = f"""
UPDATE ikm_permit AS e SET issuer = coalesce(nullif(t.issuer, ''), e.issuer),
    scope = coalesce(nullif(t.scope, ''), e.scope),
    issued_on = coalesce(t.issued_on, e.issued_on), valid_to = coalesce(t.valid_to, e.valid_to),
    product_id = coalesce(e.product_id, t.product), source = %(source)s, changed_at = %(now)s,
    commitment_due = CASE WHEN t.issued_on <> e.issued_on AND e.fulfilled_on IS NULL THEN {_COMMITMENT}
                     ELSE e.commitment_due END,
    reminded_days = CASE WHEN t.valid_to <> e.valid_to THEN NULL ELSE e.reminded_days END
FROM ikm_planned_permit AS t WHERE t.outcome = 'changed' AND e.id = t.id
"""  # noqa: S608

TOUCHED = "SELECT id FROM ikm_planned WHERE outcome IN ('new', 'changed') ORDER BY id"


_PLANNED = "(SELECT id FROM ikm_planned WHERE outcome IN ('new', 'changed'))"
CHOSEN = "unnest(%(ids)s::uuid[])"


def size_classes(regimes: tuple[Regime, ...], among: str = _PLANNED) -> str:
    """Work out sizes by these regimes of what is new or changed (or ``CHOSEN``); what would be the same stays."""
    given = ", ".join(
        f"('{regime.code}', '{regime.version}', {class_sql(regime.code, 'size', 'p.')},"
        f" {class_sql(regime.code, 'rule', 'p.')})"
        for regime in regimes
    )
    return f"""
INSERT INTO ikm_size_class (producer_id, regime, version, size, rule, as_of)
SELECT p.id, v.regime, v.version, v.size, v.rule, %(today)s
FROM {among} AS l (id) JOIN ikm_producer AS p ON p.id = l.id
CROSS JOIN LATERAL (VALUES {given}) AS v (regime, version, size, rule)
WHERE v.size IS NOT NULL
ON CONFLICT (producer_id, regime) DO UPDATE SET version = excluded.version, size = excluded.size, rule = excluded.rule,
    as_of = excluded.as_of
WHERE (ikm_size_class.version, ikm_size_class.size, ikm_size_class.rule)
   <> (excluded.version, excluded.size, excluded.rule)
"""  # noqa: S608
