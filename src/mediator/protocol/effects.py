"""What a row of the table does to money and terms: one small function an effect, named in the table.

Money moves here and nowhere else. Whatever leaves ``held`` or ``disputed`` is counted in ``released`` or
``refunded``, gross, so that a deal's amount is always accounted for.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from mediator.protocol.calendar import jakarta_date
from mediator.protocol.deal import Award, Charge, Chargeback, Claim, ClaimKind, Part, Remedy, Transfer, claim_is_open
from mediator.protocol.draft import Draft

TALKING = frozenset({"claimed", "offered", "contested", "in_mediation"})


def text(value: str | UnsetType) -> str:
    return "" if value is UNSET or isinstance(value, UnsetType) else value


def number(value: int | UnsetType) -> int:
    assert not isinstance(value, UnsetType)
    return value


def rail_account(rail: str) -> str:
    return f"rail.{rail}"


# money in


def fund(draft: Draft) -> None:
    """What came, with what came before, pays the price; anything above it is due back to the buyer."""
    paid, rail = _payment(draft)
    waiting = draft.balance("suspense")
    price = draft.terms.amount
    over = waiting + paid - price
    draft.post("fund", (rail_account(rail), -paid), ("suspense", -waiting), ("held", price), ("buyer", over))
    draft.changes["rail"] = rail
    draft.changes["ship_due"] = draft.ring("ship_by")


def suspend(draft: Draft) -> None:
    """Money that does not (yet) pay for anything waits in suspense."""
    paid, rail = _payment(draft)
    draft.post("suspend", (rail_account(rail), -paid), ("suspense", paid))
    draft.changes["rail"] = rail


def return_payment(draft: Draft) -> None:
    """Money that came twice or too late is due back to the buyer at once."""
    paid, rail = _payment(draft)
    draft.post("return_payment", (rail_account(rail), -paid), ("buyer", paid))
    if not draft.state.rail:
        draft.changes["rail"] = rail


def return_suspense(draft: Draft) -> None:
    waiting = draft.balance("suspense")
    draft.post("return_suspense", ("suspense", -waiting), ("buyer", waiting))


def _payment(draft: Draft) -> tuple[int, str]:
    """What this command brings in, and by which rail; ``revive`` brings nothing new."""
    details = draft.details
    if isinstance(details.amount, UnsetType):
        return 0, draft.state.rail
    return details.amount, text(details.rail)


# money to merchant or buyer


def release(draft: Draft, account: str, gross: int) -> None:
    """``gross`` from ``account`` to the merchant, less the fee for all that was released so far.

    Charging the difference to what was charged before keeps caps, floors and flat parts right over several releases.
    A waiver is posted gross with its contra, so that the price of a policy is a balance.
    """
    if not gross:
        return
    state = draft.state
    total = draft.changes.get("released", state.released) + gross
    turnover = state.charged_turnover if state.charged_turnover is not None else draft.book.turnover
    lines = draft.book.charge(draft.terms, state, total, draft.now, turnover)
    before = draft.changes.get("charges", state.charges)
    fee, tax, waived, due = _difference(before, lines)
    draft.post(
        "release", (account, -gross), ("merchant", gross - due), ("fee", fee), ("tax", tax), ("fee_waived", -waived)
    )
    draft.changes["released"] = total
    draft.changes["charges"] = lines
    if state.charged_turnover is None:
        draft.changes["charged_turnover"] = turnover
        draft.changes["charged_on"] = jakarta_date(draft.now).isoformat()


def _difference(before: tuple[Charge, ...], after: tuple[Charge, ...]) -> tuple[int, int, int, int]:
    """(fee, tax, waived, due from the released money) that ``after`` asks for beyond ``before``."""
    fee = tax = waived = due = 0
    for lines, sign in ((after, 1), (before, -1)):
        for line in lines:
            amount = line.amount * sign
            if line.kind == "tax":
                tax += amount
            elif line.kind == "waiver":
                waived -= amount
            else:
                fee += amount
            if line.bearer == "operator":
                waived += amount
            else:
                due += amount
    return fee, tax, waived, due


def refund(draft: Draft, account: str, amount: int) -> None:
    """``amount`` from ``account`` back to the buyer, without any fee."""
    if not amount:
        return
    draft.post("refund", (account, -amount), ("buyer", amount))
    draft.changes["refunded"] = draft.changes.get("refunded", draft.state.refunded) + amount


def release_held(draft: Draft) -> None:
    release(draft, "held", draft.balance("held"))


def refund_held(draft: Draft) -> None:
    refund(draft, "held", draft.balance("held"))
    draft.changes["reason"] = text(draft.details.reason) or draft.command.name


def release_all(draft: Draft) -> None:
    """The buyer has the goods and is content: a claim that they have not arrived is moot."""
    _drop_claim(draft)
    release_held(draft)


def refund_all(draft: Draft) -> None:
    """The courier lost the parcel or brought it back: no merchant is paid for it."""
    _drop_claim(draft)
    refund_held(draft)


# shipping and inspection


def hand_over(draft: Draft) -> None:
    draft.changes["courier"] = text(draft.details.courier)
    draft.changes["tracking"] = text(draft.details.tracking)


def ask_extension(draft: Draft) -> None:
    draft.changes["extension_asked"] = number(draft.details.days)


def extend_shipping(draft: Draft) -> None:
    assert draft.state.ship_due is not None
    due = draft.state.ship_due + timedelta(days=draft.state.extension_asked)
    draft.changes.update(due=due, ship_due=due, ship_extended=True, extension_asked=0)


def extend_inspection(draft: Draft) -> None:
    assert draft.state.due is not None
    added = draft.ring("extend_by") - draft.now
    draft.changes.update(due=draft.state.due + added, inspect_extended=True)


def close_not_arrived(draft: Draft) -> None:
    """A verified delivery answers the claim that the parcel has not arrived; what was decided before stands."""
    claim = draft.state.claim
    if claim is None or claim.stage == "closed":
        return
    if claim.stage in TALKING:
        _drop_claim(draft)
    else:
        draft.changes["due"] = None


# claims


def open_claim(draft: Draft) -> None:
    """The buyer's claim freezes what it disputes and nothing else."""
    details = draft.details
    assert not isinstance(details.kind, UnsetType)
    assert not isinstance(details.remedy, UnsetType)
    parts = () if isinstance(details.parts, UnsetType) else details.parts
    _open(draft, details.kind, details.remedy, claimed_amount(draft), parts)
    state = draft.state
    if not draft.balance("held") and state.due is not None:
        draft.changes["inspect_left_s"] = int((state.due - draft.now).total_seconds())
        draft.changes["due"] = None


