"""A scenario: which policies are weighed over which population, under which readings and parameters."""

from .reader import load_scenario, parse_scenario, shipped_scenario, shipped_scenarios
from .spec import Option, Readings, Scenario, Text

__all__ = [
    "Option",
    "Readings",
    "Scenario",
    "Text",
    "load_scenario",
    "parse_scenario",
    "shipped_scenario",
    "shipped_scenarios",
]
