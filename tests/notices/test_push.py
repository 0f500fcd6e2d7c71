"""Web push: what leaves is encrypted for one browser and signed, and goes nowhere but to public https addresses."""

from __future__ import annotations

import base64
import json
import os
import stat
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import http_ece
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mediator.deals import outbox
from mediator.notices import push, sending, vapid
from mediator.notices.guarded import Forbidden, check_endpoint, guarded_session, is_public_address
from mediator.notices.models import Notice, Subscription, Wish
from mediator.shop.tokens import deal_token
from tests.merchant.making import Desk, client_of

ENDPOINT = "https://push.example.com/send/abc"


class Browser:
    """The keys a browser keeps to itself."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        point = self.private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.secret = os.urandom(16)
        self.p256dh, self.auth = _text(point), _text(self.secret)

    def read(self, body: bytes) -> dict[str, str]:
        words: dict[str, str] = json.loads(
            http_ece.decrypt(body, private_key=self.private, auth_secret=self.secret, version="aes128gcm")
        )
        return words


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class Service:
    """A push service on this machine that keeps what it is sent."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.answer = 201
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.received.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(service.answer)
                self.send_header("Content-Length", "0")
                if service.answer == 302:
                    self.send_header("Location", service.address)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/send/abc"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service()
    yield service
    service.server.shutdown()
    service.server.server_close()


def subscribed(desk: Desk, service: Service, **whose: Any) -> Browser:
    browser = Browser()
    Subscription.objects.create(
        endpoint=service.address, p256dh=browser.p256dh, auth=browser.auth, since=desk.now, **whose
    )
    return browser


def work(desk: Desk) -> None:
    outbox.deliver(desk.clock)
    sending.send_due(desk.now, requests.Session)


def test_a_push_reaches_the_browser_that_subscribed_and_only_it_can_read_it(desk: Desk, service: Service) -> None:
    deal = desk.funded()
    browser = subscribed(desk, service, book_id=deal.book, deal_id=deal.id)
    work(desk)
    ((headers, body),) = service.received
    assert b"Mediator" not in body
    said = browser.read(body)
    assert set(said) == {"title", "text", "url"}
    assert said["url"].endswith(deal_token(deal.book, deal.id, desk.now))
    assert "Rp\u00a0150.000" in said["text"]
    assert headers["authorization"].startswith("vapid t=")
    assert vapid.public_key() in headers["authorization"]
    with pytest.raises(http_ece.ECEException):
        Browser().read(body)


def test_an_account_holder_is_told_on_the_devices_of_the_account(desk: Desk, service: Service) -> None:
    browser = subscribed(desk, service, person=desk.owner)
    desk.funded()
    work(desk)
    assert browser.read(service.received[0][1])["url"].startswith("http")
    Wish.objects.create(person=desk.owner, push=False)
    desk.funded()
    work(desk)
    assert len(service.received) == 1


@pytest.mark.parametrize("gone", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(desk: Desk, service: Service, gone: int) -> None:
    deal = desk.funded()
    subscribed(desk, service, book_id=deal.book, deal_id=deal.id)
    service.answer = gone
    work(desk)
    assert not Subscription.objects.exists()
    notice = Notice.objects.get(channel="push")
    assert (notice.stage, notice.attempts) == ("failed", 1)


@pytest.mark.parametrize("trouble", [429, 500])
def test_a_push_service_in_trouble_is_asked_again_later(desk: Desk, service: Service, trouble: int) -> None:
    deal = desk.funded()
    subscribed(desk, service, book_id=deal.book, deal_id=deal.id)
    service.answer = trouble
    work(desk)
    notice = Notice.objects.get(channel="push")
    assert (notice.stage, notice.reason) == ("queued", f"Unsent: the push service answered {trouble}")
    service.answer = 201
    desk.clock.at = notice.next_at
    work(desk)
    notice.refresh_from_db()
    assert notice.stage == "sent"


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.com/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://[64:ff9b::a9fe:a9fe]/x",
        "https://169.254.169.254/latest/meta-data",
        "https://10.1.2.3/x",
        "https://localhost/x",
        "https://user:secret@push.example.com/x",
        "https://push.example.com:8443/x",
        "https://push.example.com:99999/x",
        "https://push.example.com/\r\nHost: other",
        "https://pu\u015fh.example.com/x",
        "ftp://push.example.com/x",
        "file:///etc/passwd",
        "//push.example.com/x",
        "https:///x",
        "",
        "https://push.example.com/" + "x" * 500,
    ],
)
def test_an_address_that_is_not_public_https_is_refused(endpoint: str) -> None:
    with pytest.raises(Forbidden):
        check_endpoint(endpoint)


def test_a_public_address_is_taken_with_its_origin() -> None:
    assert check_endpoint("https://fcm.googleapis.com/fcm/send/a:b") == "https://fcm.googleapis.com"


