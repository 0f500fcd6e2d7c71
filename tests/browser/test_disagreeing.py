"""They disagree: settled between the two, or decided by one mediator, then by another."""

from __future__ import annotations

import pytest

from mediator.mediation.cases.projection import case_of
from mediator.people.roles import StaffRole
from mediator.protocol import Role
from mediator.shop.models import Delivery
from tests.browser.conftest import Enter
from tests.browser.house import BATIK, House, Staff, photo_of
from tests.browser.visitor import Visitor
from tests.browser.walking import claim

pytestmark = pytest.mark.slow

WHY = "Noda terlihat jelas di foto yang diambil saat paket dibuka."


def test_claim_offer_agree(house: House, enter: Enter) -> None:
    deal = house.delivered("tawar", house.batik)
    buyer, seller = enter(), enter(house.owner)
    buyer.goto(f"/deal/{house.token(deal)}")
    claim(buyer)
    buyer.look("deal-claimed")
    assert deal.deal().status == "claimed"
    seller.goto("/merchant")
    seller.look("merchant-todo", first_view=True)
    seller.goto(f"/merchant/deals/{deal.place[1]}")
    seller.look("merchant-deal-claimed")
    seller.choose("offer")
    seller.fill(amount="100.000", words="Kami tawarkan potongan seratus ribu.")
    seller.look("offer")
    seller.send()
    assert deal.deal().status == "offered"
    buyer.page.reload()
    buyer.look("deal-offered")
    buyer.choose("agree")
    buyer.send()
    state = deal.deal().state
    assert state.refunded == 100_000_00
    assert state.released == deal.deal().terms.amount - 100_000_00
    house.work()
    assert deal.deal().status == "split"


def decide(visitor: Visitor, *, needs_return: bool = False) -> None:
    """From the case to a decision for the buyer that is sent (or proposed)."""
    visitor.press("Decide this case")
    visitor.look("decide")
    visitor.tick("award", "whole")
    if needs_return:
        visitor.tick("needs_return")
    visitor.page.locator('main [name="reasons"]').first.check()
    visitor.fill(words=WHY)
    visitor.send()
    visitor.look("decide-preview")
    visitor.page.locator('main button[name="confirm"]').click()
    visitor.page.wait_for_load_state()


def test_contest_mediate_appeal_return_refund_with_four_eyes(house: House, enter: Enter) -> None:
    """Above the amount from which two must sign: twelve lengths of batik."""
    staff = {
        str(one.person.pk): one
        for one in [Staff(StaffRole.MEDIATOR, name=name) for name in ("Bagas", "Sukerti", "Robert", "Hasan")]
    }
    deal = house.delivered("perkara", house.batik, quantity=12)
    buyer, seller = enter(), enter(house.owner)
    buyer.goto(f"/deal/{house.token(deal)}")
    claim(buyer)
    seller.goto(f"/merchant/deals/{deal.place[1]}")
    seller.choose("contest")
    seller.fill(words="Sebelum dikirim kain kami foto; bersih.")
    seller.attach("photos", photo_of(BATIK))
    seller.send()
    buyer.page.reload()
    buyer.choose("escalate")
    buyer.send()
    deal.submit(Role.BUYER, "Foto saat dibuka.", "stained")
    deal.submit(Role.MERCHANT, "Foto sebelum dikirim.", "")
    house.work()
    address = "/cases/{}/{}".format(*deal.place)

    first, second = _decide_and_confirm(house, enter, staff, deal.place, address, set())
    assert deal.deal().status == "decided"
    seller.page.reload()
    seller.choose("appeal")
    seller.fill(words="Mohon dilihat mediator lain; ada gelas kopi di meja.")
    seller.send()
    house.work()
    assert deal.deal().status == "in_appeal"
    third, fourth = _decide_and_confirm(house, enter, staff, deal.place, address, {first, second}, back=True)
    assert not {first, second} & {third, fourth}
    house.work()
    assert deal.deal().status == "returning"
    buyer.page.reload()
    buyer.look("deal-returning")
    buyer.choose("send_back")
    buyer.fill(tracking="JNE0012345678")
    buyer.send()
    seller.goto(f"/merchant/deals/{deal.place[1]}")
    seller.choose("confirm_return")
    seller.send()
    house.work()
    buyer.page.reload()
    buyer.look("deal-refunded")
    assert deal.deal().status == "refunded"
    assert deal.deal().state.refunded == deal.deal().terms.amount
    assert Delivery.objects.count() == 1


def _decide_and_confirm(
    house: House,
    enter: Enter,
    staff: dict[str, Staff],
    place: tuple[str, str],
    address: str,
    others: set[str],
    *,
    back: bool = False,
) -> tuple[str, str]:
    """Whoever has the case proposes, the next one who may confirms; who they are."""
    case = case_of(*place)
    assert case is not None
    assert case.mediator is not None
    who = str(case.mediator.pk)
    mediator = enter(staff[who].person, desktop=True)
    mediator.goto(address)
    mediator.look("case")
    decide(mediator, needs_return=back)
    free = next(one for one in staff if one not in others | {who})
    other = enter(staff[free].person)
    other.goto("/cases?tab=second")
    other.look("cases")
    other.goto(address)
    other.press("Confirm this decision")
    return who, free
