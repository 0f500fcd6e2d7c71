"""The answer as JSON for other programs: every row, keys in the order of ``answer``, the same bytes every time."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from typing import Any

from mediator.weigh.answer import Answer, Range

SCHEMA = 1
"""Raised when a key changes its name or meaning."""

_WHOLE = frozenset(
    {
        *(
            "waived",
            "waived_indonesia",
            "waived_abroad",
            "sales_domestic",
            "sales_abroad",
            "profit",
            "profit_indonesia",
        ),
        *("profit_producers", "net", "held_back", "net_low", "net_high", "sales_low", "sales_high"),
        *("sales_p5", "sales_central", "sales_p95", "net_p5", "net_central", "net_p95"),
    }
)
"""Keys whose floats are rupiah: estimates, told to the whole rupiah."""


def to_json(answer: Answer) -> str:
    """The answer as one line of JSON. Rupiah are whole; other numbers are the shortest that read back the same."""
    return json.dumps({"schema": SCHEMA, **_object(answer)}, ensure_ascii=False, allow_nan=False)


def _object(value: Any) -> dict[str, Any]:
    return {field.name: _value(field.name, getattr(value, field.name)) for field in fields(value)}


def _value(name: str, value: Any) -> Any:
    if name == "measures":
        return {key: _range(key, item) for key, item in value.items()}
    if is_dataclass(value):
        return _object(value)
    if isinstance(value, tuple):
        return [_value(name, item) for item in value]
    return round(value) if name in _WHOLE and isinstance(value, float) else value


def _range(measure: str, value: Range) -> dict[str, Any]:
    """A measure's range with its verdict; rupiah unless its name says per cent."""
    ends = {name: getattr(value, name) for name in ("central", "p5", "p50", "p95")}
    if not measure.endswith("_percent"):
        ends = {name: round(end) for name, end in ends.items()}
    return {**ends, "positive": value.positive, "verdict": value.verdict}
