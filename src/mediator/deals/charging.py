"""From a policy to the charges of a deal: the policies at hand, and the function the protocol asks for fees.

A deal keeps the version of the policy it was opened under, so a new fee never changes a running deal. The part of the
fee that the buyer bears is fixed when the deal opens (it is part of what the buyer pays) and earned in proportion to
what is released.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from mediator.deals.errors import PolicyMissing
from mediator.deals.models import Policy as PolicyRow
from mediator.ledger.cursors import Cursor
from mediator.ledger.store import Head
from mediator.money import CURRENCIES, Rounding, divide
from mediator.policy import Facts, Policy, policy_from_json, policy_to_json, price
from mediator.protocol import deal as protocol
from mediator.protocol.calendar import jakarta_date
from mediator.protocol.deal import Charge, State, Terms

BUYER_FEE_RULE = "buyer-fee"


class Policies:
    """Policies by reference (``id@version``), read from the database once; a version never changes."""

    def __init__(self, known: Iterable[Policy] = ()) -> None:
        self._known = {policy.reference: policy for policy in known}
        self.count = len(self._known)
        self._by_id: dict[str, list[Policy]] = {}
        self._running: dict[tuple[str, date], Policy | None] = {}
        self._bill_buyers = {k: any(rule.bearer == "buyer" for rule in p.rules) for k, p in self._known.items()}
        for policy in self._known.values():
            self._by_id.setdefault(policy.id, []).append(policy)

    def get(self, reference: str, digest: str) -> Policy:
        """That policy; PolicyMissing if it is unknown or not the one with this digest."""
        policy = self._known.get(reference)
        if policy is None:
            raise PolicyMissing(f"Policy {reference} is not in the database; adopt it first.")
        if policy.digest != digest:
            raise PolicyMissing(f"Policy {reference} is not the one this deal was opened under.")
        return policy

    def in_force(self, policy_id: str, on: date) -> Policy | None:
        """The latest version of that policy that is in force on a date (Jakarta)."""
        place = (policy_id, on)
        if place not in self._running:
            known = self._by_id.get(policy_id, ())
            running = [p for p in known if p.valid_from <= on and (p.valid_to is None or on < p.valid_to)]
            self._running[place] = max(running, key=lambda policy: policy.version, default=None)
        return self._running[place]

    def charge(self, terms: Terms, state: State, gross: int, now: datetime, turnover: int) -> tuple[Charge, ...]:
        """Every fee line for ``gross`` released so far. The protocol's Charger."""
        buyer_part = self._earned_buyer_fee(terms, gross)
        own = (Charge(BUYER_FEE_RULE, "fee", "buyer", buyer_part),) if buyer_part else ()
        if not terms.policy:
            return own
        on = date.fromisoformat(state.charged_on) if state.charged_on else jakarta_date(now)
        policy = self.get(terms.policy, terms.policy_digest)
        lines = price(_facts(terms, gross - buyer_part, state.rail, _within(policy, on), turnover), policy)
        return own + tuple(Charge(k.rule, k.kind, k.bearer, k.amount) for k in lines if k.bearer != "buyer")

    def buyer_fee(self, terms: Terms, goods: int, on: date) -> int:
        """What the buyer pays on top of ``goods`` under the policy of these terms, minor units."""
        if not terms.policy:
            return 0
        policy = self.get(terms.policy, terms.policy_digest)
        if not self._bill_buyers[policy.reference]:
            return 0
        lines = price(_facts(terms, goods, "", on, 0), policy)
        return sum(line.amount for line in lines if line.bearer == "buyer")

    @staticmethod
    def _earned_buyer_fee(terms: Terms, gross: int) -> int:
        if not terms.buyer_fee:
            return 0
        quantum = CURRENCIES[terms.currency].quantum
        return min(gross, divide(terms.buyer_fee * gross, terms.amount, quantum, Rounding.FLOOR))


def _within(policy: Policy, on: date) -> date:
    """A deal keeps its policy's version after that version has ended, and is priced as on its first or last day."""
    if on < policy.valid_from:
        return policy.valid_from
    if policy.valid_to is not None and on >= policy.valid_to:
        return policy.valid_to.fromordinal(policy.valid_to.toordinal() - 1)
    return on


def _facts(terms: Terms, amount: int, rail: str, on: date, turnover: int) -> Facts:
    known = terms.facts
    return Facts(
        amount=amount,
        currency=terms.currency,
        on=on,
        country=known.country,
        curated=known.curated,
        mentored=known.mentored,
        size_class=known.size_class,
        category=known.category,
        rail=rail,
        turnover=turnover,
    )


def facts_of(head: Head, category: str, *, other_goods: bool) -> protocol.Facts:
    """What a deal that opens in this book keeps of its merchant. ``other_goods``: not all of its goods were selected,
    so the deal has no part in what a selection gives; of a merchant who was never selected that says nothing."""
    is_other = other_goods and head.curated
    curated = head.curated and not other_goods
    return protocol.Facts(head.country, head.size_class, category, curated, head.mentored, is_other)


def adopt(policy: Policy, now: datetime) -> bool:
    """Write a version of a policy into the database, for deals to open under. False if that very version is there.

    PolicyMissing when another policy has the same id and version: a version is never changed.
    """
    row, is_new = PolicyRow.objects.get_or_create(
        reference=policy.reference,
        defaults={
            "policy_id": policy.id,
            "version": policy.version,
            "valid_from": policy.valid_from,
            "valid_to": policy.valid_to,
            "digest": policy.digest,
            "document": policy_to_json(policy),
            "adopted_at": now,
        },
    )
    if row.digest != policy.digest:
        raise PolicyMissing(f"Policy {policy.reference} was adopted with other rules; give yours a new version.")
    return is_new


COUNT = "SELECT count(*) FROM policy"


def count_policies(cursor: Cursor) -> int:
    """How many versions are adopted. A version is never changed nor removed, so the number tells whether any is new."""
    row = cursor.execute(COUNT, prepare=True).fetchone()
    assert row is not None
    return int(row[0])


def read_policies(alias: str = "default") -> Policies:
    """All adopted policies."""
    documents = PolicyRow.objects.using(alias).values_list("document", flat=True)
    return Policies(policy_from_json(document) for document in documents)
