"""Every mistake in a policy file is named with its line and what would be right; all of them at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from mediator.policy import PolicyError, load_policy, parse_policy

from .making import HEAD

SOUND = (
    HEAD  # lines 1 to 6
    + """[exchange_rate]
"IDR per USD" = "13340"

[[rule]]
id = "fee"
kind = "fee"
rate = "1%"
floor = 100
cap = 5_000
bands = []
rounding = "half_up"

[[waiver]]
id = "waived"
rules = [
  "fee",
]
threshold = 1_000
threshold_currency = "USD"
"""
)

BANDS = """bands = [
  {from = 0, rate = "1%"},
  {from = 500, rate = "2%"},
  {from = 400, rate = "3%"},
]"""


def faults_of(text: str) -> list[tuple[str, int | None]]:
    with pytest.raises(PolicyError) as caught:
        parse_policy(text, "x.toml")
    error = caught.value
    assert (error.code, error.line, error.path) == (error.faults[0].code, error.faults[0].line, "x.toml")
    return [(fault.code, fault.line) for fault in error.faults]


def test_the_text_the_mistakes_are_made_in_is_sound() -> None:
    assert parse_policy(SOUND).reference == "p@1"


@pytest.mark.parametrize(
    ("right", "wrong", "code", "line", "says"),
    [
        ("version = 1", "version = ", "bad_toml", 2, "not TOML"),
        ('"13340"\n', '"13340\n', "bad_toml", 8, "not TOML"),
        ('name = "P"', 'nam = "P"\nname = "P"', "unknown_key", 3, "did you mean 'name'?"),
        ("floor = 100", "flor = 100", "unknown_key", 14, "did you mean 'floor'?"),
        ("threshold = 1_000", "treshold = 5\nthreshold = 1_000", "unknown_key", 24, "did you mean 'threshold'?"),
        ("version = 1", 'version = "1"', "wrong_type", 2, "whole number"),
        ("version = 1", "version = 0", "bad_version", 2, "1 or more"),
        ("2020-01-01", '"2020-01-01"', "wrong_type", 4, "2024-12-01"),
        ("2020-01-01", "2020-01-01T00:00:00Z", "wrong_type", 4, "2024-12-01"),
        ('name = "P"', "", "missing_key", 1, "'name' is missing"),
        ('kind = "fee"\n', "", "missing_key", 10, "'kind' is missing"),
        ('kind = "fee"', 'kind = "charge"', "unknown_value", 12, "fee, tax"),
        ('rate = "1%"', "rate = 1", "bad_rate", 13, '"0.7%"'),
        ('rate = "1%"', 'rate = "1"', "bad_rate", 13, '"0.7%"'),
        ('rate = "1%"', 'rate = "-1%"', "bad_rate", 13, '"0.7%"'),
        ('rate = "1%"', 'rate = "101%"', "bad_rate", 13, "0% to 100%"),
        ('rate = "1%"', 'rate = "0.00005%"', "bad_rate", 13, "four decimals"),
        ("floor = 100", "floor = 1.5", "bad_amount", 14, '"1.5"'),
        ("floor = 100", 'floor = "0.50"', "bad_amount", 14, "steps of 1 IDR"),
        ("floor = 100", "floor = -1", "bad_amount", 14, "negative"),
        ("floor = 100", "floor = 10_000_000_000_001", "bad_amount", 14, "above the most"),
        ("floor = 100", "floor = 5_001", "cap_below_floor", 15, "below the floor"),
        ("bands = []", "quantum = 0", "bad_quantum", 16, "multiple"),
        ('"half_up"', '"halfup"', "unknown_rounding", 17, "did you mean 'half_up'?"),
        ('  "fee",\n', '  "fee",\n  "fea",\n', "unknown_rule", 23, "did you mean 'fee'?"),
        ('"waived"', '"fee"', "duplicate_id", 20, "already"),
        ('currency = "IDR"\n', 'currency = "IDX"\n', "unknown_currency", 5, "CNY"),
        ('threshold_currency = "USD"', 'threshold_currency = "EUR"', "exchange_rate_missing", 25, '"IDR per EUR"'),
        ('threshold_currency = "USD"', 'threshold_currency = "USX"', "unknown_currency", 25, "CNY"),
        ('"13340"', '"cheap"', "bad_exchange_rate", 8, '"13340.25"'),
        ('"13340"', '"1/0"', "bad_exchange_rate", 8, '"13340.25"'),
        ("IDR per USD", "USD", "bad_exchange_rate", 8, "IDR per USD"),
        ("2020-01-01", "2020-01-01\nvalid_to = 2020-01-01", "dates_out_of_order", 5, "first day"),
        ("threshold = 1_000", "threshold = 0", "threshold_out_of_order", 24, "above 0"),
        ("threshold = 1_000", 'threshold_kind = "kink"', "missing_key", 19, "'threshold'"),
        ("threshold = 1_000", "threshold = true", "bad_amount", 24, "500_000"),
        ("floor = 100", 'country = "Indonesia"', "bad_country", 14, "ID or CN"),
        ("floor = 100", "amount_from = 5\namount_to = 5", "amounts_out_of_order", 15, "amount_from"),
        ("floor = 100", 'curated = "yes"', "wrong_type", 14, "true nor false"),
        ("floor = 100", 'base = "fees"', "fee_on_fees", 14, "Only a tax"),
        ('rate = "1%"\nfloor = 100\n', "", "charges_nothing", 10, "rate, flat, bands or steps"),
        ('rate = "1%"\nfloor = 100\ncap = 5_000\nbands = []', BANDS, "bands_unordered", 16, "lowest first"),
        ("bands = []", 'steps = [{from = 0, rate = "2%"}]', "conflicting_keys", 16, "not both"),
        ("bands = []", 'steps = [{rate = "2%"}]', "missing_key", 16, "from = 500_000"),
        ("bands = []", "steps = 5", "wrong_type", 16, "list of tables"),
    ],
)
def test_a_mistake_is_named_with_its_line(right: str, wrong: str, code: str, line: int, says: str) -> None:
    assert SOUND.count(right) >= 1
    text = SOUND.replace(right, wrong, 1)
    with pytest.raises(PolicyError) as caught:
        parse_policy(text, "x.toml")
    found = {(fault.code, fault.line): fault.message for fault in caught.value.faults}
    assert (code, line) in found
    assert says in found[code, line]
    assert f"x.toml:{line}: " in str(caught.value)


def test_all_mistakes_are_reported_at_once_in_the_order_of_their_lines() -> None:
    text = SOUND.replace("version = 1", 'version = "1"').replace('"1%"', '"1"').replace("cap = 5_000", "cap = 50")
    assert faults_of(text.replace('  "fee",', '  "fea",')) == [
        ("wrong_type", 2),
        ("bad_rate", 13),
        ("cap_below_floor", 15),
        ("unknown_rule", 22),
    ]


def test_one_mistake_is_one_fault() -> None:
    assert faults_of(SOUND.replace('rate = "1%"', 'rate = "lots"')) == [("bad_rate", 13)]
    assert faults_of(SOUND.replace('currency = "IDR"\n', 'currency = "IDX"\n', 1))[0] == ("unknown_currency", 5)
    assert faults_of(HEAD + '[[rule]]\nid = "f"\nkind = "fee"\nflat = "x"\n') == [("bad_amount", 10)]


def test_a_tax_can_not_be_waived_and_a_group_is_of_one_kind() -> None:
    tax = '[[rule]]\nid = "fee"\nkind = "fee"\ngroup = "g"\nflat = 1\n[[rule]]\nid = "t"\nkind = "tax"\ngroup = "g"\n'
    waiver = 'flat = 1\n[[waiver]]\nid = "w"\nrules = ["t"]\n'
    assert faults_of(HEAD + tax + waiver) == [("group_mixed", 15), ("waiver_of_tax", 19)]


def test_an_amount_without_a_currency_is_a_fault_of_the_amount() -> None:
    head = HEAD.replace('currency = "IDR"\n', "")
    assert faults_of(head + '[[rule]]\nid = "f"\nkind = "fee"\nflat = 5\n') == [("currency_missing", 9)]


def test_a_sliding_threshold_must_rise_and_takes_two_amounts() -> None:
    body = '[[rule]]\nid = "f"\nkind = "fee"\nrate = "1%"\nthreshold_kind = "sliding"\n'
    assert faults_of(HEAD + body + "threshold = 5\n") == [
        ("missing_key", 7),
        ("missing_key", 7),
        ("conflicting_keys", 12),
    ]
    assert faults_of(HEAD + body + "threshold_from = 5\nthreshold_to = 5\n") == [("threshold_out_of_order", 13)]


def test_a_file_that_is_not_there_or_not_text_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as missing:
        load_policy(tmp_path / "none.toml")
    assert missing.value.code == "unreadable_file"
    (tmp_path / "latin.toml").write_bytes(b'id = "\xe9"')
    with pytest.raises(PolicyError) as latin:
        load_policy(tmp_path / "latin.toml")
    assert latin.value.code == "bad_toml"
