"""Fresh links for buyers whose link has expired: sent by the worker, to the address that was kept with the deal."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from mediator.shop.models import Delivery
from mediator.shop.tokens import deal_token
from mediator.web import acting, throttle

HOURS = 24
_RATE = (3, HOURS * 3600)
"""So many fresh links a deal and day: nobody's mailbox is filled by whoever found an old link."""


def ask_for_fresh_link(book: str, deal: str) -> None:
    """Have the worker send one, unless that was asked very often. Says nothing of whether there is an address."""
    from mediator.web.tasks import send_fresh_link

    if not throttle.count(f"deal-again/{book}/{deal}", _RATE):
        send_fresh_link.defer(book=book, deal=deal)


def send(book: str, deal: str) -> bool:
    """Send a fresh link; False when there is no address. Raises what the mail server's library raises."""
    delivery = Delivery.objects.filter(book_id=book, deal_id=deal).select_related("person").first()
    if delivery is None:
        return False
    to = delivery.email or (delivery.person.email if delivery.person is not None else "")
    if not to:
        return False
    address = settings.SITE_URL + reverse("deal", args=[deal_token(book, deal, acting.now())])
    with translation.override(delivery.language if delivery.language in ("id", "en") else "id"):
        text = render_to_string("buyer/fresh_link.txt", {"address": address, "title": delivery.title})
        message = EmailMessage(
            _("A fresh link to your deal"), text, to=[to], headers={"Auto-Submitted": "auto-replied"}
        )
    message.send()
    return True
