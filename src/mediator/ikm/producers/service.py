"""What happens to producers and their products: written, linked to a shop, sized by the laws in force; and noted down
as changed, so that their standing is worked out anew."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection

_FORMS = frozenset(("cv", "ud", "pd", "pt", "kub", "tbk", "toko", "usaha", "umkm", "ikm", "kelompok", "koperasi"))
_WORD = re.compile(r"[^\W_]+")

NOTE_CHANGED = """
INSERT INTO ikm_changed (producer_id, at) SELECT DISTINCT unnest(%s::uuid[]), %s::timestamptz
ON CONFLICT (producer_id) DO UPDATE SET at = greatest(ikm_changed.at, excluded.at)
"""


def name_key(name: str) -> str:
    """A name as near-doubles are looked for: letters and digits only, without accents and legal forms, words sorted.

    "CV. Batik Sekar-Jagad" and "Sekar Jagad Batik" have one key; a name of forms alone keeps them.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    words = _WORD.findall(plain)
    return " ".join(sorted(word for word in words if word not in _FORMS) or sorted(words))[:150]


def mark_changed(producers: Iterable[UUID], now: datetime) -> None:
    """Note that what their standing depends on has changed; one statement, in the transaction that changed it."""
    ids = list(producers)
    if ids:
        with connection.cursor() as cursor:
            cursor.execute(NOTE_CHANGED, [ids, now])
