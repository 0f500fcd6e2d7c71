"""A notice as a web push: encrypted for the one browser that subscribed (RFC 8291), signed with our key (RFC 8292)."""

from __future__ import annotations

import base64
import binascii
import json
import time
from datetime import datetime
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives.asymmetric import ec
from pywebpush import WebPusher

from mediator.notices import vapid
from mediator.notices.guarded import check_endpoint
from mediator.notices.models import Subscription
from mediator.notices.saying import Said

TIMEOUT_S = 15
LIVES_S = 2 * 86_400
"""How long a push service keeps a message for a phone that is off; the reminder comes after that anyway."""
SIGNED_FOR_S = 12 * 3600
MAX_BROWSERS = 10
"""Browsers of one person or of one deal: the oldest gives way."""


class Gone(Exception):
    """The browser has ended its subscription."""


class Unsent(Exception):
    """The push service did not take it; another try may help."""


def push(subscription: Subscription, said: Said, session: requests.Session) -> None:
    """Send it to one browser. Gone when it is there no more, Unsent (or what ``requests`` raises) when it failed."""
    parts = urlsplit(subscription.endpoint)
    origin = f"{parts.scheme}://{parts.netloc}"
    keys = {"p256dh": subscription.p256dh, "auth": subscription.auth}
    pusher = WebPusher({"endpoint": subscription.endpoint, "keys": keys}, requests_session=session)
    signature = vapid.claims(origin) | {"exp": int(time.time()) + SIGNED_FOR_S}
    headers = {**vapid.push_key().sign(signature), "Urgency": "high"}
    payload = json.dumps({"title": said.title, "text": said.text, "url": said.url}, ensure_ascii=False)
    answer = pusher.send(payload, headers, ttl=LIVES_S, timeout=TIMEOUT_S)
    assert not isinstance(answer, str)
    if answer.status_code in (404, 410):
        raise Gone
    if not 200 <= answer.status_code < 300:
        raise Unsent(f"the push service answered {answer.status_code}")


def subscribe(
    endpoint: str, p256dh: str, auth: str, now: datetime, *, person: object = None, book: str = "", deal: str = ""
) -> bool:
    """Keep a browser's subscription for a person, or for the buyer of one deal. False when it is none."""
    try:
        check_endpoint(endpoint)
        point, secret = _bytes(p256dh), _bytes(auth)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except (ValueError, binascii.Error):
        return False
    if len(point) != 65 or len(secret) != 16:
        return False
    whose = {"person_id": person} if person else {"book_id": book, "deal_id": deal}
    Subscription.objects.update_or_create(
        endpoint=endpoint, **whose, defaults={"p256dh": p256dh, "auth": auth, "since": now}
    )
    kept = Subscription.objects.filter(**whose).order_by("-since", "-id").values_list("id", flat=True)[:MAX_BROWSERS]
    Subscription.objects.filter(**whose).exclude(id__in=list(kept)).delete()
    return True


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