def claim_not_arrived(draft: Draft) -> None:
    """No delivery in time: the clock claims for the buyer. When it has been claimed often enough, it is refunded."""
    draft.changes["due"] = None
    if draft.state.claims >= MAX_CLOCK_CLAIMS:
        draft.changes["parcel"] = "done"
        refund_held(draft)
        draft.changes["reason"] = "not_arrived"
        return
    _open(draft, ClaimKind.NOT_ARRIVED, Remedy.REFUND, draft.balance("held"), ())


MAX_CLOCK_CLAIMS = 3


def claimed_amount(draft: Draft) -> int:
    """What a claim disputes: the amount it names, or the value of the parts it names, or all that is held."""
    details = draft.details
    if not isinstance(details.amount, UnsetType):
        return details.amount
    if not isinstance(details.parts, UnsetType) and details.parts:
        return parts_value(draft, details.parts)
    return draft.balance("held")


def parts_value(draft: Draft, parts: tuple[Part, ...]) -> int:
    lines = draft.terms.lines
    return sum(lines[part.line - 1].unit_minor * part.quantity for part in parts)


def _open(draft: Draft, kind: ClaimKind, remedy: Remedy, amount: int, parts: tuple[Part, ...]) -> None:
    draft.post("dispute", ("held", -amount), ("disputed", amount))
    latest = draft.ring("talk_by")
    due = min(draft.ring("answer_by"), latest)
    draft.changes["claim"] = Claim("claimed", kind, remedy, amount, draft.now, latest, due, parts)
    draft.changes["claims"] = draft.state.claims + 1


