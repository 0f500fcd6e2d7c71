"""What docs/weigh.md and its notebook say is what the code does."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import click
import msgspec
import pytest

from mediator.cli.book import merchants
from mediator.cli.weigh import weigh as command
from mediator.weigh.parameters import GLOBAL, SECTOR_KINDS, shipped
from mediator.weigh.population import validation
from mediator.weigh.population.microdata import read_microdata
from mediator.weigh.population.microdata_rules import COLUMNS
from mediator.weigh.population.spec import REGIMES
from mediator.weigh.scenario import Scenario, load_scenario, shipped_scenarios
from mediator.weigh.vocabulary import SECTORS

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "weigh.md").read_text(encoding="utf-8")
NOTEBOOK = json.loads((ROOT / "docs" / "weigh" / "alipay.ipynb").read_text(encoding="utf-8"))
PAGES = (
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "decisions").glob("003*.md")),
    ROOT / "README.md",
    ROOT / "src" / "mediator" / "weigh" / "README.md",
)
COMMANDS = sorted(
    {
        line.partition("#")[0].strip()
        for text in (GUIDE, (ROOT / "README.md").read_text(encoding="utf-8"))
        for language, block in re.findall(r"^```(\w*)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        if not language
        for line in block.splitlines()
        if "mediator weigh" in line
    }
)
OWN = "\n".join(re.findall(r"^mediator book merchants .*", GUIDE, re.MULTILINE))
FULL_MINUS = "−"


def section(title: str) -> str:
    """A chapter of the guide, to the next heading."""
    found = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^##+ |\Z)", GUIDE, re.MULTILINE | re.DOTALL)
    assert found is not None, f"there is no chapter {title}"
    return found[1]


def keys_of_table(text: str, head: str) -> set[str]:
    """The words in backticks in the first column of the table with this head."""
    table = text[text.index(f"| {head} |") :].partition("\n\n")[0]
    return {word for line in table.splitlines()[2:] for word in re.findall(r"`([^`]+)`", line.split("|")[1])}


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


def test_there_are_commands_to_check() -> None:
    assert len(COMMANDS) >= 6


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_line_names_a_shipped_scenario_and_options_that_exist(line: str) -> None:
    arguments = line.split()
    context = command.make_context("weigh", arguments[arguments.index("weigh") + 1 :])
    assert context.params["scenario"] in shipped_scenarios()
    values = dict(change.partition("=")[::2] for change in context.params["changes"])
    shipped("2017").override({name: float(value) for name, value in values.items()})


def test_options_in_the_text_are_those_of_the_command() -> None:
    for about, text in ((command, re.sub(r"^mediator book .*", "", GUIDE, flags=re.MULTILINE)), (merchants, OWN)):
        known = {option for each in about.params if isinstance(each, click.Option) for option in each.opts}
        named = set(re.findall(r"(?<![\w-])--[a-z]+", text))
        assert named
        assert named <= known


def test_a_link_within_the_repository_leads_somewhere() -> None:
    broken = []
    for page in PAGES:
        for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
            if not link.startswith(("http:", "https:", "#")) and not (page.parent / link.partition("#")[0]).exists():
                broken.append(f"{page.relative_to(ROOT)}: {link}")
    assert broken == []


def test_parameters_that_the_guide_names_exist() -> None:
    text = section("Parameters") + section("Two channels")
    named = set(re.findall(r"`(\w+(?:\.\w+)?)`", text)) | set(re.findall(r"--set (\w+)=", GUIDE))
    others = {"published", "derived", "assumed", *SECTOR_KINDS}
    assert named - others <= set(shipped("2017").entries)
    assert len(GLOBAL) == 28, "the guide says 28"
    assert len(SECTOR_KINDS) == 5, "the guide says five"
    assert len(shipped("2017").entries) == 78, "the guide says 78"


def test_a_refusal_reads_as_the_guide_shows_it() -> None:
    faults = shipped("2017").override_faults({"eta": 5.0, "etta": 1.0})
    shown = [f"parameters, {fault.key[-1]}: {fault.message}" for fault in faults]
    assert "\n".join(shown) in GUIDE


def test_the_table_of_a_scenario_has_every_key() -> None:
    fields = {field.encode_name for field in msgspec.structs.fields(Scenario)} | {"based_on"}
    named = {word.strip("[]") for word in keys_of_table(section("Writing a scenario"), "key")}
    assert named == fields
    defaults = {field.name: field.default for field in msgspec.structs.fields(Scenario)}
    table = section("Writing a scenario")
    for name in ("rows", "seed", "draws"):
        assert f"| `{name}` | {defaults[name]:,} |" in table


def test_the_table_of_microdata_has_every_column() -> None:
    named = keys_of_table(section("Microdata"), "column")
    assert named == set(COLUMNS)
    assert f"sector` | needed: {', '.join(SECTORS)} |" in GUIDE


def test_the_table_of_a_population_names_the_keys_that_the_shipped_ones_have() -> None:
    text = section("A population from published tables")
    file = ROOT / "src" / "mediator" / "weigh" / "data" / "populations" / "small.toml"
    for stratum in tomllib.loads(file.read_text(encoding="utf-8"))["strata"]:
        assert {key for key in stratum if f"`{key}`" not in text and f".{key}]" not in text} == set()
    assert all(f"`{regime}`" in text for regime in REGIMES)


def test_the_scenario_that_is_shown_is_read(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(blocks("toml")[0])
    scenario = load_scenario(file)
    assert (scenario.focus, scenario.parameters, scenario.base_year) == ("umk-half", {"rail_share": 0.3}, "2017")


def test_the_microdata_that_are_shown_are_read(tmp_path: Path) -> None:
    file = tmp_path / "merchants.csv"
    file.write_text(blocks("csv")[0])
    found = read_microdata(file)
    assert found.import_share_ppm.tolist() == [50_000, 1_000_000]
    assert found.indonesia_rp.tolist() == [450_000_000, 120_000_000]


def test_the_errors_that_the_guide_admits_are_those_of_the_fit() -> None:
    rows = [line.split("|") for line in section("How well the populations do").splitlines() if line.count("|") == 6]
    found = [(row[4].strip(), row[5].strip()) for row in rows[2:]]
    expected = []
    for check in validation():
        predicted = f"{check.predicted:,.2f}" if check.predicted < 100 else f"{check.predicted:,.0f}"
        expected.append((predicted, f"{100 * check.error:+.1f} %".replace("-", FULL_MINUS)))
    assert found == expected
    assert all(source in GUIDE for check in validation() for source in (check.fitted_source, check.published_source))


def stored_numbers() -> dict[str, Any]:
    """What the notebook's last cell shows."""
    shown = "".join(NOTEBOOK["cells"][-1]["outputs"][0]["data"]["text/markdown"])
    numbers: dict[str, Any] = json.loads(shown.removeprefix("```json\n").removesuffix("\n```"))
    return numbers


