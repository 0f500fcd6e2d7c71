"""What may be seen of a producer, by whom and for what: a table and one pure function that walks it.

Law 27/2022 on personal data (UU PDP): a controller needs a basis (article 20: consent, contract, legal obligation,
vital interest, public task, legitimate interest), keeps to the purpose that was told (article 16), and records what it
did (article 31). Articles are from memory, unconfirmed; which basis fits which of our purposes is our reading.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

VERSION = "2026-1"
"""Of the wording of the purposes; a new wording needs a new yes."""

PUBLIC, BUSINESS, CONTACT, IDENTITY = "public", "business", "contact", "identity"

GROUPS: Mapping[str, tuple[str, ...]] = {
    PUBLIC: ("name", "province", "regency", "kbli", "kbli_version"),
    BUSINESS: ("nib", "workers", "capital_minor", "sales_minor", "figures_year", "started_on", "closed_on"),
    CONTACT: ("owner_name", "phone", "email", "address", "district"),
    IDENTITY: ("nik", "npwp"),
}
"""Fields by how near they are to a person. Names of producers are public: they stand on their products."""

REGISTER, PROGRAMME, SELECTING, REGION, NONE = "register", "programme", "selecting", "region", "none"
"""How an organisation has to do with a producer: its register brought it, it mentors it or selects its products, it is
responsible for its region, or not at all."""


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
        Purpose("statistics", "public task", "20(2)e", (PUBLIC,), (REGISTER, PROGRAMME, SELECTING, REGION)),
        Purpose("guidance", "public task", "20(2)e", (PUBLIC, BUSINESS), (REGISTER, PROGRAMME, SELECTING, REGION)),
        Purpose("selection", "contract", "20(2)b", (PUBLIC, BUSINESS, CONTACT), (SELECTING,)),
        Purpose("mentoring", "contract", "20(2)b", (PUBLIC, BUSINESS, CONTACT), (PROGRAMME,)),
        Purpose("contact", "consent", "20(2)a", (PUBLIC, CONTACT), (REGISTER, PROGRAMME, SELECTING, REGION), True),
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


def fields_of(groups: Collection[str]) -> tuple[str, ...]:
    """The fields of these groups, in the order of the table."""
    return tuple(field for group, fields in GROUPS.items() if group in groups for field in fields)