def make_offer(draft: Draft) -> None:
    details = draft.details
    parts = () if isinstance(details.parts, UnsetType) else details.parts
    needs_return = details.needs_return is True
    offer = Award(_side(draft), number(details.amount), needs_return, parts, text(details.reason))
    draft.claim_changes["offer"] = offer


def note_evidence(draft: Draft) -> None:
    shown = text(draft.details.evidence)
    if shown:
        draft.claim_changes["evidence"] = (*draft.claim.evidence, f"{_side(draft)}:{shown}")


def note_tracking(draft: Draft) -> None:
    draft.claim_changes["tracking"] = text(draft.details.tracking)


def hear(draft: Draft) -> None:
    """The case goes to a mediator: both sides have evidence_by to show what they have."""
    draft.claim_changes.update(evidence_until=draft.ring("evidence_by"), lead=False)


def hear_return(draft: Draft) -> None:
    """A return that is contested or got lost: the next decision is carried out without another return."""
    draft.claim_changes["return_done"] = True
    hear(draft)


def hand_to_lead(draft: Draft) -> None:
    draft.claim_changes["lead"] = True


def first_decision(draft: Draft) -> None:
    draft.claim_changes.update(decision=_decision(draft), agreed=())


def final_decision(draft: Draft) -> None:
    """A decision that cannot be appealed (again) is carried out at once."""
    _carry_out(draft, _decision(draft))


def accept_decision(draft: Draft) -> None:
    """When both sides have accepted, there is nothing to wait for."""
    agreed = (*draft.claim.agreed, _side(draft))
    draft.claim_changes["agreed"] = agreed
    if len(agreed) == 2:
        execute(draft)


def appeal(draft: Draft) -> None:
    draft.claim_changes["appealed_by"] = _side(draft)


def execute(draft: Draft) -> None:
    decision = draft.claim.decision
    assert decision is not None
    _carry_out(draft, decision)


def grant_wish(draft: Draft) -> None:
    """The buyer gets what was claimed, in the way it was claimed."""
    claim = draft.claim
    needs_return = claim.remedy is Remedy.RETURN_AND_REFUND and claim.kind is not ClaimKind.NOT_ARRIVED
    _carry_out(draft, Award(draft.command.actor.role, claim.amount, needs_return, claim.parts))


def grant_offer(draft: Draft) -> None:
    offer = draft.claim.offer
    assert offer is not None
    _carry_out(draft, offer)


def _carry_out(draft: Draft, award: Award) -> None:
    """Send the goods back first where the award says so, else pay."""
    draft.claim_changes["decision"] = award
    if award.needs_return and award.to_buyer and not draft.claim.return_done:
        draft.claim_changes.update(stage="returning", due=draft.ring("return_by"))
    else:
        _settle(draft, award.to_buyer)


def pay_award(draft: Draft) -> None:
    decision = draft.claim.decision
    assert decision is not None
    _settle(draft, decision.to_buyer)


def forfeit(draft: Draft) -> None:
    """The buyer did not send the goods back: the merchant is paid."""
    _settle(draft, 0)


def _settle(draft: Draft, to_buyer: int) -> None:
    disputed = draft.balance("disputed")
    to_buyer = min(to_buyer, disputed)
    refund(draft, "disputed", to_buyer)
    release(draft, "disputed", disputed - to_buyer)
    _close(draft)
    _resume(draft)


def drop(draft: Draft) -> None:
    """The claim is over and nothing came of it: the parcel's own clock runs on where it stood."""
    _drop_claim(draft)
    _resume(draft)


