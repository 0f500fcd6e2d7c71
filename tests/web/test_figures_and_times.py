"""Rupiah, weights, dates and what is left of a deadline, as Indonesians write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from mediator.web.forms import Form, RupiahField
from mediator.web.templatetags import mediator as tags

NOON = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minor", "currency", "indonesian", "english"),
    [
        (125_000_000, "IDR", "Rp\u00a01.250.000", "Rp\u00a01,250,000"),
        (0, "IDR", "Rp\u00a00", "Rp\u00a00"),
        (-1_500_00, "IDR", "\u2212Rp\u00a01.500", "\u2212Rp\u00a01,500"),
        (1999, "USD", "USD\u00a019,99", "USD\u00a019.99"),
        (500, "JPY", "JPY\u00a0500", "JPY\u00a0500"),
    ],
)
def test_an_amount_is_whole_rupiah_with_dots(minor: int, currency: str, indonesian: str, english: str) -> None:
    with translation.override("id"):
        assert tags.amount(minor, currency) == indonesian
    with translation.override("en"):
        assert tags.amount(minor, currency) == english


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Asia/Jakarta", "23 Nov 2026, 14.05 WIB"),
        ("Asia/Makassar", "23 Nov 2026, 15.05 WITA"),
        ("Asia/Jayapura", "23 Nov 2026, 16.05 WIT"),
    ],
)
def test_a_time_is_said_in_the_readers_zone_with_its_name(zone: str, said: str) -> None:
    with translation.override("id"):
        assert tags.moment(NOON, zone) == said


def test_months_have_indonesian_names() -> None:
    with translation.override("id"):
        assert tags.moment(NOON.replace(month=8), "Asia/Jakarta", "date") == "23 Agu 2026"
    with translation.override("en"):
        assert tags.moment(NOON.replace(month=8), "Asia/Jakarta", "both") == "23 Aug 2026, 14:05 WIB"


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(days=2, hours=4, minutes=59), "2 hari 4 jam lagi"),
        (timedelta(days=1), "1 hari lagi"),
        (timedelta(hours=3, minutes=20), "3 jam 20 menit lagi"),
        (timedelta(seconds=30), "0 menit lagi"),
        (timedelta(seconds=-1), "waktu habis"),
    ],
)
def test_what_is_left_of_a_deadline_is_two_units(span: timedelta, said: str) -> None:
    with translation.override("id"):
        assert tags.left(span) == said


@pytest.mark.parametrize(
    "typed", ["150000", "150.000", "Rp 150.000", "rp150.000", " 150,000 ", "Rp. 150.000", "Rp\u00a0150.000"]
)
def test_rupiah_are_taken_as_people_type_them(typed: str) -> None:
    assert RupiahField().clean(typed) == 150_000_00


@pytest.mark.parametrize(
    "typed", ["150.00", "1.5000", "-5", "15o", "150.000,50", "1..000", "٣٠٠", "0", "9" * 30, "1e5"]
)
def test_what_is_no_whole_rupiah_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        RupiahField().clean(typed)


def test_a_form_is_drawn_with_a_key_and_keeps_it_when_sent_again() -> None:
    drawn = Form()
    key = drawn.initial["key"]
    sent = Form({"key": key})
    assert sent.is_valid()
    assert sent.cleaned_data["key"] == key
    forged = Form({"key": "' OR 1=1"})
    assert forged.is_valid()
    assert forged.cleaned_data["key"] != "' OR 1=1"
