"""What certificates say, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mediator.ikm.accredited import verify

STATES = {
    verify.VALID: gettext_lazy("Valid certificate"),
    verify.EXPIRED: gettext_lazy("Expired certificate"),
    verify.REVOKED: gettext_lazy("Revoked certificate"),
}
"""Large on the certificate's page."""

LOOKS = {verify.VALID: "good", verify.EXPIRED: "wait", verify.REVOKED: "bad"}

KINDS = {
    "selection": gettext_lazy("Certificate of selection"),
    "mentoring": gettext_lazy("Certificate of mentoring"),
}

SUBJECT = {
    "product": gettext_lazy("Product"),
    "producer": gettext_lazy("Producer"),
    "grade": gettext_lazy("Grade"),
    "criteria": gettext_lazy("Criteria"),
    "programme": gettext_lazy("Programme"),
    "organisation": gettext_lazy("Certified by"),
    "place_name": gettext_lazy("Place"),
    "completed_on": gettext_lazy("Completed on"),
}
"""What a certificate says, in the order in which it is read; the place's code is for programs."""


def refusal(code: str) -> str:
    """Why a token proves nothing, and what to do."""
    known = {
        verify.NOT_OURS: _(
            "This is no certificate of Mediator, or a piece of it is missing. Copy the whole address from the QR code."
        ),
        verify.CHANGED: _("The signature does not fit: somebody changed what this certificate says. Do not trust it."),
        verify.KEY_UNKNOWN: _("It was signed with a key that is not ours. Do not trust it."),
        "bad_serial": _(
            "That is no serial: it has eleven letters and digits, as K7QM-2F9X-4T8. Look for a letter that was "
            "misread or swapped."
        ),
        "unknown": _("There is no certificate with this serial. Whoever showed it to you owes you an explanation."),
    }
    return known.get(code) or known[verify.NOT_OURS]