def _resume(draft: Draft) -> None:
    """After a claim: money that is held again must have a clock or a fate, and a parcel that holds nothing is done."""
    state = draft.state
    if state.parcel == "done":
        release_held(draft)
    elif not draft.balance("held"):
        draft.changes.update(parcel="done", due=None)
    elif state.due is None:
        left = timedelta(seconds=state.inspect_left_s)
        draft.changes["due"] = draft.ring("deliver_by") if state.parcel == "shipped" else draft.now + left


def _drop_claim(draft: Draft) -> None:
    claim = draft.state.claim
    if claim is not None and claim.stage != "closed":
        disputed = draft.balance("disputed")
        draft.post("undispute", ("disputed", -disputed), ("held", disputed))
        _close(draft)


def _close(draft: Draft) -> None:
    draft.claim_changes.update(stage="closed", due=None)


def _decision(draft: Draft) -> Award:
    details = draft.details
    parts = () if isinstance(details.parts, UnsetType) else details.parts
    needs_return = details.needs_return is True
    return Award(draft.command.actor.id, number(details.amount), needs_return, parts, text(details.reason))


def _side(draft: Draft) -> str:
    role = draft.command.actor.role
    return "buyer" if role == "buyer" else "merchant"


# money out, in two phases: in flight, then settled, failed or (later) returned


def _send(draft: Draft, side: str) -> None:
    amount = draft.balance(side)
    transfer = Transfer(text(draft.details.reference), side, amount, draft.state.rail)
    draft.post(_OUT[side], (side, -amount), (_TRANSIT[side], amount))
    draft.changes["transfers"] = (*draft.state.transfers, transfer)


def _move_transfer(draft: Draft, side: str, stage: str) -> Transfer:
    reference = text(draft.details.reference)
    found = next(t for t in draft.state.transfers if t.reference == reference and t.side == side)
    moved = replace(found, stage=stage)
    draft.changes["transfers"] = tuple(moved if t is found else t for t in draft.state.transfers)
    return found


def _settle_transfer(draft: Draft, side: str) -> None:
    sent = _move_transfer(draft, side, "settled")
    draft.post(f"{_OUT[side]}_settled", (_TRANSIT[side], -sent.amount), (rail_account(sent.rail), sent.amount))
    draft.changes["failures"] = {who: count for who, count in draft.state.failures.items() if who != side}


def _fail_transfer(draft: Draft, side: str) -> None:
    sent = _move_transfer(draft, side, "failed")
    draft.post(f"{_OUT[side]}_failed", (_TRANSIT[side], -sent.amount), (side, sent.amount))
    _count_failure(draft, side)


def _bounce_transfer(draft: Draft, side: str) -> None:
    """The bank had taken it and sent it back later: a failure after a success is a failure."""
    sent = _move_transfer(draft, side, "returned")
    draft.post(f"{_OUT[side]}_returned", (rail_account(sent.rail), -sent.amount), (side, sent.amount))
    _count_failure(draft, side)


def _count_failure(draft: Draft, side: str) -> None:
    failures = draft.state.failures
    draft.changes["failures"] = {**failures, side: failures.get(side, 0) + 1}


def update_account(draft: Draft) -> None:
    """A party that named another account may be paid again."""
    side = _side(draft)
    draft.changes["failures"] = {who: count for who, count in draft.state.failures.items() if who != side}


_OUT = {"merchant": "payout", "buyer": "payback"}
_TRANSIT = {"merchant": "payout_transit", "buyer": "refund_transit"}


# chargebacks and debts

_TAKEN_FIRST = ("buyer", "suspense", "held", "disputed", "merchant")


