"""Accounts from the outside: opening one, signing in and out, forgotten passwords, language, and how often."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client

from mediator.people.models import Person
from mediator.people.roles import StaffRole
from mediator.web import throttle
from tests.account.signing import PASSWORD, person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"host": "localhost"})


def sign_up(visitor: Client, **changes: str) -> Any:
    data = {"name": "Ayu Wulandari", "email": "Ayu@Example.org", "password1": PASSWORD} | changes
    return visitor.post("/account/signup/", data)


def log_in(visitor: Client, who: Person, password: str = PASSWORD) -> Any:
    return visitor.post("/account/login/", {"login": who.email, "password": password})


def link_in(message: str, part: str) -> str:
    found = re.search(rf"http://localhost(/account/{part}\S+)", message)
    assert found, message
    return found[1]


def test_opening_an_account_keeps_name_and_language_and_sends_a_link(visitor: Client) -> None:
    visitor.cookies["django_language"] = "en"
    assert sign_up(visitor, name="  Ayu   Wulandari ").headers["Location"] == "/home"
    ayu = Person.objects.get(email="ayu@example.org")
    assert (ayu.name, ayu.language, ayu.zone) == ("Ayu Wulandari", "en", "Asia/Jakarta")
    link = link_in(mail.outbox[0].body, "confirm-email")
    assert "ayu@example.org" in visitor.get(link).text
    visitor.post(link)
    assert EmailAddress.objects.get(user=ayu).verified


def test_a_wrong_form_keeps_what_was_typed_and_says_it_in_indonesian(visitor: Client) -> None:
    page = sign_up(visitor, password1="pendek", email="bukan surel").text
    assert 'value="Ayu Wulandari"' in page
    assert 'value="bukan surel"' in page
    assert "minimal 10 karakter" in page or "setidaknya 10 karakter" in page or "10 karakter" in page
    assert not re.search(r"Enter a valid|This password|must contain", page)
    assert not Person.objects.exists()


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("login/", {"login": "siapa@example.org", "password": "salah-sekali"}),
        ("login/", {}),
        ("signup/", {"name": "", "email": "a@example.org", "password1": PASSWORD}),
        ("password/reset/", {"email": "bukan surel"}),
    ],
)
def test_a_refused_form_before_sign_in_answers_422(visitor: Client, path: str, data: dict[str, str]) -> None:
    assert visitor.post(f"/account/{path}", data).status_code == 422


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("password/change/", {"oldpassword": "salah", "password1": "teh-melati-dua", "password2": "teh-melati-dua"}),
        ("email/", {"email": "bukan surel", "action_add": ""}),
        ("reauthenticate/", {"password": "salah"}),
    ],
)
def test_a_refused_form_after_sign_in_answers_422(path: str, data: dict[str, str]) -> None:
    assert sign_in(person(password=PASSWORD)).post(f"/account/{path}", data).status_code == 422


def test_allauths_own_refusals_are_in_indonesian(visitor: Client) -> None:
    page = log_in(visitor, person(password=PASSWORD), "salah-sekali").text
    assert "not correct" not in page
    assert 'role="alert"' in page


def test_signing_in_leads_to_where_one_works(visitor: Client) -> None:
    buyer = person(password=PASSWORD)
    assert log_in(visitor, buyer).headers["Location"] == "/home"
    assert visitor.get("/home").headers["Location"] == "/me"
    staff = sign_in(person(StaffRole.OPERATOR))
    assert staff.get("/home").headers["Location"] == "/desk"
    assert Client(headers={"host": "localhost"}).get("/home").headers["Location"].startswith("/account/login/")


def test_the_way_on_after_sign_in_stays_on_this_site(visitor: Client) -> None:
    who = person(password=PASSWORD)
    data = {"login": who.email, "password": PASSWORD, "next": "https://evil.example/"}
    assert visitor.post("/account/login/", data).headers["Location"] == "/home"


def test_signing_out_takes_a_post(visitor: Client) -> None:
    browser = sign_in(person())
    assert browser.get("/account/logout/").status_code == 200
    assert browser.get("/me").status_code == 200
    browser.post("/account/logout/")
    assert browser.get("/me").status_code == 302


def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(visitor: Client) -> None:
    who = person(password=PASSWORD)
    visitor.post("/account/password/reset/", {"email": who.email.upper()})
    link = link_in(mail.outbox[0].body, "password/reset/key")
    form = visitor.get(link, follow=True)
    new = {"password1": "teh-melati-dua-gelas", "password2": "teh-melati-dua-gelas"}
    visitor.post(form.request["PATH_INFO"], new)
    who.refresh_from_db()
    assert who.check_password("teh-melati-dua-gelas")
    again = Client(headers={"host": "localhost"}).get(link, follow=True).text
    assert "tidak berlaku lagi" in again


def test_a_stranger_does_not_learn_who_has_an_account(visitor: Client) -> None:
    known = visitor.post("/account/password/reset/", {"email": person(password=PASSWORD).email}, follow=True)
    unknown = visitor.post("/account/password/reset/", {"email": "tidak.ada@example.org"}, follow=True)
    assert known.status_code == unknown.status_code == 200
    strip = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    assert strip.sub("", known.text) == strip.sub("", unknown.text)


def test_a_changed_password_ends_other_sessions_and_is_told(visitor: Client) -> None:
    who = person(password=PASSWORD)
    here, elsewhere = sign_in(who), sign_in(who)
    new = "teh-melati-dua-gelas"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert here.post("/account/password/change/", data).headers["Location"] == "/me"
    assert here.get("/me").status_code == 200
    assert elsewhere.get("/me").status_code == 302
    assert "kata sandi" in mail.outbox[-1].subject.lower()


def test_five_wrong_passwords_stop_an_account_for_a_while(visitor: Client) -> None:
    who = person(password=PASSWORD)
    for _ in range(5):
        log_in(visitor, who, "salah-sekali")
    stopped = log_in(visitor, who)
    assert stopped.status_code == 429
    assert stopped.headers["Retry-After"] == "300"
    assert "tunggu lima menit" in stopped.text
    assert f'value="{who.email}"' in stopped.text
    assert log_in(Client(headers={"host": "localhost"}, REMOTE_ADDR="203.0.113.9"), who).status_code == 429
    cache.clear()
    assert log_in(visitor, who).status_code == 302


def test_too_many_sign_ups_from_an_address_are_stopped_with_a_kind_page(visitor: Client) -> None:
    codes = [sign_up(visitor, email=f"a{n}@example.org", password1="pendek").status_code for n in range(21)]
    assert codes[:20] == [422] * 20
    assert codes[20] == 429
    refused = sign_up(visitor)
    assert "Retry-After" in refused.headers
    assert "Mediator" in refused.text


@pytest.mark.parametrize(
    "path",
    ["signup/passkey/", "login/code/", "login/code/confirm/", "phone/verify/", "phone/change/", "password/set/",
     "sessions/", "3rdparty/", "2fa/webauthn/", "2fa/trust/"],
)  # fmt: skip
def test_what_is_not_offered_is_not_there(visitor: Client, path: str) -> None:
    assert visitor.get(f"/account/{path}").status_code == 404


@pytest.mark.parametrize("path", ["login/", "signup/", "password/reset/", "password/reset/done/", "confirm-email/"])
def test_every_page_before_sign_in_is_ours_in_both_languages(visitor: Client, path: str) -> None:
    for language in ("id", "en"):
        page = visitor.get(f"/account/{path}?lang={language}")
        assert page.status_code == 200
        assert f'<html lang="{language}"' in page.text or f'lang="{language}"' in page.text
        assert page.text.count("<h1") == 1
        assert "style=" not in page.text


@pytest.mark.parametrize(
    "path", ["email/", "password/change/", "reauthenticate/", "2fa/", "logout/", "2fa/reauthenticate/"]
)
def test_every_page_after_sign_in_is_ours(path: str) -> None:
    page = sign_in(person(password=PASSWORD)).get(f"/account/{path}", follow=True)
    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    assert 'class="top"' in page.text


# the language


def test_the_language_is_kept_by_cookie_and_for_the_person(visitor: Client) -> None:
    answer = visitor.post("/language", {"language": "en", "next": "/account/login/"})
    assert answer.headers["Location"] == "/account/login/"
    assert answer.cookies["django_language"].value == "en"
    who = person()
    sign_in(who).post("/language", {"language": "en", "next": "/me"})
    who.refresh_from_db()
    assert who.language == "en"


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "", "/\\evil.example"]
)
def test_choosing_a_language_never_leads_away(visitor: Client, back: str) -> None:
    assert visitor.post("/language", {"language": "en", "next": back}).headers["Location"] == "/"


def test_a_language_that_does_not_exist_changes_nothing(visitor: Client) -> None:
    assert "django_language" not in visitor.post("/language", {"language": "xx", "next": "/"}).cookies
    assert visitor.get("/language").status_code == 405


# the general throttle


def test_a_window_counts_and_then_begins_anew() -> None:
    from django.db import connection

    assert [throttle.count("k", (2, 60)) for _ in range(2)] == [0, 0]
    assert 0 < throttle.count("k", (2, 60)) <= 60
    assert throttle.count("other", (2, 60)) == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE throttle SET expires = now() - interval '1 second' WHERE cache_key LIKE 'limit/%'")
    assert throttle.count("k", (2, 60)) == 0


def test_persons_are_counted_alone_and_strangers_by_address(visitor: Client) -> None:
    def often(browser: Client, **more: str) -> list[int]:
        return [browser.post("/language", {"language": "id"}, **more).status_code for _ in range(31)]

    assert often(visitor)[-1] == 429
    assert visitor.post("/language", {"language": "id"}, REMOTE_ADDR="203.0.113.9").status_code == 302
    assert often(sign_in(person()))[-1] == 302


@pytest.mark.parametrize(
    ("proxies", "forwarded", "remote", "address"),
    [
        (0, "198.51.100.7", "203.0.113.1", "203.0.113.1"),
        (1, "198.51.100.7, 198.51.100.8", "203.0.113.1", "198.51.100.8"),
        (2, "6.6.6.6, 198.51.100.7, 198.51.100.8", "203.0.113.1", "198.51.100.7"),
        (2, "198.51.100.8", "203.0.113.1", "203.0.113.1"),
        (1, "no address", "203.0.113.1", throttle.UNKNOWN),
        (0, "", "", throttle.UNKNOWN),
        (0, "", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        (0, "", "::ffff:203.0.113.1", "203.0.113.1"),
    ],
)
def test_only_our_own_proxies_are_believed(
    settings: Any, rf: Any, proxies: int, forwarded: str, remote: str, address: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = rf.get("/", headers={"x-forwarded-for": forwarded} if forwarded else {}, REMOTE_ADDR=remote)
    assert throttle.client_address(request) == address
