"""The worked example of docs/policies.md is reckoned by the code it explains."""

from __future__ import annotations

import re
from pathlib import Path

from mediator.policy import parse_policy, price

from .making import facts, rupiah

DOCS = (Path(__file__).parents[2] / "docs" / "policies.md").read_text(encoding="utf-8")
SOURCES = Path(__file__).parents[2] / "src" / "mediator" / "policy"


def test_the_worked_example_comes_to_what_the_docs_say() -> None:
    found = re.search(r"```toml\n(.*?)```", DOCS, re.DOTALL)
    assert found is not None
    lines = price(facts(1_000_000, 16_000_000, curated=True), parse_policy(found[1]))
    assert rupiah(lines) == {"service": 15_000, "curated": -3_000, "ppn": 1_320}
    assert "The merchant bears Rp 13,320." in DOCS


def test_every_code_of_an_error_is_in_the_docs() -> None:
    source = "".join((SOURCES / f"{name}.py").read_text() for name in ("check", "reader", "pricing"))
    codes = set(re.findall(r'(?:Fault|fault|refusal)\(\s*"(\w+)"', source)) | set(re.findall(r', "(\w+)"[,)]', source))
    codes = {code for code in codes if "_" in code and not code.startswith(("threshold_", "amount_", "size_", "not_"))}
    assert len(codes) > 25
    assert codes - {"calendar_year", "exchange_rate", "valid_to"} <= set(re.findall(r"`(\w+)`", DOCS))
