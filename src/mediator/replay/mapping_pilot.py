"""What each happening of a record becomes when its time has come: a command, a wait, or a refusal with a reason.

What happened before its turn waits for it: shipping for the money, “not arrived” for the delivery clock, an answer for
the claim. What comes after its turn is refused by the protocol and explained. Nothing waits for ever: once the deal is
over, whatever still waits takes its turn and gets its refusal. A review is no command at all.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec.structs import replace

from mediator.deals.purchases import Payment as RailPayment
from mediator.deals.purchases import Share, pay_command
from mediator.protocol import Actor, ClaimKind, Deal, Details, Part, Remedy, Role, Terms
from mediator.protocol.table import FINAL_STATUSES
from mediator.replay.mapping_flight import RAIL, Flight
from mediator.replay.orders import Happening, SellerPart

COURIER = Actor(Role.COURIER, "courier")
MEDIATOR = Actor(Role.MEDIATOR, "mediator")

RETURN_TRAVELS = timedelta(days=3)
"""How long goods are on their way back to the merchant (assumed: no data has it)."""

SHOWS_TRACKING_AFTER = timedelta(hours=12)
"""When a merchant answers the clock's “not arrived” by the courier's tracking (assumed: the median of answers)."""

UNPAID = frozenset({"opened", "part_paid", "late"})
UNSHIPPED = UNPAID | {"funded", "packed", "cancel_asked"}
NOT_ACTED_ON = frozenset({"silence", "end_of_data", "review"})


class Pilot(Flight):
    """Flies one deal through what happened to its part of the order. ``references`` are the rail's, by payment."""

    def __init__(self, book: str, deal: str, terms: Terms, part: SellerPart, references: dict[str, str]) -> None:
        super().__init__(book, deal, terms)
        self._part = part
        self._references = references
        self._waiting: list[Happening] = []
        self._late_by = timedelta()
        self._payments_to_come = sum(one.what == "paid" for one in part.happenings)
        self._went_on = any(one.what in ("shipped", "delivered") for one in part.happenings)
        self._has_tracking = any(one.what == "shipped" for one in part.happenings)
        self._tells_answers = any(one.what == "merchant_answers" for one in part.happenings)

    def fly(self, placed_at: datetime, *, drain: bool) -> Deal | None:
        """The deal as it is in the end; None when the protocol does not open it on these terms.

        Where the record stops, so does the flight; with ``drain`` every clock rings until the deal is over.
        """
        if not self.send(placed_at, "open", self.merchant, Details(terms=self.terms), "open"):
            self.why.add("not_opened")
            return None
        for happening in self._part.happenings:
            if happening.what not in NOT_ACTED_ON:
                self._plan(max(placed_at, happening.at), happening)
        ends = [happening.at for happening in self._part.happenings if happening.what == "end_of_data"]
        self.go_on(None if drain or not ends else max(ends))
        self._look_back()
        return self.deal

    def _look_back(self) -> None:
        status = self.deal.status
        paid = any(command.name == "pay" for command in self.commands)
        if self._waiting:
            self.why.add("waits_at_end")
        if status not in FINAL_STATUSES:
            self.why.add("still_open")
        if status in ("expired", "cancelled") and not paid:
            self.why.add("never_paid")
        if "rang_top_up_by" in self.why:
            self.why.add("underpaid")

    # waiting

    def _plan(self, at: datetime, happening: Happening, waited: bool = False) -> None:
        self.push(at, lambda now: self._happen(now, happening, waited))

    def _happen(self, at: datetime, happening: Happening, waited: bool) -> None:
        if self._must_wait(happening):
            self._waiting.append(happening)
            return
        TURNS[happening.what](self, at, happening, waited)

    def after_change(self, at: datetime) -> None:
        claim = self.claim
        if claim is not None and claim.opened_at == at and self._can_show_tracking():
            self.push(at + SHOWS_TRACKING_AFTER, self._show_tracking)
        ready = [happening for happening in self._waiting if not self._must_wait(happening)]
        for happening in ready:
            self._waiting.remove(happening)
            self._plan(at, happening, waited=True)

    def _can_show_tracking(self) -> bool:
        """Whether the clock has just claimed for a parcel that the record says a courier has."""
        claim, is_silent = self.claim, not self._tells_answers
        return is_silent and self._has_tracking and claim is not None and claim.kind is ClaimKind.NOT_ARRIVED

    def _show_tracking(self, at: datetime) -> None:
        claim = self.claim
        if claim is not None and claim.stage == "claimed" and self._can_show_tracking():
            self.send(at, "contest", self.merchant, Details(evidence=f"tracking {self.deal.id}"))
            self.why.add("tracking_shown")

    def _must_wait(self, happening: Happening) -> bool:
        """Whether its turn is still to come. Once the deal is over nothing waits."""
        what, parcel, claim = happening.what, self.parcel, self.claim
        if what in ("shipped", "delivered"):
            return parcel in UNPAID or (parcel == "expired" and self._payments_to_come > 0)
        if what == "claim":
            return parcel in UNSHIPPED or (parcel == "shipped" and happening.claim == "not_arrived" and claim is None)
        if what in ("merchant_answers", "buyer_answers", "mediator_decides"):
            return claim is None and any(one.what == "claim" for one in self._waiting)
        if what == "returned":
            return claim is not None and claim.stage == "decided"
        if what == "return_confirmed":
            return claim is not None and claim.stage in ("decided", "returning")
        return False

    def _keeps_its_distance(self, at: datetime, happening: Happening) -> bool:
        """An answer stays as long after what it answers as it was told: False once that time has come."""
        wanted = happening.at + self._late_by
        if wanted <= at:
            return False
        self.why.add("answer_waited")
        self._plan(wanted, happening)
        return True

    def _fell_behind(self, at: datetime, happening: Happening) -> None:
        self._late_by = max(self._late_by, at - happening.at)

    # money and parcel

    def _paid(self, at: datetime, happening: Happening, _waited: bool) -> None:
        self._payments_to_come -= 1
        state = self.deal.state
        before = state.parcel
        excess = state.purse.get("suspense", 0) + happening.amount - self.terms.amount
        payment = RailPayment(RAIL, self._references[happening.note], happening.amount)
        share = Share(self.deal.book, self.deal.id, happening.amount)
        self.put(replace(pay_command(share, payment, self.terms.currency), at=at), at)
        if before in ("opened", "part_paid"):
            if excess > 0:
                self.why.add("overpaid")
        elif before in ("expired", "late"):
            is_taken = self._went_on and self.send(at, "revive", self.merchant)
            self.why.add("paid_late_taken" if is_taken else "paid_late_returned")
        else:
            self.why.add("paid_in_vain")

    def _shipped(self, at: datetime, _happening: Happening, waited: bool) -> None:
        was = self.parcel
        if self.send(at, "ship", self.merchant, Details(courier=COURIER.id, tracking=self.deal.id)):
            if waited:
                self.why.add("shipping_waited_for_money")
        elif was in ("shipped", "delivered") or self.deal.state.courier:
            self.why.add("shipped_already")
        else:
            self.why.add("shipped_too_late" if self._was_funded else "shipped_unpaid")

    @property
    def _was_funded(self) -> bool:
        return self.deal.state.ship_due is not None

    def _delivered(self, at: datetime, happening: Happening, waited: bool) -> None:
        if self.parcel in UNSHIPPED:
            self.why.add("shipping_implied")
            self._shipped(at, happening, False)
        if self.send(at, "deliver", COURIER):
            if waited:
                self.why.add("delivery_waited_for_money")
        else:
            self.why.add("delivered_too_late" if self._was_funded else "delivered_unpaid")

    def _called_off(self, at: datetime, happening: Happening, _waited: bool) -> None:
        actor = self.buyer if happening.what == "cancelled_by_buyer" else self.merchant
        is_over = self.parcel in ("done", "expired", "cancelled")
        if not self.send(at, "cancel", actor, Details(reason=happening.what)):
            self.why.add("cancelled_too_late" if is_over else "cancelled_after_shipping")

    def _accepted(self, at: datetime, _happening: Happening, _waited: bool) -> None:
        if not self.send(at, "accept", self.buyer):
            self.why.add("accepted_too_late")

    # the claim

    def _claimed(self, at: datetime, happening: Happening, waited: bool) -> None:
        parcel, is_missing = self.parcel, happening.claim == "not_arrived"
        self._fell_behind(at, happening)
        if waited and is_missing and parcel == "delivered":
            self.why.add("claim_moot")
            return
        if waited and not is_missing:
            self.why.add("claim_waited_for_shipping")
        if parcel == "shipped":
            if self.claim is not None and is_missing:
                self.why.add("claim_waited_for_clock" if waited else "clock_claimed")
                return
            self.why.add("delivery_implied")
            self.send(at, "deliver", self.buyer)
        if not self.send(at, "claim", self.buyer, self._claim_details(happening)):
            self.why.add("claimed_too_late" if self.parcel != "delivered" else "claimed_in_vain")

    def _claim_details(self, happening: Happening) -> Details:
        """All that is held where everything is claimed; pieces where some are named; else an amount."""
        assert happening.claim is not None
        assert happening.remedy is not None
        kind, remedy = ClaimKind(happening.claim), Remedy(happening.remedy)
        if happening.amount == self.terms.amount:
            return Details(kind=kind, remedy=remedy)
        bought = tuple(self._part.items[line].quantity for line in happening.lines)
        if happening.quantities == bought:
            return Details(kind=kind, remedy=remedy, amount=happening.amount)
        pieces = zip(happening.lines, happening.quantities, strict=True)
        parts = tuple(Part(line + 1, quantity) for line, quantity in pieces)
        return Details(kind=kind, remedy=remedy, amount=happening.amount, parts=parts)

    def _answered(self, at: datetime, happening: Happening, _waited: bool) -> None:
        if self._keeps_its_distance(at, happening):
            return
        assert happening.answer is not None
        actor = self.merchant if happening.what == "merchant_answers" else self.buyer
        details = Details(amount=happening.amount) if happening.answer == "offer" else Details()
        if not self.send(at, happening.answer, actor, details):
            self.why.add("answered_in_vain")

    def _decided(self, at: datetime, happening: Happening, _waited: bool) -> None:
        if self._keeps_its_distance(at, happening):
            return
        claim = self.claim
        heard_at = claim.evidence_until if claim is not None and claim.stage == "in_mediation" else None
        if heard_at is not None and at < heard_at:  # both sides have until then to show what they have
            self.why.add("answer_waited")
            self._plan(heard_at, happening)
            return
        self._fell_behind(at, happening)
        wants_return = claim is not None and claim.remedy is Remedy.RETURN_AND_REFUND
        needs_return = wants_return and claim is not None and happening.amount == claim.amount
        details = Details(amount=happening.amount, needs_return=needs_return, reason="as the record has it")
        if not self.send(at, "decide", MEDIATOR, details):
            self.why.add("answered_in_vain")

    def _returned(self, at: datetime, happening: Happening, waited: bool) -> None:
        if self._keeps_its_distance(at, happening):
            return
        if waited:
            self.why.add("answer_waited")
        self._fell_behind(at, happening)
        if not self.send(at, "send_back", self.buyer, Details(tracking=f"{self.deal.id}-back")):
            self.why.add("answered_in_vain")
            return
        self.push(at + RETURN_TRAVELS, self._arrives_back)

    def _arrives_back(self, at: datetime) -> None:
        if self.claim is not None and self.claim.stage == "sent_back":
            self.send(at, "deliver_back", COURIER)

    def _return_confirmed(self, at: datetime, happening: Happening, _waited: bool) -> None:
        if self._keeps_its_distance(at, happening):
            return
        if not self.send(at, "confirm_return", self.merchant):
            self.why.add("answered_in_vain")


Turn = Callable[[Pilot, datetime, Happening, bool], None]

TURNS: dict[str, Turn] = {
    "paid": Pilot._paid,
    "shipped": Pilot._shipped,
    "delivered": Pilot._delivered,
    "cancelled_by_buyer": Pilot._called_off,
    "cancelled_by_merchant": Pilot._called_off,
    "unavailable": Pilot._called_off,
    "accepted": Pilot._accepted,
    "claim": Pilot._claimed,
    "merchant_answers": Pilot._answered,
    "buyer_answers": Pilot._answered,
    "mediator_decides": Pilot._decided,
    "returned": Pilot._returned,
    "return_confirmed": Pilot._return_confirmed,
}
