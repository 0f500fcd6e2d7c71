"""From an event to a message that is read: who gets it, once, in which words, and what becomes of it when it fails."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction

from mediator.deals import outbox
from mediator.deals.store import Event
from mediator.notices import listener, reminders, sending
from mediator.notices.models import Notice, Subscription, Wish
from mediator.notices.whatsapp import text_for, wa_link
from mediator.people.models import Person
from mediator.protocol import Deal, Role
from mediator.shop.tokens import read_deal_token
from tests.merchant.making import Desk

BUYER = "ani@example.com"


def told(desk: Desk) -> list[Any]:
    """One round of the worker; the mails it sent, and none before."""
    mail.outbox.clear()
    outbox.deliver(desk.clock)
    sending.send_due(desk.now)
    return list(mail.outbox)


def to(mails: list[Any], address: str) -> list[Any]:
    return [message for message in mails if message.to == [address]]


def test_a_paid_deal_tells_the_merchant_to_ship_and_the_buyer_that_money_is_held(desk: Desk) -> None:
    deal = desk.funded(email=BUYER)
    mails = told(desk)
    (merchant,), (buyer,) = to(mails, desk.owner.email), to(mails, BUYER)
    assert merchant.subject.startswith("Sudah dibayar: kirim sebelum Rab, 25 Nov, 10.00 WIB")
    assert "Rp\u00a0150.000" in merchant.body
    assert "Kemeja batik" in merchant.body
    assert "Batik Sari harus mengirim" in buyer.body
    assert len(mails) == 2
    assert Notice.objects.filter(deal_id=deal.id, stage="sent").count() == 2


def test_a_subject_says_nothing_personal_and_the_link_opens_the_deal(desk: Desk) -> None:
    deal = desk.funded(email=BUYER)
    (buyer,) = to(told(desk), BUYER)
    assert not any(word in buyer.subject for word in ("Ani", "Kemeja", "Batik Sari", "150"))
    token = buyer.body.split("/deal/")[1].split()[0].strip("/")
    opened = read_deal_token(token, desk.now)
    assert opened is not None
    assert (opened.book, opened.deal) == (deal.book, deal.id)
    html, kind = buyer.alternatives[0]
    assert kind == "text/html"
    assert token in html
    assert "src=" not in html


def test_the_same_events_delivered_again_are_told_once(desk: Desk) -> None:
    deal = desk.funded(email=BUYER)
    events = [Event(deal.book, 2, 0, deal.id, 2, "paid", desk.now.isoformat())] * 3
    listener.on_events(events, desk.clock)
    first = Notice.objects.count()
    listener.on_events(events, desk.clock)
    assert Notice.objects.count() == first == 2
    assert len(told(desk)) == 2
    assert told(desk) == []


def test_each_reads_in_their_own_language_and_zone(desk: Desk) -> None:
    Person.objects.filter(pk=desk.owner.pk).update(language="en", zone="Asia/Jayapura")
    desk.funded(email=BUYER, zone="Asia/Makassar")
    mails = told(desk)
    assert "Paid: ship by Wed, 25 Nov, 12:00 WIT" in to(mails, desk.owner.email)[0].subject
    assert "Rab, 25 Nov, 11.00 WITA" in to(mails, BUYER)[0].body


def test_a_notice_about_a_place_the_deal_has_left_is_dropped(desk: Desk) -> None:
    deal = desk.funded(email=BUYER)
    outbox.deliver(desk.clock)
    desk.must(deal, "ship", Role.MERCHANT, courier="jne", tracking="JX77")
    mails = told(desk)
    assert [message.to for message in mails] == [[BUYER]]
    assert "JX77" in mails[0].body
    assert Notice.objects.filter(kind="ship").get().stage == "stale"


def test_packing_leaves_what_was_told_of_the_payment_standing(desk: Desk) -> None:
    deal = desk.funded(email=BUYER)
    outbox.deliver(desk.clock)
    desk.must(deal, "pack", Role.MERCHANT)
    assert len(told(desk)) == 2


def test_a_claim_is_told_with_what_happens_if_nobody_answers(desk: Desk) -> None:
    desk.claimed(email=BUYER)
    mails = told(desk)
    assert "atau pembeli mendapat apa yang dimintanya" in to(mails, desk.owner.email)[-1].body


def test_an_offer_is_told_to_the_other_and_a_counteroffer_back(desk: Desk) -> None:
    deal = desk.claimed(email=BUYER)
    told(desk)
    desk.must(deal, "offer", Role.MERCHANT, amount=50_000_00)
    (offer,) = told(desk)
    assert offer.to == [BUYER]
    assert "Rp\u00a050.000 dari Rp\u00a0150.000" in offer.body
    desk.must(deal, "offer", Role.BUYER, amount=90_000_00)
    (counter,) = told(desk)
    assert counter.to == [desk.owner.email]
    assert "Rp\u00a090.000" in counter.body


def test_a_decision_names_what_each_gets_and_until_when_to_appeal(desk: Desk) -> None:
    deal = desk.claimed(email=BUYER)
    desk.must(deal, "offer", Role.MERCHANT, amount=20_000_00)
    desk.must(deal, "escalate", Role.BUYER)
    told(desk)
    desk.pass_time(hours=49)
    desk.must(deal, "decide", Role.MEDIATOR, amount=70_000_00, reason="evidence:x")
    mails = told(desk)
    assert len(mails) == 2
    assert "kamu mendapat Rp\u00a070.000" in to(mails, BUYER)[0].body
    assert "pembeli mendapat Rp\u00a070.000" in to(mails, desk.owner.email)[0].body
    assert all("banding sebelum" in message.subject for message in mails)


def test_a_released_deal_tells_the_merchant_once_and_again_when_money_arrives(desk: Desk) -> None:
    desk.released(email=BUYER)
    assert {m.to[0] for m in told(desk)} == {desk.owner.email, BUYER}
    desk.work()
    desk.pass_time(minutes=2)
    kinds = set(Notice.objects.values_list("kind", flat=True))
    assert kinds <= {"released", "merchant_was_paid", "money_arrived"}
    assert Notice.objects.filter(kind="released").count() == 1


def test_a_buyer_without_an_address_is_noted_as_reached_nowhere(desk: Desk) -> None:
    desk.funded()
    told(desk)
    notice = Notice.objects.get(party="buyer")
    assert (notice.channel, notice.stage) == ("nowhere", "nowhere")


def test_mail_that_no_server_takes_reaches_nobody(desk: Desk, settings: Any, tmp_path: Any) -> None:
    settings.EMAIL_BACKEND, settings.MAIL_FOLDER = "mediator.people.mail.FileBackend", tmp_path / "mail"
    desk.funded(email=BUYER)
    told(desk)
    assert set(Notice.objects.filter(party="buyer").values_list("channel", "stage")) == {
        ("mail", "sent"),
        ("nowhere", "nowhere"),
    }


def test_every_member_who_wants_it_is_told(desk: Desk) -> None:
    helper, silent = desk.staff(), desk.staff()
    Wish.objects.create(person=silent, mail=False)
    desk.funded()
    assert {message.to[0] for message in told(desk)} == {desk.owner.email, helper.email}


def test_a_request_sends_nothing_and_the_listener_neither(desk: Desk) -> None:
    mail.outbox.clear()
    with transaction.atomic():
        desk.funded(email=BUYER)
    outbox.deliver(desk.clock)
    assert mail.outbox == []
    assert Notice.objects.filter(stage="queued").count() == 2


class Broken(BaseEmailBackend):
    """A mail server that is down."""

    def send_messages(self, email_messages: Any) -> int:
        raise smtplib.SMTPServerDisconnected(f"cannot reach {email_messages[0].to[0]}")


def test_a_mail_server_that_is_down_is_tried_again_with_growing_pauses_then_given_up(desk: Desk, settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Broken"
    desk.funded(email=BUYER)
    outbox.deliver(desk.clock)
    tries = []
    notice = Notice.objects.get(party="merchant")
    for _ in range(10):
        sending.send_due(desk.now)
        notice.refresh_from_db()
        tries.append((notice.attempts, notice.stage))
        if notice.stage != "queued":
            break
        pause = notice.next_at - desk.now
        assert pause >= timedelta(minutes=1)
        desk.clock.at = notice.next_at
    assert tries[-1] == (6, "failed")
    assert notice.reason == "SMTPServerDisconnected"
    assert sending.send_due(desk.now + timedelta(days=1)) == 0


def test_a_mail_server_that_comes_back_is_used(desk: Desk, settings: Any) -> None:
    kept = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.Broken"
    desk.funded(email=BUYER)
    assert told(desk) == []
    settings.EMAIL_BACKEND = kept
    assert told(desk) == []
    desk.pass_time(minutes=1)
    assert len(told(desk)) == 2


def test_the_same_is_not_told_twice_within_a_minute(desk: Desk) -> None:
    deal = desk.delivered(email=BUYER)
    told(desk)
    desk.pass_time(seconds=5)
    claim = desk.must(deal, "claim", Role.BUYER, kind="damaged", remedy="refund")
    told(desk)
    desk.must(claim, "withdraw", Role.BUYER)
    desk.pass_time(seconds=5)
    assert to(told(desk), BUYER) == []
    desk.pass_time(seconds=60)
    assert "Sudah tiba" in to(told(desk), BUYER)[0].subject


def test_a_reminder_comes_once_a_day_before_and_once_three_hours_before(desk: Desk) -> None:
    desk.funded(email=BUYER)
    told(desk)
    reminders.remind(desk.now)
    subjects: list[str] = []
    for _ in range(48):
        desk.pass_time(hours=1)
        if desk.now >= desk.clock.at.replace(day=25, hour=3):
            break
        reminders.remind(desk.now)
        reminders.remind(desk.now)
        subjects += [message.subject for message in told(desk)]
    assert [subject.split(".")[0] for subject in subjects] == ["Tinggal satu hari", "Tinggal tiga jam"]


def test_a_reminder_reads_only_the_clocks_that_came_into_its_span(desk: Desk) -> None:
    desk.funded(email=BUYER)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN " + reminders.RINGING.replace("%b", "%s"),
            [desk.now, desk.now, desk.now, reminders._FIRST, reminders._FIRST, ["funded"], 10],
        )
        assert "deal_due" in "\n".join(row[0] for row in cursor.fetchall())


def test_words_for_whatsapp_say_how_the_deal_stands_and_open_it(desk: Desk) -> None:
    deal = desk.shipped()
    text = text_for(deal, "buyer", desk.now, "id", merchant="Batik Sari")
    assert deal.state.tracking in text
    assert "/deal/" in text
    english = text_for(desk.opened(), "buyer", desk.now, "en")
    assert "Pay through Mediator" in english
    link = wa_link("+62 812-3456-7890", "Halo & apa kabar?")
    assert link == "https://wa.me/6281234567890?text=Halo%20%26%20apa%20kabar%3F"


@pytest.mark.parametrize("party", ["buyer", "merchant"])
def test_there_are_words_for_every_status(desk: Desk, party: Any) -> None:
    made: list[Deal] = [desk.opened(), desk.funded(), desk.shipped(), desk.delivered(), desk.claimed(), desk.released()]
    offered = desk.must(desk.claimed(), "offer", Role.MERCHANT, amount=20_000_00)
    for deal in [*made, offered]:
        for language in ("id", "en"):
            assert "%(" not in text_for(deal, party, desk.now, language)


def test_the_number_of_statements_does_not_grow_with_the_events(desk: Desk, django_assert_max_num_queries: Any) -> None:
    deals = [desk.funded(email=f"a{n}@example.com") for n in range(12)]
    events = [Event(d.book, 2, 0, d.id, 2, "paid", desk.now.isoformat()) for d in deals]
    with django_assert_max_num_queries(12):
        listener.on_events(events, desk.clock)
    assert Notice.objects.count() == 24
    assert Subscription.objects.count() == 0
