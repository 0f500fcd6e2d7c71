"""What comes to the example from outside: registers of a dinas and a ministry, a shop's claim, prices and trade."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib.resources import files
from uuid import UUID

from mediator.example.ikm.crew import DINAS_AT, SELECTS, dinas
from mediator.example.ikm.making import Made, key
from mediator.example.ikm.pictures import CLAIMED, CLAIMED_NIB
from mediator.ikm.producers import claims
from mediator.ikm.producers.models import Organisation, Producer
from mediator.ikm.registers import importing
from mediator.ikm.registers.importing import OpenSource
from mediator.ikm.registers.mapping import guess, open_table
from mediator.ikm.registers.reading import FOR_PAGES, read_lines
from mediator.ikm.strength.importing import About, import_prices, import_trade
from mediator.ikm.strength.service import declare_sheet
from mediator.ikm.strength.tkdn import Component, Sheet
from mediator.people.models import Person
from mediator.protocol.calendar import jakarta_date
from mediator.shop.models import Member, Merchant

MADE_UP = "Angka karangan untuk contoh"
CLAIMS = "Oleh-Oleh Parahyangan"
"""A shop that says that it is a producer of the ministry's register."""
CLAIM_WORDS = "Ini usaha saya. NIB-nya saya foto dari layar OSS; nama di sana memakai nama panggilan saya."
_HEADER = "ref,observed_on,hs,category,unit,quantity,country,title,price,attributes"


def registers(people: dict[str, Person], now: datetime) -> None:
    """Two registers taken in; what looks like a producer who is there already is offered as a double."""
    for code, name, who in ((dinas(DINAS_AT), "register-33.csv", "dinas"), (SELECTS, "register-ikm.csv", "pejabat")):
        data = _data(name)
        header = open_table(read_lines(io.BytesIO(data), FOR_PAGES), "producers").header
        organisation = Organisation.objects.get(code=code)
        imported = importing.begin(
            organisation, "producers", name, io.BytesIO(data), guess(header, "producers"), str(people[who].pk), now
        )
        importing.apply(imported, OpenSource(io.BytesIO(data)), now)


def claim(photo: str, now: datetime) -> None:
    """A shop says which producer of a register it is; an official has to look at it."""
    merchant = Merchant.objects.get(name=CLAIMS)
    owner = Member.objects.select_related("person").get(merchant=merchant, role="owner").person
    claims.claim(merchant, Producer.objects.get(nib=CLAIMED_NIB), owner, [photo], CLAIM_WORDS, now)


def figures(people: dict[str, Person], now: datetime) -> None:
    """Prices of imports and a little trade, all of them made up and saying so."""
    today = jakarta_date(now)
    lines = [_HEADER]
    for number, line in enumerate(_data("prices.txt").decode().splitlines()):
        if line and not line.startswith("#"):
            hs, category, unit, quantity, country, title, price, attributes = (part.strip() for part in line.split("|"))
            day = today - timedelta(days=3 + number % 20)
            lines.append(f'c{number},{day},{hs},{category},{unit},{quantity},{country},"{title}",{price},{attributes}')
    prices = import_prices(io.BytesIO("\n".join(lines).encode()), MADE_UP, now)
    about = About("Contoh", "USD", MADE_UP)
    trade = import_trade(io.BytesIO(_data("trade.csv")), about, str(people["analis"].pk), now)
    assert not prices.refused, prices.faults
    assert not trade.refused, trade.faults


def local_content(made: Made, now: datetime) -> None:
    """The shown producer declares what its first product is made of."""
    sheet = Sheet(
        "permenperin-35-2025",
        (
            Component("material", "Kain katun primisima", 92_000_00, 10_000),
            Component("material", "Malam dan pewarna", 38_000_00, 6_500),
            Component("labour", "Mencanting dan mewarnai", 180_000_00, 10_000),
            Component("overhead", "Kompor, air, dan sewa", 24_000_00, 10_000),
        ),
        has_factory_here=True, has_workforce_here=True, is_small_industry=True,
    )  # fmt: skip
    product = made.products[made.plan.goods[0].listing]
    declare_sheet(product, sheet, str(made.owner.pk), UUID(key("tkdn", product.pk)), now)


def all_of_it(people: dict[str, Person], made: Mapping[str, Made], photos: Mapping[str, str], now: datetime) -> None:
    """Everything from outside, of the last weeks."""
    registers(people, now - timedelta(days=9))
    claim(photos[CLAIMED], now - timedelta(days=2))
    figures(people, now - timedelta(hours=20))
    local_content(made["Batik Laweyan Ayu"], now - timedelta(days=6))


def _data(name: str) -> bytes:
    return (files("mediator.example") / "data" / name).read_bytes()
