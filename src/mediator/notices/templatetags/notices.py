"""What the partials of notices need. The push button costs no query; the wishes cost one."""

from __future__ import annotations

from typing import Any

from django import template

from mediator.notices import vapid
from mediator.notices.models import Wish

register = template.Library()


@register.simple_tag
def push_public_key() -> str:
    """This installation's public key, for a browser that subscribes."""
    return vapid.public_key()


@register.simple_tag(takes_context=True)
def notice_wishes(context: dict[str, Any]) -> Wish:
    """How whoever is signed in wants to be told."""
    person = context["request"].user
    return Wish.objects.filter(person=person).first() or Wish(person=person)
