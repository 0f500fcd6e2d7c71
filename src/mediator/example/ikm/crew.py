"""Bodies and people of the example's path who are not shown on the sign-in page, beside those who are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mediator.example.accounts import DINAS, DOMAIN, MINISTRY
from mediator.example.ikm.plans import plans
from mediator.example.marker import GRANTED_BY
from mediator.example.shops import shops
from mediator.ikm.mentoring import programmes, service
from mediator.ikm.producers.organisations import make_organisation
from mediator.ikm.selection.adopting import adopt
from mediator.ikm.selection.reader import shipped
from mediator.people.models import Person
from mediator.people.roles import StaffRole, grant
from mediator.shop.places import province_name, zone_of_province

SELECTS = MINISTRY
DINAS_AT = DINAS[-2:]
"""The province whose dinas has shown accounts."""

VALIDATORS = (
    "Zulkifli Daud", "Rosmaida Sihombing", "Yulianti Chaniago", "Herlina Sungkai", "Indra Kurniadi", "Cecep Wiguna",
    "Sulastri Handoyo", "Wayan Artana", "Marlina Bili", "Lalu Wirajaya", "Rusdiana Halim", "Baharuddin Tenri",
    "Yuliana Wenda", "Ismail Tuasikal", "Sofie Wowor", "Abdul Rauf Kaimudin", "Bagus Setiaji", "Dyah Prameswari",
    "Teguh Wicaksana", "Ratna Puspa",
)  # fmt: skip
CURATORS = (("kurasi4", "Laras Kinanti"), ("kurasi5", "Benyamin Saragih"), ("kurasi6", "Nurul Azizah"))
MENTORS = (
    ("bi1", "Arif Budiman Santosa", "bank-indonesia"), ("bpjph1", "Khadijah Munir", "bpjph"),
    ("bbppei1", "Gunawan Tirtayasa", "kemendag-bbppei"), ("komdigi1", "Vina Oktavia", "komdigi"),
    ("ikma1", "Retno Palupi", "kemenperin-ikma"), ("kemenkop1", "Bambang Sutejo", "kemenkop-ukm"),
)  # fmt: skip

OFFICIALS = (
    ("bi2", "Endah Wulansari", "bank-indonesia"), ("kemenkop2", "Johan Pattiasina", "kemenkop-ukm"),
    ("bpjph2", "Fauziah Amin", "bpjph"), ("bbppei2", "Stefanus Lie", "kemendag-bbppei"),
    ("komdigi2", "Rina Marpaung", "komdigi"),
)  # fmt: skip


@dataclass(frozen=True)
class Crew:
    """Who acts. ``validators`` by province; ``mentors`` by the organisation they work for."""

    verifier: Person
    validators: dict[str, Person]
    curators: dict[str, Person]
    mentors: dict[str, Person]
    offices: dict[str, Person]
    """Officials by organisation."""


def dinas(province: str) -> str:
    """The code of a province's dinas of industry."""
    return f"disperindag-{province}"


def hire(people: dict[str, Person], now: datetime) -> Crew:
    """Organisations, programmes, criteria, and whoever works with them, with their roles."""
    service.load(programmes.shipped(), now)
    for criteria in shipped():
        adopt(criteria, str(people["pejabat"].pk), now)
    regency = {shop.name: shop.regency for shop in shops()}
    provinces = sorted({regency[plan.shop][:2] for plan in plans()})
    validators = {}
    for province, name in zip(provinces, VALIDATORS, strict=False):
        code = _office(province, now)
        validators[province] = (
            people["validator"]
            if province == DINAS_AT
            else _person(f"dinas{province}", name, code, StaffRole.VALIDATOR, now, province)
        )
    curators = {local: people[local] for local in ("kurator", "kurator2", "kurator3")}
    curators |= {local: _person(local, name, SELECTS, StaffRole.CURATOR, now) for local, name in CURATORS}
    mentors = {code: _person(local, name, code, StaffRole.MENTOR, now) for local, name, code in MENTORS[:-1]}
    mentors["kemenkop-ukm"] = people["pendamping"]
    local, name, code = MENTORS[-1]
    mentors["other"] = _person(local, name, code, StaffRole.MENTOR, now)
    offices = {code: _person(local, name, code, StaffRole.OFFICIAL, now) for local, name, code in OFFICIALS}
    offices[SELECTS] = people["pejabat"]
    return Crew(people["verifikator"], validators, curators, mentors, offices)


def _office(province: str, now: datetime) -> str:
    name = f"Dinas Perindustrian dan Perdagangan Provinsi {province_name(province)}"
    make_organisation(dinas(province), name, "province", now, region=province)
    return dinas(province)


def _person(local: str, name: str, scope: str, role: StaffRole, now: datetime, province: str = "31") -> Person:
    """Somebody without a password: nobody signs in as them."""
    person = Person(email=f"{local}@{DOMAIN}", name=name, zone=zone_of_province(province))
    person.set_unusable_password()
    person.save(force_insert=True)
    grant(person, role, GRANTED_BY, now, scope)
    return person