@pytest.mark.parametrize("address", ["0.0.0.0", "100.64.0.1", "192.168.1.1", "224.0.0.1", "fe80::1%eth0", "fd00::1"])
def test_addresses_of_private_nets_are_not_public(address: str) -> None:
    assert not is_public_address(address)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "0"])
def test_a_name_that_leads_home_is_refused_before_a_byte_is_sent(service: Service, host: str) -> None:
    """By the connection itself, so it does not matter what the name said a moment ago."""
    with guarded_session() as session, pytest.raises((Forbidden, requests.ConnectionError)):
        session.post(f"https://{host}:{service.server.server_port}/x", data=b"x", timeout=5)
    assert service.received == []


def test_plain_http_cannot_be_reached_at_all(service: Service) -> None:
    with guarded_session() as session, pytest.raises(requests.exceptions.InvalidSchema):
        session.post(service.address, data=b"x", timeout=5)


def test_the_key_is_made_once_and_is_private() -> None:
    from mediator.config.target import resolve_target

    assert vapid.public_key() == vapid.public_key()
    assert len(base64.urlsafe_b64decode(vapid.public_key() + "=")) == 65
    place = resolve_target().folder / vapid.FILE
    assert stat.S_IMODE(place.stat().st_mode) == 0o600


def test_subscribing_needs_the_link_or_an_account(desk: Desk) -> None:
    deal = desk.funded()
    browser = Browser()
    keys = {"endpoint": ENDPOINT, "p256dh": browser.p256dh, "auth": browser.auth}
    visitor, address = Client(), reverse("push-subscribe")
    assert visitor.post(address, keys).status_code == 403
    assert visitor.post(address, keys | {"token": "forged"}).status_code == 404
    token = deal_token(deal.book, deal.id, desk.now)
    for _ in range(2):
        assert visitor.post(address, keys | {"token": token}).status_code == 200
    of_deal = Subscription.objects.get()
    assert (str(of_deal.deal_id), of_deal.person) == (deal.id, None)
    assert client_of(desk.owner).post(address, keys).status_code == 200
    assert Subscription.objects.filter(person=desk.owner).count() == 1
    assert visitor.post(reverse("push-unsubscribe"), {"endpoint": ENDPOINT}).status_code == 200
    assert not Subscription.objects.exists()


def test_nonsense_is_no_subscription(desk: Desk) -> None:
    client, good = client_of(desk.owner), Browser()
    fine = {"endpoint": ENDPOINT, "p256dh": good.p256dh, "auth": good.auth}
    for wrong in (
        {"endpoint": "https://10.0.0.1/x"},
        {"p256dh": "AAAA"},
        {"p256dh": "!"},
        {"p256dh": _text(b"\x04" + b"\x01" * 64)},
        {"auth": "AAAA"},
        {"auth": "ä"},
    ):
        assert client.post(reverse("push-subscribe"), fine | wrong).status_code == 422
    assert not Subscription.objects.exists()


def test_subscribing_is_protected_against_forgery(desk: Desk) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(desk.owner)
    for name in ("push-subscribe", "push-unsubscribe", "notice-wishes"):
        assert client.post(reverse(name)).status_code == 403
        assert client.get(reverse(name)).status_code == 405


def test_a_person_has_at_most_ten_browsers(desk: Desk) -> None:
    for n in range(12):
        desk.pass_time(seconds=1)
        browser = Browser()
        assert push.subscribe(f"{ENDPOINT}{n}", browser.p256dh, browser.auth, desk.now, person=desk.owner.pk)
    kept = set(Subscription.objects.values_list("endpoint", flat=True))
    assert kept == {f"{ENDPOINT}{n}" for n in range(2, 12)}


def test_the_worker_is_served_from_the_root_and_keeps_no_page() -> None:
    answer = Client().get("/worker.js")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "caches" not in answer.text
    assert '"fetch"' not in answer.text


def test_the_button_costs_no_query_and_the_wishes_one(desk: Desk) -> None:
    from django.db import connection
    from django.template.loader import render_to_string
    from django.test import RequestFactory

    request = RequestFactory().get("/")
    request.user = desk.owner
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = render_to_string("notices/push_button.html", {"token": "abc"}, request)
    assert len(asked) == 0
    assert vapid.public_key() in page
    with CaptureQueriesContext(connection) as asked:
        page = render_to_string("notices/wishes.html", {}, request)
    assert len(asked) == 1
    assert page.count(" checked") == 2


def test_wishes_are_kept(desk: Desk) -> None:
    client = client_of(desk.owner)
    assert client.post(reverse("notice-wishes"), {"mail": "on"}).status_code == 302
    wish = Wish.objects.get(person=desk.owner)
    assert (wish.mail, wish.push) == (True, False)
