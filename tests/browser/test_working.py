"""Those who work here: a merchant with fifty parcels, and staff who sign in with a second factor."""

from __future__ import annotations

import pytest

from mediator.deals.models import Deal
from mediator.people.roles import StaffRole
from tests.account.signing import PASSWORD
from tests.browser.conftest import Enter
from tests.browser.house import House, Staff

pytestmark = pytest.mark.slow


def test_a_merchant_ships_fifty_deals_at_once(house: House, enter: Enter) -> None:
    deals = [house.told(f"banyak-{number}") for number in range(50)]
    for deal in deals:
        deal.order()
        deal.pay()
    house.work()
    visitor = enter(house.owner, desktop=True)
    visitor.goto("/merchant/deals?tab=ship&size=200")
    visitor.look("merchant-ship", first_view=True)
    visitor.page.locator("[data-tick-all]").check()
    visitor.press("Ship the ticked ones")
    fields = visitor.page.locator('main [name^="tracking_"]')
    fields.evaluate_all("fields => fields.forEach((field, n) => field.value = 'JNE88' + (10000000 + n))")
    visitor.fill(courier="jne")
    visitor.look("merchant-ship-many")
    visitor.press("Ship them")
    house.work()
    assert Deal.objects.filter(status="shipped").count() == 50, visitor.text()[:2000]
    visitor.look("merchant-shipped")


def test_staff_sign_in_with_a_code_and_no_desk_opens_without(house: House, enter: Enter) -> None:
    operator = Staff(StaffRole.OPERATOR, name="Dewi Kartika")
    visitor = enter()
    visitor.goto("/operator")
    visitor.look("sign-in", first_view=True)
    visitor.fill(login=operator.person.email, password=PASSWORD)
    visitor.send()
    visitor.look("second-factor")
    visitor.goto("/operator")
    assert visitor.page.locator('main [name="login"], main [name="code"]').count(), "a password alone opens no desk"
    if visitor.page.locator('main [name="login"]').count():
        visitor.fill(login=operator.person.email, password=PASSWORD)
        visitor.send()
    visitor.fill(code="000000")
    visitor.send()
    assert visitor.page.locator('main [name="code"]').count()
    visitor.fill(code=operator.code())
    visitor.send()
    visitor.goto("/operator")
    assert visitor.page.url.endswith("/operator")
    visitor.look("operator")


def test_who_has_a_role_but_no_second_factor_is_sent_to_set_one_up(house: House, enter: Enter) -> None:
    operator = Staff(StaffRole.OPERATOR, name="Dewi Kartika")
    visitor = enter()
    from allauth.mfa.models import Authenticator

    Authenticator.objects.all().delete()
    visitor.goto("/account/login/?next=/operator")
    visitor.fill(login=operator.person.email, password=PASSWORD)
    visitor.send()
    visitor.goto("/operator")
    assert "totp" in visitor.page.url or "2fa" in visitor.page.url
    visitor.look("second-factor-setup")