def charge_back(draft: Draft) -> None:
    """The rail took money back. It comes first from what is due to the buyer, then from what is still held, then
    from what the merchant has not been paid yet; the rest is the merchant's debt."""
    amount = rest = number(draft.details.amount)
    taken: dict[str, int] = {}
    for account in _TAKEN_FIRST:
        part = min(rest, draft.balance(account))
        if part:
            taken[account] = part
            rest -= part
    if rest:
        taken["receivable"] = rest
    draft.post("chargeback", *((a, -n) for a, n in taken.items()), (rail_account(draft.state.rail), amount))
    back = Chargeback(text(draft.details.reference), amount, taken)
    draft.changes["chargebacks"] = (*draft.state.chargebacks, back)
    held = taken.get("held", 0) + taken.get("disputed", 0)
    if held:
        draft.changes["refunded"] = draft.state.refunded + held
        _end_what_is_empty(draft)


def _end_what_is_empty(draft: Draft) -> None:
    """After money was taken out of the middle of a deal: machines that hold nothing any more come to their end."""
    claim = draft.state.claim
    disputed = draft.balance("disputed")
    if claim is not None and claim.stage != "closed":
        if disputed:
            draft.claim_changes["amount"] = disputed
        else:
            _close(draft)
    if not draft.balance("held"):
        draft.changes["due"] = None
        if not disputed and draft.state.parcel != "done":
            draft.changes.update(parcel="done", reason="chargeback")


def win_back(draft: Draft) -> None:
    """The rail gave the money again. It goes where it was taken from; what had been held is held again, or, if the
    deal is over, goes to the merchant when the goods were shipped, else to the buyer."""
    state = draft.state
    reference = text(draft.details.reference)
    back = next(c for c in state.chargebacks if c.reference == reference and not c.won)
    held = back.taken.get("held", 0) + back.taken.get("disputed", 0)
    debt = back.taken.get("receivable", 0)
    lost = min(debt, -draft.balance("loss"))
    owed = min(debt - lost, draft.book.debt)
    draft.post(
        "chargeback_won",
        (rail_account(state.rail), -back.amount),
        ("held", held),
        ("buyer", back.taken.get("buyer", 0) + back.taken.get("suspense", 0)),
        ("merchant", back.taken.get("merchant", 0) + debt - lost - owed),
        ("receivable", owed),
        ("loss", lost),
    )
    draft.changes["chargebacks"] = tuple(replace(c, won=True) if c is back else c for c in state.chargebacks)
    if held:
        draft.changes["refunded"] = state.refunded - held
        _settle_what_was_won(draft)


def _settle_what_was_won(draft: Draft) -> None:
    state = draft.state
    if state.parcel == "done":
        pay = release if state.courier else refund
        pay(draft, "held", draft.balance("held"))
    elif state.due is None and not claim_is_open(state):
        _resume(draft)


def recover(draft: Draft) -> None:
    """Money due to the merchant on this deal pays a debt of the same book."""
    amount = number(draft.details.amount)
    draft.post("recover", ("merchant", -amount), ("receivable", amount))


def write_off(draft: Draft) -> None:
    """The operator gives up a debt; it becomes a loss that anyone can see."""
    amount = number(draft.details.amount)
    draft.post("write_off", ("receivable", amount), ("loss", -amount))


EFFECTS: dict[str, Callable[[Draft], None]] = {
    effect.__name__: effect
    for effect in (
        fund,
        suspend,
        return_payment,
        return_suspense,
        release_held,
        refund_held,
        release_all,
        refund_all,
        hand_over,
        ask_extension,
        extend_shipping,
        extend_inspection,
        close_not_arrived,
        open_claim,
        claim_not_arrived,
        make_offer,
        note_evidence,
        note_tracking,
        hear,
        hear_return,
        hand_to_lead,
        first_decision,
        final_decision,
        accept_decision,
        appeal,
        execute,
        grant_wish,
        grant_offer,
        pay_award,
        forfeit,
        drop,
        update_account,
        charge_back,
        win_back,
        recover,
        write_off,
    )
} | {
    f"{name}_{side}": (lambda draft, act=act, side=side: act(draft, side))
    for name, act in (
        ("send", _send),
        ("settle", _settle_transfer),
        ("fail", _fail_transfer),
        ("bounce", _bounce_transfer),
    )
    for side in ("merchant", "buyer")
}
