"""Words that a merchant or a buyer sends on by WhatsApp: Mediator makes them, people press send."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import quote

from mediator.notices.saying import Reader, say, stands
from mediator.notices.table import Party
from mediator.protocol.deal import Deal


def text_for(
    deal: Deal, party: Party, now: datetime, language: str, *, merchant: str = "", zone: str = "Asia/Jakarta"
) -> str:
    """What to tell that party about the deal as it stands, ending with the link that opens it.

    ``merchant`` is the merchant's name as people know it; without one the text speaks of the seller.
    """
    reader = Reader(party, language, zone, merchant or {"en": "the seller"}.get(language, "penjual"))
    said = say(deal, stands(deal, party), reader, now)
    return f"{said.text}\n{said.url}"


def wa_link(phone: str, text: str) -> str:
    """The address that opens WhatsApp with the text ready to send; without a number the sender chooses whom to."""
    digits = re.sub(r"\D", "", phone)
    return f"https://wa.me/{digits}?text={quote(text, safe='')}"
