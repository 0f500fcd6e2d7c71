"""Where the money goes, through the pages: by an owner who has just shown who they are, told to all owners."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from mediator.shop.models import Member, PayoutAccount
from mediator.shop.payout_accounts import add_account

from .making import Desk, client_of, person

FORM = {"bank": "014", "number": "123 456 7890", "holder": "Sari Dewi"}


def reauthenticated(browser: Client) -> Client:
    """The password has just been given again."""
    session = browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    return browser


@pytest.fixture
def told(django_capture_on_commit_callbacks: Any) -> Any:
    return django_capture_on_commit_callbacks


def test_the_password_is_asked_again_before_an_account_is_named(desk: Desk) -> None:
    desk.owner.set_password("kopi-gayo-250-gram")
    desk.owner.save()
    browser = client_of(desk.owner)
    address = reverse("merchant-account-new")
    for response in (browser.get(address), browser.post(address, FORM)):
        assert response.status_code == 302
        assert reverse("account_reauthenticate") in response.url
    assert not PayoutAccount.objects.exists()


def test_an_owner_names_an_account_and_all_owners_are_told(desk: Desk, browser: Client, told: Any) -> None:
    partner = person("Dewi")
    partner.language = "id"
    partner.save()
    Member.objects.create(merchant=desk.merchant, person=partner, role="owner", since=desk.now)
    desk.staff()
    add_account(desk.merchant, desk.owner, "002", "99887766", "Sari", desk.now)
    reauthenticated(browser)
    with told(execute=True):
        for _ in range(2):
            assert browser.post(reverse("merchant-account-new"), FORM).url == reverse("merchant-account")
    assert PayoutAccount.objects.count() == 2
    assert sorted(message.to[0] for message in mail.outbox) == sorted([desk.owner.email, partner.email])
    body = mail.outbox[0].body + mail.outbox[1].body
    assert "7890" in body
    assert "1234567890" not in body
    assert "ganti kata sandimu" in body
    html = browser.get(reverse("merchant-account")).content.decode()
    assert "1234567890" not in html
    assert "7890" in html
    assert html.index("BRI") < html.index("BCA")


def test_a_waiting_account_is_taken_back_by_an_owner_only(desk: Desk, browser: Client, told: Any) -> None:
    first, _ = add_account(desk.merchant, desk.owner, "002", "99887766", "Sari", desk.now)
    waiting, _ = add_account(desk.merchant, desk.owner, "014", "1234567890", "Sari", desk.now)
    address = reverse("merchant-account-withdraw", args=[waiting.pk])
    assert client_of(desk.staff()).post(address).status_code == 404
    foreign = client_of(desk.other().members.get().person)
    assert foreign.post(address).status_code == 404
    for _ in range(2):
        assert browser.post(address).status_code == 302
    waiting.refresh_from_db()
    assert waiting.withdrawn_at is not None
    assert len(mail.outbox) == 1
    browser.post(reverse("merchant-account-withdraw", args=[first.pk]))
    first.refresh_from_db()
    assert first.withdrawn_at is None


def test_a_wrong_account_keeps_what_was_typed(desk: Desk, browser: Client) -> None:
    refused = reauthenticated(browser).post(reverse("merchant-account-new"), {**FORM, "number": "12"})
    assert refused.status_code == 422
    assert "Sari Dewi" in refused.content.decode()
    assert "6 to 20 digits" in refused.content.decode()


def test_who_only_helps_names_no_account(desk: Desk) -> None:
    browser = reauthenticated(client_of(desk.staff()))
    assert browser.get(reverse("merchant-account-new")).status_code == 404
    assert browser.post(reverse("merchant-account-new"), FORM).status_code == 404
    assert not PayoutAccount.objects.exists()
