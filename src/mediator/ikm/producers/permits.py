"""What a permit is worth on a day, and whether it answers what a gate asks. Pure: rows in, answers out.

Kept apart, because they are different things: *issued* (somebody gave it), *fulfilled* (what it was given on condition
of was done), *revoked* (taken back), *expired* (its time is over), *verified* (somebody looked it up). A permit may be
revoked and expired, or well formed and never issued.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal, NamedTuple
from uuid import UUID

from mediator.ikm.producers.models import Permit
from mediator.ikm.producers.numbers_kinds import PERMIT_KINDS, REQUIREMENTS

COMMITMENT_MONTHS = 3
"""A P-IRT is given at once; training, inspection and label are due within three months, which may be extended once by
as many (PerBPOM 4/2024 art. 20) [S]."""

COMMITMENTS_SINCE = date(2021, 5, 14)
"""Before this day's guide of BPOM the inspection came first and the P-IRT after it."""

HALAL_ENDLESS_SINCE = date(2022, 12, 30)
"""Perppu 2/2022: halal certificates given from here on have no end while the product stays the same [S; the day M]."""

RECHECK_DAYS = 365
"""Ours: a year after it was looked up, a permit is looked up again; halal above all, whose composition may change."""

RECHECK_GRACE_DAYS = 30
"""Ours: so long a check may be late before the permit stops counting; the producer can't hurry our verifiers."""

_BATCH = re.compile(r"type-1(?: +(.*))?", re.IGNORECASE | re.DOTALL)

Commitment = Literal["none", "open", "overdue", "fulfilled"]
Verified = Literal["no", "yes", "again"]


class PermitStatus(NamedTuple):
    """``state`` is the one word for a badge, the gravest that is true: revoked, expired, overdue (commitment), not-yet
    (issued on a later day), given (nobody looked), committed (commitment open), again (to be looked up again), valid.

    ``ends_on`` is the last day (None: no end) and ``days_left`` to it, negative once over. ``batch`` is the only batch
    that is covered ("" everything it is for; "?" one that wasn't named).
    """

    state: str
    is_issued: bool
    commitment: Commitment
    is_revoked: bool
    is_expired: bool
    verified: Verified
    ends_on: date | None
    days_left: int | None
    batch: str


class Answer(NamedTuple):
    """Whether a requirement is met by a permit. ``why`` is "" when it is; ``next`` is what to do now, "" for nothing.

    Codes of ``why`` and ``next`` are those of ``STEPS``; ``permit`` is the one it is about (None: there is none).
    """

    requirement: str
    counts: bool
    why: str = ""
    next: str = ""
    permit: UUID | None = None


STEPS: dict[str, str] = {
    "missing": "get",
    "other_kind": "get",
    "imported": "get",
    "other_product": "name_product",
    "revoked": "apply_anew",
    "expired": "renew",
    "batch_only": "get_for_series",
    "not_yet": "wait",
    "commitment_overdue": "fulfil_at_once",
    "commitment_open": "fulfil",
    "not_verified": "have_verified",
    "check_overdue": "have_verified",
    "check_due": "have_verified",
}
"""What to do next, by what hinders; in the order in which it hinders, so that a later one is nearer to counting."""

_RANK = {code: place for place, code in enumerate(STEPS)}


def status_of(permit: Permit, on: date) -> PermitStatus:
    """Everything that is true of a permit on a day."""
    ends_on = last_day(permit)
    is_revoked = permit.revoked_on is not None and permit.revoked_on <= on
    is_expired = ends_on is not None and ends_on < on
    commitment, verified = _commitment(permit, on), _verified(permit, on)
    is_future = permit.issued_on is not None and permit.issued_on > on
    is_issued = not is_future and (permit.issued_on is not None or verified != "no")
    state = next(
        code
        for is_true, code in (
            (is_revoked, "revoked"),
            (is_expired, "expired"),
            (commitment == "overdue", "overdue"),
            (is_future, "not-yet"),
            (verified == "no", "given"),
            (commitment == "open", "committed"),
            (verified == "again", "again"),
            (True, "valid"),
        )
        if is_true
    )
    days_left = (ends_on - on).days if ends_on else None
    return PermitStatus(
        state, is_issued, commitment, is_revoked, is_expired, verified, ends_on, days_left, batch_of(permit)
    )


def last_day(permit: Permit) -> date | None:
    """The last day it is valid; None where it has no end, whatever the paper says of a halal certificate."""
    if permit.kind == "halal" and permit.issued_on is not None and permit.issued_on >= HALAL_ENDLESS_SINCE:
        return None
    return permit.valid_to


