"""A population's TOML: the shipped ones are read, and every fault is refused by name with its line."""

from __future__ import annotations

from fractions import Fraction

import pytest

from mediator.weigh.errors import WeighError
from mediator.weigh.merchants import SIZE_CLASSES
from mediator.weigh.population import PopulationSpec, fit_report, load_population, read_population, shipped
from mediator.weigh.vocabulary import SECTORS

GOOD = """
id = "one"
name = "One table"
year = 2020

[exchange_rates.CNY]
rate = "2000.5"
source = "https://example.org/rate"

[[strata]]
id = "shops"
country = "ID"
currency = "IDR"
size_class = "uu-20-2008"
distribution = "pareto"
source = "https://example.org/table"
total = 1000

[[strata.brackets]]
from = 1_000_000
to = 300_000_000
merchants = 900
turnover = 30_000_000_000

[[strata.brackets]]
from = 300_000_000
to = 50_000_000_000
merchants = 100

[strata.channel]
source = "https://example.org/channel"
percent = { marketplace = "20.64", chat = "79.36" }

[strata.sectors]
source = "https://example.org/goods"
rounding = "0.1"
percent = { food = "33.3", fashion = "33.3", other = "33.3" }

[strata.provinces]
source = "https://example.org/provinces"
merchants = { 32 = 600, 35 = 400 }

[strata.import_share]
source = "ASSUMPTION: for a test"
percent = { food = 5, fashion = 40, footwear = 40, cosmetics = 66, household = 40, furniture = 20, electronics = 58, toys = 70, crafts = 10, other = 40 }

[strata.ticket]
source = "ASSUMPTION: for a test"
rupiah = { food = 75_000, fashion = 120_000, footwear = 180_000, cosmetics = 90_000, household = 130_000, furniture = 450_000, electronics = 250_000, toys = 85_000, crafts = 150_000, other = 120_000 }
"""  # noqa: E501


def refused(old: str, new: str) -> WeighError:
    assert old in GOOD
    with pytest.raises(WeighError) as caught:
        read_population(GOOD.replace(old, new, 1), "one.toml")
    return caught.value


def test_a_good_population_is_read_exactly() -> None:
    spec = read_population(GOOD)
    shops = spec.strata[0]
    assert spec.exchange_rates["CNY"] == Fraction(4001, 2)
    assert shops.merchants == 1000
    assert dict(zip(SECTORS, shops.sectors, strict=True))["food"] == 334
    assert sum(shops.provinces) == 1000
    assert shops.channel_ppm == (0, 793_600, 206_400)
    assert ("shops: merchants by sector", "https://example.org/goods") in spec.sources


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("from = 300_000_000", "from = 200_000_000", "brackets_overlap", 26),
        ("from = 300_000_000", "from = 400_000_000", "brackets_gap", 26),
        ("to = 50_000_000_000", "", "open_bracket", 25),
        ("total = 1000", "total = 1001", "brackets_do_not_sum", 17),
        ('food = "33.3"', 'food = "34.3"', "margins_do_not_sum", 37),
        ("35 = 400", "35 = 401", "margins_do_not_sum", 41),
        ("merchants = 100", "merchants = -100", "negative_merchants", 28),
        ("turnover = 30_000_000_000", "turnover = -1", "negative_turnover", 23),
        ("turnover = 30_000_000_000", "turnover = 899_999_999", "total_impossible", 23),
        ("turnover = 30_000_000_000", "turnover = 3e10", "not_exact", 23),
        ('food = "33.3"', 'foot = "33.3"', "unknown_sector", 37),
        ("32 = 600", "30 = 600", "unknown_province", 41),
        ('country = "ID"', 'country = "IDN"', "unknown_country", 12),
        ('currency = "IDR"', 'currency = "USD"', "unknown_currency", 13),
        ('size_class = "uu-20-2008"', 'size_class = "uu-2008"', "unknown_size_class", 14),
        ("total = 1000", "totale = 1000", "unknown_key", 17),
        ('source = "https://example.org/goods"', "", "source_missing", 34),
        ('source = "https://example.org/table"', 'source = "somebody"', "source_missing", 16),
        ('chat = "79.36"', 'chat = "80"', "margins_do_not_sum", 30),
        ('rate = "2000.5"', "rate = 0", "not_positive", 7),
        ("[strata.ticket]", "[strata.tickets]", "missing", 10),
        ("year = 2020", "year = ", "not_toml", None),
    ],
)
def test_a_fault_is_named_with_its_line(old: str, new: str, code: str, line: int | None) -> None:
    error = refused(old, new)
    found = {fault.code: fault.line for fault in error.faults}
    assert code in found, str(error)
    if line is not None:
        assert found[code] == line, str(error)


def test_an_unknown_word_names_the_nearest_known_one() -> None:
    assert "did you mean 'food'?" in str(refused('food = "33.3"', 'foood = "33.3"'))
    assert "did you mean 'total'?" in str(refused("total = 1000", "totale = 1000"))


def test_all_faults_are_told_at_once_in_the_order_of_their_lines() -> None:
    text = GOOD.replace("total = 1000", "total = 7").replace("35 = 400", "35 = 1").replace('"ID"', '"JP"')
    with pytest.raises(WeighError) as caught:
        read_population(text, "one.toml")
    lines = [fault.line or 0 for fault in caught.value.faults]
    assert {"unknown_country", "brackets_do_not_sum", "margins_do_not_sum"} <= {f.code for f in caught.value.faults}
    assert lines == sorted(lines)


@pytest.mark.parametrize("name", ["national-2017", "national-now", "small"])
def test_shipped_populations_reproduce_the_published_margins(name: str) -> None:
    assert name in shipped()
    spec = load_population(name)
    for stratum in spec.strata:
        assert sum(stratum.sectors) == sum(stratum.provinces) == stratum.merchants
        assert len(stratum.curated_ppm) == len(SIZE_CLASSES)
    for row in fit_report(spec):
        assert row.merchants == row.published_merchants
        assert row.published_rp in (None, row.turnover_rp)
        assert row.low_rp <= row.mean_rp < row.high_rp


def test_national_counts_are_the_published_ones() -> None:
    counts = {one.id: one.merchants for one in load_population("national-2017").strata}
    assert counts == {
        "id-online": 2_868_178,
        "id-offline": 64_249_300,
        "cn-getihu": 62_959_000,
        "cn-trading": 6_844_000,
    }
    online = load_population("national-2017").strata[0]
    assert [one.merchants for one in online.brackets] == [2_379_727, 413_018, 69_410, 6_023]


def test_a_variant_changes_only_what_is_not_known() -> None:
    spec = load_population("small")
    assert spec.variants("CN") == spec.variants("ID") == 3
    assert spec.with_variant("CN", PopulationSpec.CENTRAL) == spec
    assert [spec.with_variant("CN", i).strata[3].sd_ln for i in range(3)] == [1.6, 2.0, 2.4]
    wide = spec.with_variant("ID", 2)
    assert wide.strata[0].brackets[-1].high_rp == 10_000_000_000_000
    assert wide.strata[0].brackets[:-1] == spec.strata[0].brackets[:-1]
    assert wide.strata[2:] == spec.strata[2:]
    with pytest.raises(IndexError):
        spec.with_variant("CN", 3)


def test_an_unknown_population_is_refused_by_name() -> None:
    with pytest.raises(WeighError) as caught:
        load_population("national-2071")
    assert caught.value.code == "unknown_population"
    assert "national-2017" in str(caught.value)
