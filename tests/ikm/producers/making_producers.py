"""Producers, products and shops for tests: each says only what matters to the test."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

from mediator.ikm.producers.models import Organisation, Producer, Product
from mediator.ikm.producers.organisations import make_organisation
from mediator.ikm.producers.service import name_key
from mediator.people.models import new_id

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
"""A Monday, 10.00 in Jakarta."""
_number = itertools.count(1)


def nib() -> str:
    """13 digits that nobody else has."""
    return f"812{next(_number):010d}"


def producer(name: str = "Batik Sekar Jagad", **fields: Any) -> Producer:
    given = {
        "nib": nib(), "province": "33", "regency": "33.75", "region_given": "33.75", "made_at": NOW, "changed_at": NOW,
    }  # fmt: skip
    return Producer.objects.create(name=name, name_key=name_key(name), **(given | fields))


def product(of: Producer, name: str = "", **fields: Any) -> Product:
    given = {"kind": "fashion", "category": "women", "origin": "domestic", "origin_evidence": "Foto alat tenun."}
    name = name or f"Kain batik {next(_number)}"
    return Product.objects.create(producer=of, name=name, made_at=NOW, changed_at=NOW, **(given | fields))


def organisation(code: str = "kemenperin", **fields: Any) -> Organisation:
    kind = "regency" if "." in fields.get("region", "") else "province" if fields.get("region") else "ministry"
    made, _ = make_organisation(code, fields.pop("name", code.title()), fields.pop("kind", kind), NOW, **fields)
    return made


def key() -> str:
    """A form's key."""
    return str(new_id())
