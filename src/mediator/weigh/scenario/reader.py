"""From a scenario's TOML to a checked ``Scenario``; what is wrong is told with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, get_args

import msgspec

from mediator.weigh.errors import Fault, Key, WeighError, located, refusal

from .spec import MAX_DRAWS, BaseYear, ReadingBase, ReadingKind, Scenario

_STEP = re.compile(r"\.(\w+)|\[(\d+|\.\.\.)\]")
_CHOICES = {
    "base_year": get_args(BaseYear),
    "kinds": get_args(ReadingKind),
    "kind": get_args(ReadingKind),
    "bases": get_args(ReadingBase),
    "base": get_args(ReadingBase),
}
MAX_DEPTH = 4
"""How many scenarios may stand on one another by ``based_on``."""


def load_scenario(path: str | Path) -> Scenario:
    """The scenario in a TOML file; WeighError with the line of what is wrong."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        message = f"The file can't be read: {error.strerror or error}."
        raise refusal("unreadable_file", message, path=str(path)) from None
    except UnicodeDecodeError as error:
        raise refusal("bad_toml", f"TOML is UTF-8; byte {error.start} is not.", path=str(path)) from None
    return parse_scenario(text, str(path), Path(path).parent)


def parse_scenario(text: str, path: str | None = None, folder: Path | Traversable | None = None) -> Scenario:
    """The scenario in a TOML text; ``folder`` is where files that it stands on lie."""
    raw = _tables(text, path)
    whole = _stand_on(raw, text, path, folder, MAX_DEPTH)
    if faults := list(_not_numbers(whole.get("parameters"))):
        raise located(faults, text, path)
    try:
        scenario = msgspec.convert(whole, Scenario)
    except msgspec.ValidationError as error:
        raise _invalid(str(error), text, path) from None
    if faults := [*_faults(scenario), *_parameter_faults(scenario)]:
        raise located(faults, text, path)
    return _placed(scenario, folder)


def _placed(scenario: Scenario, folder: Path | Traversable | None) -> Scenario:
    """File names of policies and population as they are from here, not from the scenario's folder."""
    if not isinstance(folder, Path):
        return scenario

    def place(name: str) -> str:
        return str(folder / name) if Path(name).suffix else name

    options = tuple(msgspec.structs.replace(option, policy=place(option.policy)) for option in scenario.options)
    return msgspec.structs.replace(
        scenario, options=options, baseline=place(scenario.baseline), population=place(scenario.population)
    )


@cache
def shipped_scenarios() -> tuple[str, ...]:
    """The names of the scenarios that come with Mediator."""
    return tuple(sorted(file.name.removesuffix(".toml") for file in _folder().iterdir() if file.name.endswith(".toml")))


def shipped_scenario(name: str) -> Scenario:
    """A scenario that comes with Mediator, by name."""
    if name not in shipped_scenarios():
        message = f"No scenario is called {name!r}; there are {', '.join(shipped_scenarios())}, or name a TOML file."
        raise refusal("unknown_scenario", message)
    file = _folder() / f"{name}.toml"
    return parse_scenario(file.read_text(encoding="utf-8"), file.name, _folder())


def _folder() -> Traversable:
    return resources.files("mediator.weigh") / "data" / "scenarios"


def _tables(text: str, path: str | None) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = int(found[1]) if found else text.rstrip().count("\n") + 1
        reason = re.sub(r"\s*\(at [^)]*\)$", "", str(error))
        raise refusal("bad_toml", f"This is not TOML: {reason}.", line, path) from None


