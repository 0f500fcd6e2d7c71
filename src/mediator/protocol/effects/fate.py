"""Where held money goes: to the merchant less the fee, or back to the buyer. Counted gross, so that a deal's amount is
always accounted for."""

from __future__ import annotations

from msgspec.structs import replace

from mediator.protocol.calendar import jakarta_date
from mediator.protocol.deal import Charge
from mediator.protocol.draft import Draft
from mediator.protocol.effects.common import text


def release(draft: Draft, account: str, gross: int) -> None:
    """``gross`` from ``account`` to the merchant, less the fee for all that was released so far.

    Charging the difference to what was charged before keeps caps, floors and flat parts right over several releases.
    No release is charged more than itself: the merchant may have been paid for the ones before. What it lacks (a step
    was passed, a waiver ended) is charged to later ones, as far as they go.
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
    if due > gross:
        lines = _given_way(lines, due - gross)
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


def _given_way(lines: tuple[Charge, ...], excess: int) -> tuple[Charge, ...]:
    """The lines with ``excess`` less to pay out of the released money: the last fee gives way first, taxes last."""
    kept = list(lines)
    places = [place for place, line in enumerate(lines) if line.bearer != "operator" and line.amount > 0]
    for place in sorted(places, key=lambda place: (lines[place].kind == "tax", -place)):
        line = kept[place]
        part = min(excess, line.amount)
        kept[place] = replace(line, amount=line.amount - part)
        excess -= part
    assert not excess, "lines ask for more than they come to"
    return tuple(line for line in kept if line.amount)


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
