"""The two who look before anybody scores: a pendamping verifies papers and place, the dinas of the region validates.

Either may send the application back with what to mend; it then comes back as the same application, one round on.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from mediator.ikm.errors import IkmError
from mediator.ikm.producers.permit_service import verify as verify_permit
from mediator.ikm.selection import gates, integrity, rules
from mediator.ikm.selection.models import Application
from mediator.ikm.selection.moving import gather, lock, move, staff_actor
from mediator.people.models import Person
from mediator.people.roles import StaffRole

LEAST_WORDS = 10


def verify(
    application: UUID, person: Person, seen: Collection[str], photo: str, words: str, key: str, now: datetime
) -> Application:
    """A pendamping says what they looked at: ``seen`` are gates whose papers they saw. Permits that nobody had verified
    are verified by it, at the file the producer gave or at ``photo`` (a kept photograph of the paper).

    IkmError as of ``rules`` (``gate_unseen`` with ``gate``: tick what you saw), or ``evidence_missing_permit``.
    """
    with transaction.atomic():
        at = lock(application, now)
        if at.done(key):
            return at.row
        actor = staff_actor(at, person, StaffRole.VERIFIER, now)
        rules.decide(_all_seen(at.facts), "verify", actor, now)  # who may not, changes no permit
        for state in at.gates:
            if state.state == gates.UNVERIFIED and state.gate.id in seen and state.permit is not None:
                evidence = state.permit.file or photo
                if not evidence:
                    raise IkmError(
                        "evidence_missing_permit", "Add a photograph of the paper you saw.", gate=state.gate.id
                    )
                verify_permit(state.permit, person, "document", evidence, now)
        at = gather(at.row, now)
        ticked = sorted({state.gate.id for state in at.gates} & set(seen))
        unseen = [gate for gate in at.facts.not_verified if gate not in ticked]
        at.facts = _all_seen(at.facts, unseen)
        move(at, "verify", actor, key, words, {"seen": ticked}, _organisation(actor.organisations))
        integrity.note_verifications(at, str(person.pk), _organisation(actor.organisations))
    return at.row


def validate(application: UUID, person: Person, words: str, key: str, now: datetime) -> Application:
    """The dinas agrees that it is of its region and that papers and producer are real; it waits for curators then."""
    with transaction.atomic():
        at = lock(application, now)
        if not at.done(key):
            actor = staff_actor(at, person, StaffRole.VALIDATOR, now)
            organisation = _organisation(actor.organisations)
            move(at, "validate", actor, key, words, None, organisation, wants=rules.CURATORS, validated_at=now)
    return at.row


def send_back(application: UUID, person: Person, role: StaffRole, words: str, key: str, now: datetime) -> Application:
    """Send it back with what to mend. IkmError ``words_missing`` or as of ``rules``."""
    if len(words.strip()) < LEAST_WORDS:
        raise IkmError("words_missing", f"Say in at least {LEAST_WORDS} characters what to mend.")
    with transaction.atomic():
        at = lock(application, now)
        if not at.done(key):
            actor = staff_actor(at, person, role, now)
            move(at, "send_back", actor, key, words, None, _organisation(actor.organisations))
    return at.row


def _all_seen(facts: rules.Facts, unseen: Collection[str] = ()) -> rules.Facts:
    return replace(facts, not_verified=tuple(unseen))


def _organisation(codes: tuple[str, ...]) -> str:
    """For whom somebody acted; of several the first by name, so that the log is the same however grants are ordered."""
    return codes[0] if codes else ""
