"""The courier's page: only their own parcels, by number, by label, by hundreds; everything once."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mediator.deals.ids import uuid7
from mediator.mediation.cases.models import Parcel
from mediator.mediation.models import Evidence
from mediator.people.roles import StaffRole
from mediator.protocol import Deal, Role
from mediator.shop.parcel_codes import parcel_code
from tests.account.signing import person, sign_in

from .making import PRICE, Court, jpeg


def courier(name: str = "jne") -> Client:
    who = person(StaffRole.COURIER, courier=name)
    who.language = "en"
    who.save(update_fields=["language"])
    return sign_in(who)


def parcel(deal: Deal) -> str:
    return reverse("courier-parcel", args=[deal.book, deal.id])


def act(deal: Deal, command: str) -> str:
    return reverse("courier-do", args=[deal.book, deal.id, command])


def test_a_parcel_is_found_by_number_code_id_and_scanned_address(court: Court) -> None:
    deal = court.shipped()
    court.listen()
    client = courier()
    tracking = deal.state.tracking
    for typed in (tracking, f" {tracking[:4].lower()} {tracking[4:].lower()} ", parcel_code(deal.id), deal.id,
                  f"https://example.org/x/{deal.id}/"):  # fmt: skip
        assert client.get(reverse("courier"), {"q": typed}).headers["Location"] == parcel(deal), typed
    assert "No parcel of yours" in client.get(reverse("courier"), {"q": "JX000"}).content.decode()
    page = client.get(parcel(deal)).content.decode()
    assert "Jalan Melati 5" in page
    assert "Who took it?" in page


def test_another_couriers_parcel_does_not_exist(court: Court) -> None:
    deal = court.shipped()
    court.listen()
    client = courier("sicepat")
    assert "No parcel of yours" in client.get(reverse("courier"), {"q": deal.state.tracking}).content.decode()
    assert client.get(parcel(deal)).status_code == 404
    assert client.post(act(deal, "deliver"), {"deliver-words": "Ani"}).status_code == 404
    assert courier().post(act(deal, "accept"), {}).status_code == 404
    many = client.post(reverse("courier-many"), {"command": "deliver", "numbers": deal.state.tracking})
    assert "not one of your parcels" in many.content.decode()
    assert court.read(deal).status == "shipped"
    assert sign_in(court.owner).get(parcel(deal)).status_code == 403
    court_deal = court.funded()
    assert courier().get(parcel(court_deal)).status_code == 404


def test_a_delivery_needs_a_photograph_and_who_took_it_and_happens_once(court: Court) -> None:
    deal = court.shipped()
    client = courier()
    bare = client.post(act(deal, "deliver"), {"deliver-words": "Ani", "deliver-key": uuid7()})
    assert bare.status_code == 422
    assert "Ani" in bare.content.decode()
    key = uuid7()
    for _click in range(2):
        photo = SimpleUploadedFile("pintu.jpg", jpeg(), "image/jpeg")
        sent = client.post(
            act(deal, "deliver"), {"deliver-words": "Ani, di pintu", "deliver-photos": photo, "deliver-key": key}
        )
        assert sent.status_code == 302
    assert court.read(deal).status == "delivered"
    shown = Evidence.objects.get(deal_id=deal.id)
    assert (shown.purpose, shown.role, shown.actor, shown.words) == ("arrival", "courier", "jne", "Ani, di pintu")
    assert len(shown.photos) == 1
    late = client.post(act(deal, "lose"), {"lose-words": "hilang", "lose-key": uuid7()})
    assert late.status_code == 302
    assert court.read(deal).status == "delivered"


def test_lost_and_returned_parcels_give_the_buyer_the_money_back(court: Court) -> None:
    client = courier()
    for command in ("lose", "return_to_sender"):
        deal = court.shipped()
        client.post(act(deal, command), {f"{command}-words": "Gudang terbakar", f"{command}-key": uuid7()})
        assert court.read(deal).status == "refunded"


def test_a_return_is_delivered_back_under_its_own_number(court: Court) -> None:
    who = court.mediator()
    deal = court.in_mediation()
    court.propose(deal, who, PRICE, needs_return=True)
    for side in (Role.BUYER, Role.MERCHANT):
        deal = court.must(deal, "accept_decision", side)
    deal = court.must(deal, "send_back", Role.BUYER, tracking="balik 77")
    court.listen()
    assert set(Parcel.objects.filter(deal_id=deal.id).values_list("tracking", "way")) == {
        (deal.state.tracking, "out"), ("BALIK77", "back"),
    }  # fmt: skip
    many = courier().post(reverse("courier-many"), {"command": "deliver_back", "numbers": "BALIK77"})
    assert "1 of 1" in many.content.decode()
    assert court.read(deal).status == "returned"


def test_many_parcels_at_once_each_with_its_answer(court: Court) -> None:
    deals = [court.shipped() for _ in range(3)]
    twin = [court.shipped(), court.shipped()]
    court.listen()
    Parcel.objects.filter(deal_id__in=[deal.id for deal in twin]).delete()
    for deal in twin:
        Parcel.objects.create(
            courier="jne", tracking="SAMA1", book_id=deal.book, deal_id=deal.id, tail=deal.id[-10:], since=court.now
        )
    numbers = [deals[0].state.tracking, deals[1].state.tracking.lower(), parcel_code(deals[2].id), "SAMA1", "ASING9"]
    client, form = courier(), {"command": "deliver", "numbers": "\n".join(numbers), "key": uuid7()}
    html = client.post(reverse("courier-many"), form).content.decode()
    assert "3 of 5 written down" in html
    assert html.count(">written down<") == 3
    assert "several parcels carry this number" in html
    assert "not one of your parcels" in html
    assert {court.read(deal).status for deal in deals} == {"delivered"}
    assert {court.read(deal).status for deal in twin} == {"shipped"}
    again = client.post(reverse("courier-many"), form).content.decode()
    assert again.count("was written down before") == 3
    too_many = "\n".join(f"N{n}" for n in range(201))
    refused = client.post(reverse("courier-many"), {"command": "deliver", "numbers": too_many})
    assert refused.status_code == 422
    assert "At most 200" in refused.content.decode()


def test_a_hundred_parcels_take_as_many_queries_as_two(court: Court) -> None:
    client, counts = courier(), []
    for size in (2, 8):
        deals = [court.shipped() for _ in range(size)]
        court.listen()
        numbers = "\n".join(deal.state.tracking for deal in deals)
        client.get(reverse("courier"))
        with CaptureQueriesContext(connection) as asked:
            client.post(reverse("courier-many"), {"command": "deliver", "numbers": numbers})
        counts.append(len(asked))
    assert counts[0] == counts[1]
