"""The kinds of numbers, as data: who issues each, for what, how long it lasts, and what a product needs of them.

``confidence`` of a source: S read in a source that docs/ikm/numbers.md names, I inferred from examples, M from memory
and unconfirmed. Which categories need which permit is a reading of the same sources; a criteria set may ask for more.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Per = Literal["product", "producer", "brand"]

_WORN_ON_SKIN = ("beauty", "body-care")


class PermitKind(NamedTuple):
    """``years`` is how long it is valid (None: no end); ``required_for`` are the shop's categories (empty: none, or all
    where ``is_for_all``). ``is_identity``: kept with the producer, sealed where it names a person, never as a permit.
    """

    code: str
    name_id: str
    name_en: str
    per: Per
    issuer: str
    years: int | None
    source: str
    confidence: Literal["S", "I", "M"]
    required_for: tuple[str, ...] = ()
    is_for_all: bool = False
    is_identity: bool = False


_KINDS = (
    PermitKind("nib", "NIB", "Business identity number (NIB)", "producer", "OSS", None,
               "PP 24/2018 art. 25, PP 5/2021: valid while the business runs; revocable", "S", is_for_all=True),
    PermitKind("npwp", "NPWP", "Tax number (NPWP)", "producer", "DJP", None,
               "PMK 112/2022: 16 digits, a person's is the NIK", "M", is_identity=True),
    PermitKind("nik", "NIK", "Resident number (NIK)", "producer", "Dukcapil", None,
               "UU 23/2006: for life", "M", is_identity=True),
    PermitKind("p-irt", "P-IRT", "Home food licence (P-IRT)", "product", "Dinas Kesehatan", 5,
               "PerBPOM 22/2018; commitments PerBPOM 4/2024 art. 20", "S", ("food",)),
    PermitKind("bpom-md", "BPOM MD", "BPOM food licence (MD)", "product", "BPOM", 5,
               "BPOM: made here; 12 or 15 digits", "S", ("food",)),
    PermitKind("bpom-ml", "BPOM ML", "BPOM licence of imported food (ML)", "product", "BPOM", 5,
               "BPOM: made abroad; contradicts a domestic product", "S"),
    PermitKind("bpom-other", "BPOM lainnya", "BPOM, other than food", "product", "BPOM", None,
               "PerBPOM 30/2020: cosmetics 3 years; remedies 5 (unconfirmed): the date is the certificate's", "S",
               (*_WORN_ON_SKIN, "health")),
    PermitKind("halal", "Sertifikat halal", "Halal certificate", "product", "BPJPH", None,
               "Perppu 2/2022: no end while composition and process stay; 4 years before", "S", ("food",)),
    PermitKind("sni", "Nomor SNI", "Standard (SNI number)", "product", "BSN", None,
               "UU 20/2014: names the standard; shows nothing about a product", "M"),
    PermitKind("sppt-sni", "SPPT SNI", "Certificate of the SNI mark", "product", "LSPro", 4,
               "LSPro's scheme: type 1 that batch, type 5 under surveillance; 4 years unconfirmed", "M", ("toys",)),
    PermitKind("merek", "Merek terdaftar", "Registered trade mark", "brand", "DJKI", 10,
               "UU 20/2016: 10 years, renewable", "S"),
    PermitKind("tkdn", "Sertifikat TKDN", "Local content certificate (TKDN)", "product", "Kemenperin (SIINas)", 5,
               "Permenperin 46/2022, 35/2025: small industry declares itself, 5 years", "S"),
)  # fmt: skip

PERMIT_KINDS: dict[str, PermitKind] = {kind.code: kind for kind in _KINDS}


class Requirement(NamedTuple):
    """Something a gate asks for, answered by any one of ``kinds``. ``categories`` empty: asked of every product."""

    code: str
    kinds: tuple[str, ...]
    categories: tuple[str, ...]
    source: str
    confidence: Literal["S", "I", "M"]


_REQUIREMENTS = (
    Requirement("business", ("nib",), (), "PP 5/2021: every business", "S"),
    Requirement(
        "food-licence", ("p-irt", "bpom-md"), ("food",), "PerBPOM 22/2018: P-IRT, or MD for what it excludes", "S"
    ),
    Requirement("halal", ("halal",), ("food",), "UU 33/2014; for micro and small from 2026-10-17 (unconfirmed)", "M"),
    Requirement("cosmetics", ("bpom-other",), _WORN_ON_SKIN, "PerBPOM 30/2020: notification", "S"),
    Requirement("remedies", ("bpom-other",), ("health",), "BPOM: TR, SD, QD", "M"),
    Requirement(
        "sni-mandatory", ("sppt-sni",), ("toys",), "goods whose SNI is mandatory; toys: Permenperin 24/2013", "M"
    ),
    Requirement("brand", ("merek",), (), "UU 20/2016: voluntary; asked where a set of criteria says so", "S"),
    Requirement("local-content", ("tkdn",), (), "Perpres 46/2025 art. 66: for public procurement", "S"),
)

REQUIREMENTS: dict[str, Requirement] = {requirement.code: requirement for requirement in _REQUIREMENTS}
"""What a gate may ask by code. Only those of ``legal_requirements`` follow from law; the others a criteria set adds."""

_BY_LAW = ("business", "food-licence", "halal", "cosmetics", "remedies", "sni-mandatory")


def legal_requirements(category: str) -> tuple[Requirement, ...]:
    """What the law asks of a product of the shop's ``category``, as far as the category tells."""
    asked = (REQUIREMENTS[code] for code in _BY_LAW)
    return tuple(one for one in asked if not one.categories or category in one.categories)
