"""One act on one application, in one transaction: its row locked, the rules asked, the step written.

The same key again changes nothing and gives the application as it is: a second click, a retry, a second tab.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from mediator.ikm.errors import IkmError
from mediator.ikm.producers.models import Organisation, Permit
from mediator.ikm.selection import gates, rules, table
from mediator.ikm.selection.adopting import criteria_of
from mediator.ikm.selection.criteria import CriteriaSet
from mediator.ikm.selection.models import Application, Assignment, Evidence, Revocation, Step
from mediator.ikm.selection.rules import Actor, Facts, Outcome
from mediator.ikm.selection.ties import is_tied
from mediator.people.models import Person
from mediator.people.roles import Grants, StaffRole, grants_of
from mediator.protocol.calendar import jakarta_date
from mediator.shop.models import Member

MOST_WORDS = 2000
LOOKED = ("verify", "validate", "send_back")


@dataclass
class Locked:
    """An application whose row is ours until the transaction ends, with all that the rules ask about."""

    row: Application
    criteria: CriteriaSet
    gates: tuple[gates.GateState, ...]
    facts: Facts
    now: datetime
    seen: tuple[str, ...] = ()
    evidence: list[Evidence] = field(default_factory=list)

    def done(self, key: str) -> bool:
        """Whether this was done already by the same click."""
        return Step.objects.filter(application=self.row, key=key).exists()


def lock(application: UUID, now: datetime) -> Locked:
    """Lock it and gather the facts; only inside a transaction. IkmError ``unknown``."""
    row = (
        Application.objects.select_for_update(of=("self",))
        .select_related("producer", "product", "batch__organisation")
        .filter(pk=application)
        .first()
    )
    if row is None:
        raise IkmError("unknown", "There is no such application.")
    return gather(row, now)


def gather(row: Application, now: datetime) -> Locked:
    """What the rules ask about, without a lock: for pages. Needs producer, product and batch with its organisation."""
    day = jakarta_date(now)
    criteria = criteria_of(row.criteria, row.digest)
    steps = list(Step.objects.filter(application=row, act__in=LOOKED).order_by("number"))
    seen = _seen(steps, row.round)
    permits = list(Permit.objects.filter(producer=row.producer_id))
    states = gates.look(criteria, row.producer, row.product, permits, day, seen)
    evidence = list(Evidence.objects.filter(application=row).order_by("round", "item"))
    people = {"verifier": set(), "validator": set()} if steps else {}  # type: dict[str, set[str]]
    for step in steps:
        people.setdefault(step.role, set()).add(str(step.person))
    assigned = list(Assignment.objects.filter(application=row))
    asked = Revocation.objects.filter(application=row, answered_at=None).values_list("asked_by", flat=True).first()
    facts = Facts(
        stage=row.stage,
        province=row.province,
        regency=row.regency,
        organisation=row.batch.organisation.code,
        is_call_open=row.batch.opens_on <= day <= row.batch.closes_on,
        not_shown=gates.not_shown(states),
        not_verified=gates.not_verified(states),
        missing=missing(criteria, row, evidence),
        is_changed=_is_changed(row, evidence, permits),
        verifiers=frozenset(people.get("verifier", ())),
        validators=frozenset(people.get("validator", ())),
        curators=frozenset(str(one.curator) for one in assigned),
        writes=frozenset(
            str(one.curator)
            for one in assigned
            if one.ended_at is None and one.handed_in_at is None and one.instance == row.instance
        ),
        is_selected=row.is_selected,
        revocation_by=str(asked or ""),
        due_at=row.due_at,
    )
    return Locked(row, criteria, states, facts, now, seen, evidence)


def move(
    at: Locked,
    act: str,
    actor: Actor,
    key: str,
    words: str = "",
    about: Mapping[str, Any] | None = None,
    organisation: str = "",
    **changed: Any,
) -> Outcome:
    """Do it: ask the rules, write the step and the row. ``changed`` are further fields of the application."""
    outcome = rules.decide(at.facts, act, actor, at.now)
    row, was = at.row, at.row.stage
    row.steps += 1
    Step.objects.create(
        application=row,
        number=row.steps,
        act=act,
        role=actor.role,
        person=actor.person or None,
        organisation=organisation,
        from_stage=was,
        to_stage=outcome.to,
        round=row.round,
        words=words.strip()[:MOST_WORDS],
        facts=dict(about or {}),
        key=key,
        at=at.now,
    )
    row.stage, row.is_open = outcome.to, outcome.to not in table.FINALS
    if outcome.due != table.SAME:
        row.due_at = rules.due_at(outcome.due, at.criteria.mend_days, at.criteria.appeal_days, at.now)
    if outcome.to != was:
        row.moved_at = at.now
    for name, value in changed.items():
        setattr(row, name, value)
    row.save()
    at.facts = replace(at.facts, stage=row.stage)
    return outcome


def staff_actor(at: Locked, person: Person, role: StaffRole, now: datetime, grants: Grants | None = None) -> Actor:
    """This person in that role: with the regions of the organisations it is for. IkmError ``not_yours`` without it."""
    grants = grants or grants_of(person)
    if role not in grants.roles:
        raise IkmError("not_yours", f"Only a {role.value} does this.")
    codes = grants.scopes_of(role)
    regions = tuple(Organisation.objects.filter(code__in=codes).values_list("region", flat=True))
    tied = is_tied(at.row.pk, str(person.pk), now)
    return Actor(role.value, str(person.pk), regions, codes, is_tied=tied)


def producers_actor(at: Locked, person: Person) -> Actor:
    """This person as one of the producer's shop, or not one."""
    shop = at.row.producer.merchant
    member = shop is not None and Member.objects.filter(merchant_id=shop, person=person).exists()
    return Actor(table.PRODUCER, str(person.pk), is_member=member)


def missing(criteria: CriteriaSet, row: Application, evidence: Sequence[Evidence]) -> tuple[str, ...]:
    """Items whose newest evidence, what is typed now included, has no words or too few photographs."""
    newest = shown(evidence)
    lacking = []
    for item in criteria.items:
        draft = row.draft.get(item.id)
        words, photos = (draft["words"], draft["photos"]) if draft else newest.get(item.id, ("", []))
        if not words.strip() or len(photos) < item.photos:
            lacking.append(item.id)
    return tuple(lacking)


def shown(evidence: Sequence[Evidence]) -> dict[str, tuple[str, list[str]]]:
    """Item to the newest words and photographs."""
    return {each.item: (each.words, each.photos) for each in sorted(evidence, key=lambda each: each.round)}


def _seen(steps: Sequence[Step], round: int) -> tuple[str, ...]:
    """The gates a verifier looked at in this round."""
    for step in reversed(steps):
        if step.act == "verify" and step.round == round:
            return tuple(step.facts.get("seen", ()))
    return ()


def _is_changed(row: Application, evidence: Sequence[Evidence], permits: Sequence[Permit]) -> bool:
    """Whether anything is new since it was sent back: an item's words or photographs, a permit, the product."""
    newest = shown(evidence)
    drafted = any((said["words"], said["photos"]) != newest.get(item) for item, said in row.draft.items())
    since = row.moved_at
    return drafted or row.product.changed_at > since or any(permit.changed_at > since for permit in permits)
