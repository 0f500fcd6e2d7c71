"""What may be seen of a producer, by whom and for what: a table and pure functions that walk it.

Law 27/2022 on personal data (UU PDP): a controller needs a basis (article 20: consent, contract, legal obligation,
vital interest, public task, legitimate interest), keeps to the purpose that was told (article 16), and records what it
did (article 31). Articles are from memory, unconfirmed; which basis fits which of our purposes is our reading.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

VERSION = "2026-1"
"""Of the wording of the purposes; a new wording needs a new yes."""

PUBLIC, BUSINESS, RECORD, CONTACT, IDENTITY = "public", "business", "record", "contact", "identity"
DOCUMENTS = "documents"

GROUPS: Mapping[str, tuple[str, ...]] = {
    PUBLIC: ("name", "province", "regency", "kbli", "kbli_version"),
    BUSINESS: ("nib", "workers", "capital_minor", "sales_minor", "figures_year", "started_on", "closed_on"),
    RECORD: ("sizes", "permits", "grade", "bodies", "standing"),
    CONTACT: ("owner_name", "phone", "email", "address", "district"),
    IDENTITY: ("nik", "npwp"),
    DOCUMENTS: (),
}
"""Fields by how near they are to a person. Names of producers are public: they stand on their products. ``record`` is
what was found of the business: sizes by law, permits and their states, grade, mentoring bodies, standing. ``documents``
are photographs of papers that were handed in to be looked at; they are looked at one by one and never exported."""

NOTED = frozenset((CONTACT, IDENTITY, DOCUMENTS))
"""Groups of which every look is written down."""

REGISTER, PROGRAMME, SELECTING, REGION, NONE = "register", "programme", "selecting", "region", "none"
RELATIONS = (REGISTER, PROGRAMME, SELECTING, REGION)
"""How an organisation has to do with a producer: its register brought it, it mentors it or selects its products, it is
responsible for its region, or not at all."""

PUBLIC_BODIES = frozenset(("ministry", "agency", "province", "regency"))
"""Kinds of organisations that have a public task in a region. A bank or an association has none: it sees whom it
mentors, selects or brought, whatever region stands in its row."""


class Purpose(NamedTuple):
    """What something is for. ``needs_consent``: none of the other bases of article 20 is claimed for it."""

    code: str
    basis: str
    article: str
    groups: tuple[str, ...]
    relations: tuple[str, ...]
    needs_consent: bool = False


PURPOSES: dict[str, Purpose] = {
    purpose.code: purpose
    for purpose in (
        Purpose("statistics", "public task", "20(2)e", (PUBLIC,), RELATIONS),
        Purpose("guidance", "public task", "20(2)e", (PUBLIC, BUSINESS, RECORD), RELATIONS),
        Purpose("verification", "public task", "20(2)e", (PUBLIC, BUSINESS, DOCUMENTS), RELATIONS),
        Purpose("selection", "contract", "20(2)b", (PUBLIC, BUSINESS, RECORD, CONTACT), (SELECTING,)),
        Purpose("mentoring", "contract", "20(2)b", (PUBLIC, BUSINESS, RECORD, CONTACT), (PROGRAMME,)),
        Purpose("contact", "consent", "20(2)a", (PUBLIC, CONTACT), RELATIONS, True),
        Purpose("identity", "consent", "20(2)a", (PUBLIC, BUSINESS, IDENTITY), (REGISTER, PROGRAMME, REGION), True),
    )
}

NOTHING: frozenset[str] = frozenset()


def groups_seen(purpose: str, relation: str, consents: Collection[str]) -> frozenset[str]:
    """The groups of fields an organisation may see of a producer for a purpose.

    ``relation`` is how it has to do with the producer, ``consents`` the purposes the producer said yes to, to this
    organisation. Nothing for an unknown purpose, a relation that does not carry it, or where a yes is missing.
    """
    found = PURPOSES.get(purpose)
    if found is None or relation not in found.relations or (found.needs_consent and purpose not in consents):
        return NOTHING
    return frozenset(found.groups)


def groups_seen_by(purpose: str, relations: Collection[str], consents: Collection[str]) -> frozenset[str]:
    """The same for an organisation that has to do with a producer in several ways: what any of them carries."""
    return NOTHING.union(*(groups_seen(purpose, relation, consents) for relation in relations))


def open_purposes(relations: Collection[str], consents: Collection[str]) -> tuple[str, ...]:
    """The purposes for which something may be seen, in the order of the table."""
    return tuple(code for code in PURPOSES if groups_seen_by(code, relations, consents))


def fields_of(groups: Collection[str]) -> tuple[str, ...]:
    """The fields of these groups, in the order of the table."""
    return tuple(field for group, fields in GROUPS.items() if group in groups for field in fields)
