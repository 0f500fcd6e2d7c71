"""A notice as an e-mail: plain text and simple HTML, nothing loaded from anywhere, nobody's name in the subject.

Mail goes by Django's own settings (``EMAIL_*``).
"""

from __future__ import annotations

from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from mediator.notices.figures import number
from mediator.notices.saying import Said


def send_mail(said: Said, to: str, deal_id: str, language: str, connection: Any) -> None:
    """Send it; raises what the mail server's library raises."""
    with translation.override(language):
        values = {"said": said, "number": number(deal_id), "language": language}
        text = render_to_string("notices/mail.txt", values)
        html = render_to_string("notices/mail.html", values)
    message = EmailMultiAlternatives(f"{said.title} · {number(deal_id)}", text, to=[to], connection=connection)
    message.attach_alternative(html, "text/html")
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    message.send()