def batch_of(permit: Permit) -> str:
    """The batch an SPPT SNI of type 1 is for ("?" when its scope doesn't name it); "" for every other permit."""
    found = _BATCH.fullmatch(permit.scope.strip()) if permit.kind == "sppt-sni" else None
    return ((found[1] or "").strip() or "?") if found else ""


def counts_for(permit: Permit, requirement: str, on: date, *, product: UUID | None = None, batch: str = "") -> Answer:
    """Whether this permit answers a requirement (a key of ``REQUIREMENTS``) on a day; if not, why and what to do next.

    ``product``: for which product it is asked; a permit of a product then counts for no other, and not before it names
    one. ``batch``: the batch in question, for certificates of one. A check that is due but not overdue still counts,
    with ``why`` check_due.
    """
    why = _hindrance(permit, requirement, on, product, batch)
    return Answer(requirement, why in ("", "check_due"), why, STEPS.get(why, ""), permit.pk)


def best_answer(
    permits: Iterable[Permit], requirement: str, on: date, *, product: UUID | None = None, batch: str = ""
) -> Answer:
    """The answer of the permit that counts, else of the one nearest to it; ``missing`` without any of its kind."""
    answers = [counts_for(permit, requirement, on, product=product, batch=batch) for permit in permits]
    nearest = max(answers, key=_nearness, default=None)
    if nearest is None or nearest.why == "other_kind":
        return Answer(requirement, False, "missing", STEPS["missing"])
    return nearest


def stands_sql(prefix: str = "", on: str = "%(on)s") -> str:
    """A boolean over a row of ``ikm_permit``: whether it counts on the day ``on`` for what its kind and product answer.

    The same as ``counts_for`` without a batch, for a kind that the requirement names; ``prefix`` as "p.".
    """
    p = prefix
    endless = f"{p}kind = 'halal' AND {p}issued_on >= DATE '{HALAL_ENDLESS_SINCE}'"
    return (
        f"({p}kind <> 'bpom-ml'"
        f" AND ({p}revoked_on IS NULL OR {p}revoked_on > {on})"
        f" AND ({p}valid_to IS NULL OR {p}valid_to >= {on} OR coalesce({endless}, false))"
        f" AND NOT ({p}kind = 'sppt-sni' AND btrim({p}scope) ~* '^type-1( |$)')"
        f" AND ({p}issued_on IS NULL OR {p}issued_on <= {on})"
        f" AND ({p}commitment_due IS NULL OR coalesce({p}fulfilled_on <= {on}, false))"
        f" AND {p}verified_at IS NOT NULL"
        f" AND ({p}check_again_on IS NULL OR {p}check_again_on + {RECHECK_GRACE_DAYS} >= {on}))"
    )


def _hindrance(permit: Permit, requirement: str, on: date, product: UUID | None, batch: str) -> str:
    """The first thing that hinders, in the order of ``STEPS``; "" or check_due when nothing does."""
    asked, status = REQUIREMENTS[requirement], status_of(permit, on)
    per_product = PERMIT_KINDS[permit.kind].per == "product" if permit.kind in PERMIT_KINDS else False
    late = permit.check_again_on is not None and permit.check_again_on + timedelta(RECHECK_GRACE_DAYS) < on
    return next(
        code
        for is_true, code in (
            (permit.kind == "bpom-ml" and "bpom-md" in asked.kinds, "imported"),
            (permit.kind not in asked.kinds, "other_kind"),
            (per_product and product is not None and permit.product_id != product, "other_product"),
            (status.is_revoked, "revoked"),
            (status.is_expired, "expired"),
            (status.batch != "" and (not batch or status.batch != batch), "batch_only"),
            (status.state == "not-yet", "not_yet"),
            (status.commitment == "overdue", "commitment_overdue"),
            (status.commitment == "open", "commitment_open"),
            (status.verified == "no", "not_verified"),
            (late, "check_overdue"),
            (status.verified == "again", "check_due"),
            (True, ""),
        )
        if is_true
    )


def _nearness(answer: Answer) -> tuple[bool, int]:
    return answer.counts, _RANK.get(answer.why, len(_RANK))


def _commitment(permit: Permit, on: date) -> Commitment:
    if permit.commitment_due is None:
        return "none"
    if permit.fulfilled_on is not None and permit.fulfilled_on <= on:
        return "fulfilled"
    return "open" if on <= permit.commitment_due else "overdue"


def _verified(permit: Permit, on: date) -> Verified:
    if permit.verified_at is None:
        return "no"
    return "again" if permit.check_again_on is not None and permit.check_again_on <= on else "yes"