def test_the_notebook_is_small_and_shows_tables_and_charts() -> None:
    assert (ROOT / "docs" / "weigh" / "alipay.ipynb").stat().st_size < 600_000
    data = [output.get("data", {}) for cell in NOTEBOOK["cells"] for output in cell.get("outputs", [])]
    assert sum("image/svg+xml" in each for each in data) >= 3
    assert sum("text/markdown" in each for each in data) >= 5
    kinds = {output["output_type"] for cell in NOTEBOOK["cells"] for output in cell.get("outputs", [])}
    assert kinds == {"execute_result", "display_data"}, "an error, or something on a stream"


def test_the_guide_and_the_notebook_tell_the_same_numbers() -> None:
    sales = stored_numbers()["equal"]["sales_domestic"]
    assert f"Rp {sales / 1e9:+.2f} billion" in section("Six readings, and why the sign turns")
    entry = stored_numbers()["equal, entry"]["sales_domestic"]
    assert f"(Rp {entry / 1e9:,.0f} billion".replace("-", FULL_MINUS) in section("Two channels")


@pytest.mark.slow
def test_the_notebooks_cells_run_and_still_give_the_numbers_that_are_stored() -> None:
    """Where they changed for a reason: `.venv/bin/python docs/weigh/make_notebook.py`."""
    shown: dict[str, Any] = {"display": lambda _: None}
    for cell in NOTEBOOK["cells"]:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), cell["id"], "exec"), shown)
    found, stored = shown["numbers"], stored_numbers()
    assert found.keys() == stored.keys()
    assert found["exact"] == stored["exact"], "rupiah are integers: they agree or they don't"
    for name in found.keys() - {"exact"}:
        assert found[name] == pytest.approx(stored[name], rel=1e-5)
