"""Microdata from CSV and Parquet: read back what was written, with defaults, and refuse every bad row with its line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mediator.weigh.errors import WeighError
from mediator.weigh.population import (
    Market,
    chunks,
    load_population,
    microdata_chunks,
    read_microdata,
    synthesise,
    write_parquet,
)
from mediator.weigh.population.market import shares


def no_sales() -> Market:
    return shares({}, {}, {})


def csv(folder: Path, *lines: str) -> Path:
    file = folder / "merchants.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_a_written_population_is_read_back_as_it_was(tmp_path: Path) -> None:
    spec = load_population("small")
    file = tmp_path / "small.parquet"
    assert write_parquet(chunks(spec, 5, no_sales(), chunk_rows=3_000), file) == spec.merchants
    whole = synthesise(spec, 5, no_sales(), 0, spec.merchants)
    found = read_microdata(file)
    for name, column in whole.columns.items():
        assert np.array_equal(column, found.columns[name]), name
    assert next(len(part) for part in microdata_chunks(file, 4_096)) <= 4_096


def test_what_a_csv_leaves_out_has_the_documented_defaults(tmp_path: Path) -> None:
    found = read_microdata(
        csv(
            tmp_path,
            "country,sector,world_rp,online_rp,rail_rp,province,import_share,curated",
            "ID,food,3000000000,500,400,32,12.5%,ya",
            "CN,toys,7,,,,,",
            "ID,crafts,10,5,,51,300000,false",
        )
    )
    assert found.id.tolist() == [0, 1, 2]
    assert found.size_class.tolist() == [1, 0, 0]
    assert found.channel.tolist() == [2, 0, 1]
    assert found.indonesia_rp.tolist() == [3_000_000_000, 0, 10]
    assert found.import_share_ppm.tolist() == [125_000, 1_000_000, 300_000]
    assert found.mentored.tolist() == [True, False, False]
    assert found.province.tolist() == [12, 0, 17]
    assert found.weight.tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("JP,food,1,,,,,,", "unknown_country"),
        (",food,1,,,,,,", "unknown_country"),
        ("ID,fod,1,,,,,,", "unknown_sector"),
        ("ID,food,-1,,,,,,", "negative_turnover"),
        ("ID,food,1.0,,,,,,", "not_whole"),
        ("ID,food,1e9,,,,,,", "not_whole"),
        ("ID,food,,,,,,,", "not_whole"),
        ("ID,food,99999999999999999,,,,,,", "too_large"),
        ("ID,food,9,5,6,,,,", "rail_above_online"),
        ("ID,food,4,5,,,,,", "sales_out_of_order"),
        ("ID,food,9,,,99,,,", "unknown_province"),
        ("ID,food,9,,,,101%,,", "import_share"),
        ("ID,food,9,,,,half,,", "import_share"),
        ("ID,food,9,,,,,0,", "not_positive"),
        ("ID,food,9,,,,,,maybe", "not_yes_or_no"),
    ],
)
def test_a_bad_row_is_refused_with_its_line(tmp_path: Path, row: str, code: str) -> None:
    header = "country,sector,world_rp,online_rp,rail_rp,province,import_share,weight,curated"
    with pytest.raises(WeighError) as caught:
        read_microdata(csv(tmp_path, header, "ID,food,9,5,5,32,5%,1,false", row))
    assert (caught.value.code, caught.value.line) == (code, 3)


def test_a_second_merchant_of_an_id_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WeighError) as caught:
        read_microdata(csv(tmp_path, "id,country,sector,world_rp", "4,ID,food,1", "5,ID,food,1", "4,ID,food,1"))
    assert (caught.value.code, caught.value.line) == ("duplicate_id", 4)


def test_twenty_faults_are_shown_and_how_many_more_there_are(tmp_path: Path) -> None:
    with pytest.raises(WeighError) as caught:
        read_microdata(csv(tmp_path, "country,sector,world_rp", *["ID,food,-1"] * 50))
    assert len(caught.value.faults) == 21
    assert "30 more faults" in caught.value.faults[-1].message


def test_columns_are_checked_by_name(tmp_path: Path) -> None:
    with pytest.raises(WeighError) as caught:
        read_microdata(csv(tmp_path, "country,sectors,world_rp", "ID,food,1"))
    assert [fault.code for fault in caught.value.faults] == ["missing_column", "unknown_column"]
    assert "did you mean 'sector'?" in str(caught.value)
    with pytest.raises(WeighError) as caught:
        read_microdata(tmp_path / "nothing.csv")
    assert caught.value.code == "unknown_file"
    with pytest.raises(WeighError) as caught:
        read_microdata(csv(tmp_path, "country,sector,world_rp"))
    assert caught.value.code == "no_merchants"


def test_nothing_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(WeighError) as caught:
        write_parquet([], tmp_path / "empty.parquet")
    assert caught.value.code == "no_merchants"
