"""A shop says who it is: forms are checked, persons' numbers sealed, and a register's producer is never taken over."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection

from mediator.ikm.errors import IkmError
from mediator.ikm.producers import claims, goods, profiles
from mediator.ikm.producers.models import Claim, Producer, Product, SizeClass
from mediator.ikm.producers.service import name_key
from mediator.shop.models import Member
from mediator.shop.secrets import mark, seal, unseal
from tests.account.signing import person
from tests.ikm.producers.making_producers import NOW, key, nib, producer
from tests.shop.making import listing, merchant

pytestmark = pytest.mark.django_db
NIK = "3375014101850001"


def profile(**fields: object) -> profiles.Profile:
    given = {"name": "Batik Sekar Jagad", "regency": "33.75", "nib": nib(), "workers": 7, "sales_minor": 900_000_000_00}
    return profiles.Profile(**(given | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CV. Batik Sekar-Jagad", "Sekar Jagad Batik"),
        ("UD Kopi Gayo", "KOPI  GAYO"),
        ("Rendang Uni Émi", "rendang uni emi"),
    ],
)
def test_near_doubles_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other) != ""


def test_a_name_of_forms_alone_keeps_them() -> None:
    assert name_key("Toko Usaha") == "toko usaha"


def test_a_marked_number_is_found_and_does_not_tell_the_number() -> None:
    assert mark(NIK) == mark(NIK) != mark(NIK[:-1] + "2")
    assert NIK not in mark(NIK)
    assert unseal(seal(NIK)) == NIK


def test_persons_numbers_are_sealed_and_found_by_their_mark() -> None:
    shop = merchant()
    made = profiles.begin(shop, profile(nik=NIK), NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT p::text FROM ikm_producer AS p")
        assert NIK not in cursor.fetchone()[0]
    assert Producer.objects.get(nik_mark=mark(NIK)) == made
    assert profiles.open_secret(made, "nik") == NIK
    changed = profiles.change(made, profile(nib=made.nib, nik=None), NOW)
    assert profiles.open_secret(changed, "nik") == NIK, "an empty field leaves what is kept"


def test_a_second_click_is_the_same_producer() -> None:
    shop, said = merchant(), profile()
    assert profiles.begin(shop, said, NOW) == profiles.begin(shop, said, NOW)
    assert Producer.objects.count() == 1


def test_sizes_are_kept_by_regime_with_the_line_that_decided() -> None:
    made = profiles.begin(merchant(), profile(capital_minor=500_000_000_00), NOW)
    sizes = {row.regime: row for row in SizeClass.objects.filter(producer_id=made.pk)}
    assert sizes["pp-7-2021"].size == "micro"
    assert sizes["pp-7-2021"].rule == "sales/micro"
    assert sizes["permenperin-64-2016"].size == "small"
    assert "uu-20-2008" not in sizes, "not in force any more"
    profiles.change(made, profile(nib=made.nib, workers=None, capital_minor=None, sales_minor=None), NOW)
    assert not SizeClass.objects.filter(producer_id=made.pk).exists(), "of unknown figures nothing follows"


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"nib": "123"}, "number_bad", "nib"),
        ({"nik": "9999"}, "number_bad", "nik"),
        ({"regency": "33.99"}, "region_unknown", "regency"),
        ({"name": "  "}, "name_missing", "name"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_kept(fields: dict[str, str], code: str, field: str) -> None:
    with pytest.raises(IkmError) as refused:
        profiles.begin(merchant(), profile(**fields), NOW)
    assert (refused.value.code, refused.value.about["field"]) == (code, field)
    assert not Producer.objects.exists()


def test_a_nib_of_a_register_is_never_taken_over() -> None:
    known = producer(source="register:kemenperin")
    with pytest.raises(IkmError, match="register"):
        profiles.begin(merchant(), profile(nib=known.nib), NOW)
    known.refresh_from_db()
    assert known.merchant is None


def test_a_nib_of_another_shop_is_refused() -> None:
    made = profiles.begin(merchant(), profile(), NOW)
    with pytest.raises(IkmError) as refused:
        profiles.begin(merchant(), profile(nib=made.nib), NOW)
    assert refused.value.code == "nib_taken"


# claims


def test_a_claim_links_only_when_an_official_agrees() -> None:
    shop, known, official = merchant(), producer(), person()
    made = claims.claim(shop, known, person(), ["a" * 64], "Ini usaha saya.", NOW)
    known.refresh_from_db()
    assert known.merchant is None
    assert claims.accept(made, official, NOW)
    assert not claims.accept(made, official, NOW)
    known.refresh_from_db()
    assert known.merchant == shop.pk


def test_a_claim_without_a_photograph_is_refused() -> None:
    with pytest.raises(IkmError, match="photograph"):
        claims.claim(merchant(), producer(), person(), [], "", NOW)


def test_nobody_decides_on_their_own_shop() -> None:
    shop, official = merchant(), person()
    Member.objects.create(merchant=shop, person=official, role="staff", since=NOW)
    made = claims.claim(shop, producer(), official, ["a" * 64], "", NOW)
    for decide in (lambda: claims.accept(made, official, NOW), lambda: claims.refuse(made, official, "Salah.", NOW)):
        with pytest.raises(IkmError) as refused:
            decide()
        assert refused.value.code == "own_shop"


def test_of_two_claims_one_wins_and_the_other_is_told() -> None:
    known, official = producer(), person()
    first = claims.claim(merchant(), known, person(), ["a" * 64], "", NOW)
    second = claims.claim(merchant(), known, person(), ["b" * 64], "", NOW)
    claims.accept(second, official, NOW)
    assert not claims.accept(first, official, NOW)
    assert Claim.objects.get(pk=first.pk).why == "claimed_by_another"
    with pytest.raises(IkmError) as refused:
        claims.claim(merchant(), known, person(), ["c" * 64], "", NOW)
    assert refused.value.code == "claim_taken"


def test_a_shop_is_one_producer() -> None:
    shop = merchant()
    profiles.begin(shop, profile(), NOW)
    with pytest.raises(IkmError) as refused:
        claims.claim(shop, producer(), person(), ["a" * 64], "", NOW)
    assert refused.value.code == "claim_has_producer"


# products

SAID = goods.Goods("Kain batik tulis", "fashion", "women", origin="domestic", origin_evidence="Foto canting.")


def test_a_product_is_written_once_however_often_it_is_sent() -> None:
    maker, form = producer(), key()
    assert goods.save_goods(maker, SAID, None, form, NOW) == goods.save_goods(maker, SAID, None, form, NOW)
    assert Product.objects.count() == 1


def test_only_listings_of_the_own_shop_sell_it() -> None:
    shop = merchant()
    maker = producer(merchant=shop.pk)
    other = listing(merchant())
    with pytest.raises(IkmError, match="not of your shop"):
        goods.save_goods(maker, replace(SAID, listing=other.pk), None, key(), NOW)
    own = listing(shop)
    goods.save_goods(maker, replace(SAID, listing=own.pk), None, key(), NOW)
    with pytest.raises(IkmError) as refused:
        goods.save_goods(maker, replace(SAID, name="Lain", listing=own.pk), None, key(), NOW)
    assert refused.value.code == "listing_taken"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"origin": "mars"}, "origin_bad"), ({"hs": "999999"}, "hs_unknown"), ({"unit_quantity": 0}, "unit_bad"),
        ({"name": " "}, "name_missing"),
    ],
)  # fmt: skip
def test_a_product_that_says_too_little_is_refused(change: dict[str, object], code: str) -> None:
    with pytest.raises(IkmError) as refused:
        goods.save_goods(producer(), replace(SAID, **change), None, key(), NOW)  # type: ignore[arg-type]
    assert refused.value.code == code
    assert not Product.objects.exists()
