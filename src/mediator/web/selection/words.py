"""What the codes of selection are called on pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from mediator.ikm.errors import IkmError

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Words = dict[str, _StrPromise]

STAGE: Words = {
    "draft": gettext_lazy("being written"),
    "submitted": gettext_lazy("waits for a pendamping"),
    "verified": gettext_lazy("waits for the dinas"),
    "mending": gettext_lazy("sent back to be mended"),
    "validated": gettext_lazy("waits for curators"),
    "scoring": gettext_lazy("being scored"),
    "settling": gettext_lazy("being settled by a third curator"),
    "decided": gettext_lazy("decided"),
    "appealed": gettext_lazy("on appeal"),
    "rehearing": gettext_lazy("on appeal, settled by a third curator"),
    "closed": gettext_lazy("finished"),
    "withdrawn": gettext_lazy("withdrawn"),
    "lapsed": gettext_lazy("lapsed"),
    "revoked": gettext_lazy("revoked"),
}

TONE = {
    "mending": "wait", "decided": "good", "closed": "good", "revoked": "bad", "lapsed": "bad", "withdrawn": "",
}  # fmt: skip

ACT: Words = {
    "submit": gettext_lazy("sent"),
    "withdraw": gettext_lazy("withdrawn"),
    "lapse": gettext_lazy("time is up"),
    "verify": gettext_lazy("verified by a pendamping"),
    "validate": gettext_lazy("validated by the dinas"),
    "send_back": gettext_lazy("sent back to be mended"),
    "assign": gettext_lazy("curators drawn"),
    "give_up": gettext_lazy("given up by a curator"),
    "take_away": gettext_lazy("overdue sheet taken away"),
    "hand_in": gettext_lazy("a sheet handed in"),
    "accept": gettext_lazy("result accepted"),
    "appeal": gettext_lazy("appealed"),
    "ask_revocation": gettext_lazy("revocation asked for"),
    "refuse": gettext_lazy("revocation refused"),
    "revoke": gettext_lazy("revoked"),
    "expire": gettext_lazy("its last day is over"),
}

GATE: Words = {
    "holds": gettext_lazy("seen and in force"),
    "unverified": gettext_lazy("there, not yet seen by a pendamping"),
    "missing": gettext_lazy("missing"),
    "expired": gettext_lazy("expired"),
    "revoked": gettext_lazy("revoked"),
    "not_yet": gettext_lazy("not in force yet"),
    "commitment_open": gettext_lazy("issued, its conditions not fulfilled yet"),
    "commitment_overdue": gettext_lazy("issued, its conditions overdue"),
    "other_product": gettext_lazy("is for another product"),
    "batch_only": gettext_lazy("covers one batch only"),
    "imported": gettext_lazy("is for imported goods"),
}

CRITERION: Words = {
    "quality": gettext_lazy("Quality"),
    "continuity": gettext_lazy("Continuity of production"),
    "capacity": gettext_lazy("Capacity"),
    "packaging": gettext_lazy("Packaging"),
    "price": gettext_lazy("Price"),
    "uniqueness": gettext_lazy("Originality"),
    "environment": gettext_lazy("Environment"),
}

ROLE: Words = {
    "verifier": gettext_lazy("pendamping"),
    "validator": gettext_lazy("dinas"),
    "curator": gettext_lazy("curator"),
    "official": gettext_lazy("official"),
    "producer": gettext_lazy("producer"),
    "system": gettext_lazy("Mediator"),
    "clock": gettext_lazy("Mediator"),
}

GRADE: Words = {
    "A": gettext_lazy("excellent"),
    "B": gettext_lazy("good"),
    "C": gettext_lazy("sufficient"),
    "D": gettext_lazy("not selected yet"),
}

HOW: Words = {
    "agreed": gettext_lazy("both curators agreed"),
    "settled": gettext_lazy("settled by a third curator: the middle one of three scores counts"),
}

FLAG: Words = {
    "many_verifications": gettext_lazy("more than 10 verifications in a day by one pendamping"),
    "raised_without_evidence": gettext_lazy("a better grade with no new evidence"),
}


def fault(error: IkmError) -> str:
    """What is wrong, in the reader's language; the error's own sentence for what nobody translated."""
    known = {
        "not_now": _("This application has moved on meanwhile; what can be done now is shown below."),
        "not_yours": _("That is not yours to do on this application."),
        "tied": _("You are close to this producer. Somebody else does this."),
        "same_person": _(
            "You had another part in this application. Verifier, validator and curator are different people."
        ),
        "wrong_region": _("Your organisation is not responsible for the region of this producer."),
        "gate_closed": _("A required permit is missing, expired or revoked; look at the list above."),
        "gate_unseen": _("Tick every paper that you have seen with your own eyes."),
        "evidence_missing": _("Something is not shown yet; look for what is marked below."),
        "evidence_missing_permit": _("Add a photograph of the paper you saw: the producer gave none."),
        "nothing_mended": _("Change or add what was asked for before you send it again."),
        "call_closed": _("This call takes no more applications."),
        "appeal_late": _("The time for an appeal is over."),
        "words_missing": _("Say it in a few more words."),
        "sheet_moved_on": _(
            "This sheet was saved in another tab meanwhile. What you typed here is still below; save again to keep it."
        ),
        "asked_already": _("A revocation is waiting for a second official already."),
        "own_ask": _("Somebody else answers a revocation that you asked for."),
        "nothing_asked": _("Nobody has asked for a revocation."),
        "not_selected": _("No selection stands here that could end."),
        "product_withdrawn": _("This product was withdrawn; apply with one that you make."),
        "title_missing": _("Give the call a name of 1 to 150 characters."),
        "days_turned": _("A call closes after it opens, within a year."),
        "places_bad": _("Places are 1 or more; leave it empty for no limit."),
        "criteria_unknown": _("Choose criteria that are in force when the call opens."),
        "own_shop": _("You belong to this shop. Somebody else does this."),
        "permit_expired": _("Only a permit that is in force can be verified."),
        "permit_revoked": _("Only a permit that is in force can be verified."),
    }
    return known.get(error.code) or error.message


def sheet_fault(part: str) -> str:
    """What a sheet lacks, for the item it lacks it at."""
    return {
        "score": _("Choose a score."),
        "reason": _("Give a reason in at least 10 characters."),
        "mend": _("Below 3, say in at least 10 characters what to mend next."),
    }[part]


def told(thing: Any, name: str) -> Any:
    """A text of data that is kept in both languages: ``name`` in the reader's."""
    return getattr(thing, f"{name}_{'en' if get_language() == 'en' else 'id'}")
