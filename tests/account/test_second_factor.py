"""The second factor: who needs it, what counts as one, and that it can't be got around or switched off quietly."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from mediator.people.models import Person
from mediator.people.roles import StaffRole, end_grant
from mediator.web import guards
from tests.account.signing import PASSWORD, person, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def desk(request: HttpRequest) -> HttpResponse:
    return HttpResponse("the desk")


def _urls() -> list[Any]:
    from mediator.config.urls import urlpatterns as ours

    of_roles = [path(f"desk/{role}", guards.staff(role)(desk)) for role in StaffRole]
    return [*of_roles, *ours]


urlpatterns = _urls()


def code_of(secret: str) -> str:
    """What a phone would show now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def with_factor(*roles: StaffRole, courier: str = "jne") -> tuple[Person, str]:
    who = person(*roles, courier=courier, password=PASSWORD)
    secret = generate_totp_secret()
    TOTP.activate(who, secret)
    return who, secret


def log_in(who: Person) -> tuple[Client, Any]:
    browser = Client(headers={"host": "localhost"})
    return browser, browser.post("/account/login/", {"login": who.email, "password": PASSWORD})


def set_up(browser: Client) -> tuple[Any, str]:
    """Give the password again, scan, type the code."""
    browser.post("/account/reauthenticate/", {"password": PASSWORD})
    page = browser.get("/account/2fa/totp/activate/").text
    found = re.search(r'translate="no">([A-Z2-7]+)<', page)
    assert found, page
    return browser.post("/account/2fa/totp/activate/", {"code": code_of(found[1])}), found[1]


@pytest.mark.django_db(transaction=True)
def test_staff_without_a_second_factor_are_led_to_set_it_up_and_then_in() -> None:
    """With real commits: allauth tells of a new factor when its transaction has ended."""
    for role in StaffRole:
        browser, answer = log_in(person(role, courier="jne", password=PASSWORD))
        assert answer.headers["Location"] == "/home"
        assert browser.get(f"/desk/{role}").headers["Location"] == "/account/2fa/totp/activate/"
        done, _ = set_up(browser)
        assert done.headers["Location"] == "/account/2fa/recovery-codes/"
        assert browser.get(f"/desk/{role}").text == "the desk"


@pytest.mark.parametrize("role", list(StaffRole))
def test_a_password_alone_opens_no_desk_where_a_second_factor_is_set_up(role: StaffRole) -> None:
    who, secret = with_factor(role)
    browser, answer = log_in(who)
    assert answer.headers["Location"] == "/account/2fa/authenticate/"
    assert browser.get(f"/desk/{role}").headers["Location"].startswith("/account/login/")
    assert browser.get("/me").status_code == 302
    assert browser.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 422
    assert browser.get(f"/desk/{role}").status_code == 302
    assert browser.post("/account/2fa/authenticate/", {"code": code_of(secret)}).headers["Location"] == "/home"
    assert browser.get(f"/desk/{role}").text == "the desk"


def test_a_code_works_once() -> None:
    who, secret = with_factor()
    code = code_of(secret)  # once: the half minute may turn between the two
    for place in ("/home", None):
        browser, _ = log_in(who)
        answer = browser.post("/account/2fa/authenticate/", {"code": code})
        assert answer.headers.get("Location") == place


def test_a_session_from_before_the_second_factor_is_asked_for_a_code() -> None:
    who, secret = with_factor(StaffRole.OPERATOR)
    browser = sign_in(who, second_factor=False)
    asked = browser.get("/desk/operator").headers["Location"]
    assert asked == "/account/2fa/reauthenticate/?next=%2Fdesk%2Foperator"
    answer = browser.post(asked, {"code": code_of(secret), "next": "/desk/operator"})
    assert answer.headers["Location"] == "/desk/operator"
    assert browser.get("/desk/operator").text == "the desk"


