"""What microdata must be, as SQL: how text becomes typed columns, and one rule for each way a row can be wrong.

The SQL is made of names and words of this package only; nothing of a file's is ever put into it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mediator.weigh.merchants import CHANNELS, COUNTRIES, SIZE_CLASSES
from mediator.weigh.population.entries import PPM
from mediator.weigh.population.spec import REGIMES
from mediator.weigh.vocabulary import SECTORS, provinces

REQUIRED = ("country", "sector", "world_rp")
COLUMNS = (
    "id",
    "country",
    "sector",
    "province",
    "size_class",
    "channel",
    "curated",
    "mentored",
    "import_share",
    "world_rp",
    "indonesia_rp",
    "online_rp",
    "rail_rp",
    "ticket_rp",
    "weight",
)
MONEY = ("world_rp", "indonesia_rp", "online_rp", "rail_rp", "ticket_rp")
MOST_RP = 10**16
DEFAULT_TICKET_RP = 100_000


def _place(column: str, words: Iterable[str]) -> str:
    """SQL: the code of a word."""
    listed = ", ".join(f"'{word}'" for word in words)
    return f"list_position([{listed}], {column}) - 1"


def _whole(column: str) -> str:
    """SQL: whether a text is a whole number that fits."""
    return f"(regexp_full_match({column}, '-?[0-9]{{1,18}}'))"


_YES = "lower({0}) IN ('true', 'yes', 'ya', '1')"
_NO = "lower({0}) IN ('false', 'no', 'tidak', '0')"
_LIMITS = REGIMES["pp-7-2021"].limits_rp
_PERCENT = r"'([0-9]+(\.[0-9]{1,4})?) ?%'"
_PROVINCES = tuple(one.code for one in provinces())

NUMBERS = f"""
SELECT *,
  {", ".join(f"CASE WHEN {_whole(name)} THEN {name}::BIGINT END AS {name}_n" for name in (*MONEY, "weight", "id"))},
  CASE WHEN {_whole("import_share")} THEN import_share::BIGINT
       WHEN regexp_full_match(import_share, {_PERCENT})
       THEN (rtrim(rtrim(import_share, '%'), ' ')::DECIMAL(18, 4) * 10000)::BIGINT END AS import_ppm
FROM raw
"""  # noqa: S608

FILLED = f"""
SELECT row_number,
  coalesce(id_n, row_number) AS id,
  {_place("country", COUNTRIES)} AS country,
  {_place("sector", SECTORS)} AS sector,
  coalesce({_place("province", _PROVINCES)}, 0) AS province,
  coalesce({_place("size_class", SIZE_CLASSES)},
    {" + ".join(f"(world_rp_n >= {limit})::INTEGER" for limit in _LIMITS)}) AS size_class,
  coalesce({_place("channel", CHANNELS)},
    CASE WHEN coalesce(rail_rp_n, 0) > 0 THEN 2 WHEN coalesce(online_rp_n, 0) > 0 THEN 1 ELSE 0 END) AS channel,
  coalesce({_YES.format("curated")}, false) AS curated,
  coalesce({_YES.format("mentored")}, {_YES.format("curated")}, false) AS mentored,
  coalesce(import_ppm, CASE country WHEN 'ID' THEN 0 ELSE {PPM} END) AS import_share_ppm,
  world_rp_n AS world_rp,
  coalesce(indonesia_rp_n, CASE country WHEN 'ID' THEN world_rp_n ELSE coalesce(online_rp_n, 0) END) AS indonesia_rp,
  coalesce(online_rp_n, 0) AS online_rp,
  coalesce(rail_rp_n, 0) AS rail_rp,
  coalesce(ticket_rp_n, {DEFAULT_TICKET_RP}) AS ticket_rp,
  coalesce(weight_n, 1) AS weight
FROM ({NUMBERS})
"""  # noqa: S608

TYPED = f"SELECT * EXCLUDE (row_number) FROM ({FILLED}) ORDER BY row_number"  # noqa: S608


TWICE = f"""
SELECT *, row_number() OVER (PARTITION BY id ORDER BY row_number) AS place
FROM ({FILLED}) WHERE id IN (SELECT id FROM ({FILLED}) GROUP BY id HAVING count(*) > 1)
"""  # noqa: S608


@dataclass(frozen=True)
class Rule:
    """A check: rows of ``table`` for which ``wrong`` holds are refused; ``message`` may name ``{value}``."""

    code: str
    column: str
    wrong: str
    message: str
    table: str = NUMBERS


def _unknown(column: str, words: Iterable[str]) -> Rule:
    listed = list(words)
    known = ", ".join(f"'{word}'" for word in listed)
    missing = f"{column} IS NULL OR " if column in REQUIRED else ""
    hint = "use the number of Kemendagri, like 32" if column == "province" else f"use one of {', '.join(listed)}"
    wrong = f"{missing}{column} NOT IN ({known})"
    return Rule(f"unknown_{column}", column, wrong, f"{{value}} is no {column.replace('_', ' ')}; {hint}.")


def _not_whole(column: str) -> Rule:
    missing = f"{column} IS NULL OR " if column in REQUIRED else ""
    wrong = f"{missing}NOT {_whole(column)}"
    return Rule("not_whole", column, wrong, "{value} is not a whole number; write only digits.")


RULES = (
    _unknown("country", COUNTRIES),
    _unknown("sector", SECTORS),
    _unknown("province", [code for code in _PROVINCES if code]),
    _unknown("size_class", SIZE_CLASSES),
    _unknown("channel", CHANNELS),
    *(_not_whole(name) for name in (*MONEY, "weight", "id")),
    *(
        Rule("not_yes_or_no", name, f"NOT ({_YES.format(name)} OR {_NO.format(name)})", "{value} is not true or false.")
        for name in ("curated", "mentored")
    ),
    *(Rule("negative_turnover", n, f"{n}_n < 0", "{value} is negative; turnover is 0 or more.") for n in MONEY[:4]),
    *(Rule("too_large", n, f"{n}_n > {MOST_RP}", f"{{value}} is beyond Rp {MOST_RP:,} a year.") for n in MONEY),
    *(Rule("not_positive", n, f"{n}_n <= 0", "{value} must be above 0.") for n in ("ticket_rp", "weight")),
    Rule(
        "import_share",
        "import_share",
        f"import_share IS NOT NULL AND (import_ppm IS NULL OR import_ppm NOT BETWEEN 0 AND {PPM})",
        "{value} is no share; write a percentage like '12.5%' (up to 100%), or whole parts per million.",
    ),
    Rule("rail_above_online", "rail_rp", "rail_rp > online_rp", "rail_rp {value} is above online_rp.", FILLED),
    Rule(
        "sales_out_of_order",
        "online_rp",
        "world_rp >= 0 AND (online_rp > indonesia_rp OR indonesia_rp > world_rp)",
        "online_rp {value} is above indonesia_rp, or indonesia_rp above world_rp.",
        FILLED,
    ),
    Rule("rail_off_marketplace", "rail_rp", "rail_rp > 0 AND channel <> 2", "Only marketplaces have the rail.", FILLED),
    Rule("online_offline", "online_rp", "online_rp > 0 AND channel = 0", "offline, yet online_rp is {value}.", FILLED),
    Rule(
        "duplicate_id",
        "id",
        "place > 1",
        "There is another merchant with the id {value}.",
        TWICE,
    ),
)
