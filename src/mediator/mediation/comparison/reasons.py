"""What the comparison found, in words for the page. None of them says that the goods differ."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why the answer is what it is; stable codes."""

    PRINT_FOUND = "print_found"
    UNREADABLE = "unreadable"
    TOO_SMALL = "too_small"
    PLAIN_PROMISED = "plain_promised"
    PLAIN_RECEIVED = "plain_received"
    REPEATING_PATTERN = "repeating_pattern"
    NO_COMMON_PRINT = "no_common_print"
    WEAK_MATCH = "weak_match"


@dataclass(frozen=True)
class Words:
    """One sentence or two in the two languages of the pages."""

    id: str
    en: str


WORDS: dict[Reason, Words] = {
    Reason.PRINT_FOUND: Words(
        "Cetakan yang sama terlihat di kedua foto. Kemasan satu merek sering mirip: periksa juga rasa, ukuran, dan "
        "isinya.",
        "The same print is seen in both pictures. Packages of one brand are often alike: check variant, size and "
        "content too.",
    ),
    Reason.UNREADABLE: Words(
        "Salah satu foto tidak dapat dibuka, jadi tidak dapat dibandingkan.",
        "One of the pictures can't be opened, so they can't be compared.",
    ),
    Reason.TOO_SMALL: Words(
        "Salah satu foto terlalu kecil untuk dibandingkan.",
        "One of the pictures is too small to compare.",
    ),
    Reason.PLAIN_PROMISED: Words(
        "Foto yang dijanjikan hampir tidak memuat cetakan atau tulisan, jadi tidak dapat dibandingkan.",
        "The promised picture has hardly any print or writing, so it can't be compared.",
    ),
    Reason.PLAIN_RECEIVED: Words(
        "Foto barang yang diterima hampir tidak memuat detail. Coba foto lebih dekat, terang, dan tajam.",
        "The picture of what was received has hardly any detail. Try one closer, brighter and sharper.",
    ),
    Reason.REPEATING_PATTERN: Words(
        "Motifnya berulang, seperti pada batik atau tenun, jadi tidak dapat dibandingkan dengan cara ini.",
        "The pattern repeats, as on batik or weaving, so it can't be compared this way.",
    ),
    Reason.NO_COMMON_PRINT: Words(
        "Tidak ditemukan cetakan yang sama. Ini tidak berarti barangnya berbeda: bisa karena sudut, cahaya, atau "
        "barang tanpa cetakan.",
        "No common print was found. That does not mean the goods differ: angle, light, or goods without print can "
        "be why.",
    ),
    Reason.WEAK_MATCH: Words(
        "Ada sedikit kemiripan, tetapi belum cukup jelas untuk dikatakan cetakan yang sama.",
        "There is some likeness, but not clear enough to call it the same print.",
    ),
}