def _stand_on(
    raw: dict[str, Any], text: str, path: str | None, folder: Path | Traversable | None, depth: int
) -> dict[str, Any]:
    """The tables with those of the scenario named by ``based_on`` under them; lists are replaced whole."""
    base = raw.pop("based_on", None)
    if base is None:
        return raw
    if depth == 0:
        message = f"Scenarios may stand on one another {MAX_DEPTH} deep, and not on themselves."
        raise located([Fault("based_on_too_deep", message, ("based_on",))], text, path)
    name = str(base)
    places = [place / f"{name.removesuffix('.toml')}.toml" for place in (folder, _folder()) if place is not None]
    file = next((place for place in places if place.is_file()), None)
    if file is None:
        message = f"No scenario {name!r} lies beside this file or comes with Mediator."
        raise located([Fault("unknown_scenario", message, ("based_on",))], text, path)
    below = file.read_text(encoding="utf-8")
    return _over(_stand_on(_tables(below, str(file)), below, str(file), folder, depth - 1), raw)


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = _over(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _invalid(message: str, text: str, path: str | None) -> WeighError:
    """msgspec's sentence with its path turned into a key, whose line is then looked up."""
    sentence, _, place = message.partition(" - at `$")
    key: Key = tuple(
        int(found[2]) if found[2] and found[2] != "..." else found[1]
        for found in _STEP.finditer(place)
        if found[1] or found[2] != "..."
    )
    unknown = re.search(r"unknown field `(\w+)`", sentence)
    if unknown:
        fault = Fault("unknown_key", f"There is no key {unknown[1]!r} here.", (*key, unknown[1]))
    elif missing := re.search(r"missing required field `(\w+)`", sentence):
        fault = Fault("missing_key", f"The key {missing[1]!r} is missing.", key)
    elif choices := _CHOICES.get(next((part for part in reversed(key) if isinstance(part, str)), "")):
        fault = Fault("wrong_value", f"{sentence}; write one of {', '.join(choices)}.", key)
    else:
        fault = Fault("wrong_type", f"{sentence}.", key)
    return located([fault], text, path)


def _not_numbers(parameters: object) -> Iterator[Fault]:
    """Parameters that can't be read as a number, each by its name, which msgspec wouldn't tell."""
    for name, value in parameters.items() if isinstance(parameters, dict) else ():
        if isinstance(value, dict):
            inner = next(iter(value), "weight")
            message = f'Put the name of a sector\'s parameter in quotes: "{name}.{inner}" = ...'
            yield Fault("wrong_type", message, ("parameters", name, inner))
        elif isinstance(value, bool) or not isinstance(value, int | float):
            yield Fault("wrong_type", f"{name} is a number, not {value!r}.", ("parameters", name))


def _parameter_faults(scenario: Scenario) -> list[Fault]:
    """Parameters that there are none of, or that lie outside their stated range."""
    if not scenario.parameters:
        return []
    from mediator.weigh.parameters import shipped  # here, so that listing scenarios doesn't wait for SciPy

    return list(shipped(scenario.base_year).override_faults(scenario.parameters))


def _faults(scenario: Scenario) -> list[Fault]:
    faults: list[Fault] = []
    names = [option.name for option in scenario.options]
    if not names:
        faults.append(Fault("no_option", "Give at least one [[option]] to weigh.", ()))
    for place, name in enumerate(names):
        if name in names[:place]:
            faults.append(Fault("duplicate_option", f"Two options are called {name!r}.", ("option", place, "name")))
    if names and scenario.focus not in names:
        faults.append(Fault("unknown_option", f"focus is one of the options: {', '.join(names)}.", ("focus",)))
    if not 0 <= scenario.draws <= MAX_DRAWS:
        faults.append(Fault("bad_number", f"draws is from 0 to {MAX_DRAWS}.", ("draws",)))
    if scenario.rows < 0:
        faults.append(Fault("bad_number", "rows is 0 for the full population, or how many rows to draw.", ("rows",)))
    if scenario.seed < 0:
        faults.append(Fault("bad_number", "seed is 0 or more.", ("seed",)))
    readings = scenario.readings
    if not readings.kinds or not readings.bases:
        faults.append(Fault("no_reading", "Name at least one kind and one base of threshold.", ("readings",)))
    elif readings.shown.kind not in readings.kinds or readings.shown.base not in readings.bases:
        message = "The reading that is shown is one of the kinds and bases that the words allow."
        faults.append(Fault("unknown_reading", message, ("readings", "shown")))
    return faults
