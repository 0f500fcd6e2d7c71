"""What a row of the table does to money and terms: one small function an effect, named in the table.

Money moves here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable

from mediator.protocol.draft import Draft
from mediator.protocol.effects import chargebacks, claims, fate, parcel, paying, transfers

Effect = Callable[[Draft], None]


def _for(act: Callable[[Draft, str], None], party: str) -> Effect:
    return lambda draft: act(draft, party)


EFFECTS: dict[str, Effect] = {
    effect.__name__: effect
    for effect in (
        paying.fund, paying.suspend, paying.return_payment, paying.return_suspense,
        fate.release_held, fate.refund_held, parcel.release_all, parcel.refund_all, parcel.hand_over,
        parcel.ask_extension, parcel.extend_shipping, parcel.extend_inspection, parcel.close_not_arrived,
        claims.open_claim, claims.claim_not_arrived, claims.make_offer, claims.note_evidence, claims.note_tracking,
        claims.hear, claims.hear_return, claims.hand_to_lead, claims.first_decision, claims.final_decision,
        claims.accept_decision, claims.appeal, claims.execute, claims.grant_wish, claims.grant_offer,
        claims.pay_award, claims.forfeit, claims.drop, claims.drop_heard,
        transfers.update_account,
        chargebacks.charge_back, chargebacks.win_back, chargebacks.recover, chargebacks.write_off,
    )
}  # fmt: skip
for _party in ("merchant", "buyer"):
    EFFECTS[f"send_{_party}"] = _for(transfers.send, _party)
    EFFECTS[f"settle_{_party}"] = _for(transfers.settle, _party)
    EFFECTS[f"fail_{_party}"] = _for(transfers.fail, _party)
    EFFECTS[f"bounce_{_party}"] = _for(transfers.bounce, _party)