def test_the_records_of_another_person_in_the_same_browser_do_not_count() -> None:
    who, other = person(StaffRole.OPERATOR), person()
    browser = sign_in(who)
    session = browser.session
    session["account_authentication_methods_user"] = str(other.pk)
    session.save()
    assert browser.get("/desk/operator").status_code == 302


def test_a_wrong_code_in_setting_up_proves_nothing() -> None:
    browser, _ = log_in(person(StaffRole.OPERATOR, password=PASSWORD))
    browser.post("/account/reauthenticate/", {"password": PASSWORD})
    browser.get("/account/2fa/totp/activate/")
    assert browser.post("/account/2fa/totp/activate/", {"code": "000000"}).status_code == 422
    assert not Authenticator.objects.exists()
    assert browser.get("/desk/operator").status_code == 302


def test_a_stolen_session_can_neither_set_up_nor_switch_off_a_second_factor() -> None:
    thief = sign_in(person(password=PASSWORD))
    assert thief.get("/account/2fa/totp/activate/").headers["Location"].startswith("/account/reauthenticate/")
    who, _ = with_factor()
    thief = sign_in(who)
    for answer in (thief.get("/account/2fa/totp/deactivate/"), thief.post("/account/2fa/totp/deactivate/")):
        assert "reauthenticate" in answer.headers["Location"]
    assert thief.post("/account/2fa/recovery-codes/generate/").status_code == 302
    assert Authenticator.objects.filter(user=who, type="totp").exists()


def test_who_has_a_role_can_not_switch_it_off_and_who_has_none_can() -> None:
    who, _ = with_factor(StaffRole.MEDIATOR)
    browser = sign_in(who)
    browser.post("/account/reauthenticate/", {"password": PASSWORD})
    assert "Peranmu" in browser.get("/account/2fa/totp/deactivate/").text
    browser.post("/account/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=who).exists()
    from datetime import UTC, datetime

    end_grant(who, StaffRole.MEDIATOR, "test", datetime.now(UTC))
    browser.post("/account/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=who).exists()


def test_switching_it_off_forgets_that_a_code_was_given() -> None:
    who, _ = with_factor()
    browser = sign_in(who)
    browser.post("/account/reauthenticate/", {"password": PASSWORD})
    browser.post("/account/2fa/totp/deactivate/")
    assert all(record["method"] != "mfa" for record in browser.session["account_authentication_methods"])


def test_the_secret_is_not_kept_in_the_clear() -> None:
    who, secret = with_factor()
    kept = Authenticator.objects.get(user=who).data["secret"]
    assert secret not in kept
    assert TOTP(Authenticator.objects.get(user=who)).validate_code(code_of(secret))


def test_a_recovery_code_works_once() -> None:
    who = person(StaffRole.OPERATOR, password=PASSWORD)
    browser, _ = log_in(who)
    set_up(browser)
    shown = browser.get("/account/2fa/recovery-codes/").text
    code = re.findall(r"<li>(\d{8})</li>", shown)[0]
    for place in ("/home", None):
        fresh, _ = log_in(who)
        answer = fresh.post("/account/2fa/authenticate/", {"code": code})
        assert answer.headers.get("Location") == place
    assert fresh.get("/desk/operator").status_code == 302


def test_codes_can_not_be_guessed_one_after_the_other() -> None:
    who, secret = with_factor()
    browser, _ = log_in(who)
    for number in range(5):
        browser.post("/account/2fa/authenticate/", {"code": f"00000{number}"})
    assert browser.post("/account/2fa/authenticate/", {"code": code_of(secret)}).status_code == 429
    cache.clear()
    assert browser.post("/account/2fa/authenticate/", {"code": code_of(secret)}).status_code == 302


def test_another_role_opens_no_desk() -> None:
    browser = sign_in(person(StaffRole.COURIER, courier="jne"))
    assert browser.get("/desk/operator").status_code == 403
    assert sign_in(person()).get("/desk/courier").status_code == 403
