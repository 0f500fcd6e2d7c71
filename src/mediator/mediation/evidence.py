"""Evidence: what parties and couriers put to a deal, in words and photographs, and who of Mediator looked at it.

The journal names evidence by its digest and never holds anybody's words, which may have to be erased one day. A command
whose ``reason`` or ``evidence`` is ``evidence:<digest>`` points here.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from datetime import datetime

import msgspec

from mediator.mediation.errors import MediationError
from mediator.mediation.models import Evidence, EvidenceView, Photograph
from mediator.mediation.photos.store import check_digest

PURPOSES = ("dispatch", "arrival", "claim", "answer", "mediation", "appeal", "return", "decision")
MAX_WORDS = 5_000
MAX_PHOTOS = 12
POINTS_HERE = "evidence:"


def put_evidence(
    book: str,
    deal: str,
    role: str,
    actor: str,
    purpose: str,
    words: str,
    photos: Sequence[str],
    key: str,
    now: datetime,
) -> Evidence:
    """Keep what somebody shows. The same key by the same actor is the same row.

    Put it in one transaction with the command that names it, so that neither is there alone. MediationError
    ``evidence_key_used`` when the key came with other content, ``evidence_empty``, ``evidence_too_long``,
    ``evidence_too_many_photos``, ``photo_missing``.
    """
    words = _tidy(words)
    photos = list(dict.fromkeys(photos))
    _check(purpose, words, photos)
    digest = digest_of(role, actor, purpose, words, photos)
    row = Evidence(
        book_id=book,
        deal_id=deal,
        role=role,
        actor=actor,
        purpose=purpose,
        words=words,
        photos=photos,
        digest=digest,
        key=key,
        at=now,
    )
    Evidence.objects.bulk_create([row], ignore_conflicts=True)
    kept = Evidence.objects.get(book_id=book, deal_id=deal, actor=actor, key=key)
    if kept.digest != digest:
        raise MediationError("evidence_key_used", "This form was sent before with other words; open the page again.")
    return kept


def digest_of(role: str, actor: str, purpose: str, words: str, photos: Sequence[str]) -> str:
    """SHA-256 of the canonical JSON of what was shown, by whom and for what."""
    body = {
        "actor": actor,
        "format": "mediator-evidence-1",
        "photos": list(photos),
        "purpose": purpose,
        "role": role,
        "words": words,
    }
    return hashlib.sha256(msgspec.json.encode(body, order="sorted")).hexdigest()


def evidence_of(book: str, deal: str) -> list[Evidence]:
    """Everything shown on a deal, in the order in which it came."""
    return list(Evidence.objects.filter(book_id=book, deal_id=deal).order_by("at", "id"))


def note_view(book: str, deal: str, person: str, role: str, photo: str, now: datetime) -> None:
    """Write down that somebody of Mediator looked: at ``photo``, or (empty) at the words."""
    EvidenceView.objects.create(book_id=book, deal_id=deal, person=person, role=role, photo=photo, at=now)


def pointer(evidence: Evidence) -> str:
    """What a command's text detail says to name this evidence."""
    return f"{POINTS_HERE}{evidence.digest}"


def said(text: str) -> str:
    """The digest of the evidence that a command's text detail names; "" when it is something else."""
    digest = text.removeprefix(POINTS_HERE) if text.startswith(POINTS_HERE) else ""
    try:
        return check_digest(digest)
    except MediationError:
        return ""


def _tidy(words: str) -> str:
    """Composed letters, one kind of line end, nothing invisible."""
    words = unicodedata.normalize("NFC", words.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(c for c in words if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp")).strip()


def _check(purpose: str, words: str, photos: Sequence[str]) -> None:
    if purpose not in PURPOSES:
        raise MediationError("evidence_purpose_bad", f"Evidence is for one of {', '.join(PURPOSES)}.")
    if not words and not photos:
        raise MediationError("evidence_empty", "Write a few words, or add a photograph.")
    if len(words) > MAX_WORDS:
        raise MediationError("evidence_too_long", f"At most {MAX_WORDS:,} characters, and this has {len(words):,}.")
    if len(photos) > MAX_PHOTOS:
        raise MediationError("evidence_too_many_photos", f"At most {MAX_PHOTOS} photographs at once.")
    known = set(Photograph.objects.filter(digest__in=photos).values_list("digest", flat=True)) if photos else set()
    if missing := [digest for digest in photos if digest not in known]:
        raise MediationError("photo_missing", f"No photograph {missing[0][:64]} is kept here.")
