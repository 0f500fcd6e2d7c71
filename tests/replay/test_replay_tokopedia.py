"""The bundled purchases of Indonesian products: counts of the whole set, and that chance obeys its seed."""

import hashlib
import tracemalloc
from collections import Counter
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from mediator import money
from mediator.replay.delays import Dice, at_quantile, chances
from mediator.replay.orders import EXPLANATIONS, Order
from mediator.replay.reading import BUNDLED, read
from mediator.replay.tokopedia import clean_city

HEAD = "Category,Product Name,Location,Price,Customer Rating,Customer Review\n"


def bundled(seed: int = 1) -> list[Order]:
    found = list(read(BUNDLED["tokopedia"], seed=seed))
    assert all(isinstance(one, Order) for one in found)
    return [one for one in found if isinstance(one, Order)]


@pytest.fixture(scope="module")
def orders() -> list[Order]:
    return bundled()


def one_order(folder: Path, *, price: str = "25000", stars: int = 1, words: str = "", seed: int = 1) -> Order:
    (folder / "PRDECT-ID_Dataset.csv").write_text(HEAD + f'Toys,Robot,Kab. Bogor,{price},{stars},"{words}"\n')
    (found,) = read(folder, seed=seed)
    assert isinstance(found, Order)
    return found


def test_every_row_of_the_set_becomes_one_purchase_of_one_seller(orders: list[Order]) -> None:
    assert len(orders) == 5400
    assert {len(order.parts) for order in orders} == {1}
    assert len({order.parts[0].seller for order in orders}) == 1312


def test_the_explanations_of_the_set_are_those_the_docs_count(orders: list[Order]) -> None:
    assert Counter(code for order in orders for code in order.explanations) == {
        "bad_review_without_claim": 1305,
        "claim_from_words": 1088,
        "text_damaged": 117,
        "share_assumed": 87,
        "several_complaints": 73,
        "price_placeholder": 43,
        "quantity_from_words": 38,
        "city_ambiguous": 27,
        "same_row_twice": 7,
        "quantity_assumed": 6,
    }


def test_only_one_and_two_stars_claim_and_the_words_decide_what(orders: list[Order]) -> None:
    kinds: Counter[str | None] = Counter()
    for order in orders:
        by_what = {happening.what: happening for happening in order.parts[0].happenings}
        if "claim" in by_what:
            assert by_what["review"].score in (1, 2)
            kinds[by_what["claim"].claim] += 1
        else:
            assert ("accepted" in by_what) != ("silence" in by_what)
            assert by_what["review"].score in (4, 5) or "accepted" in by_what
    assert kinds == {
        "damaged": 585,
        "not_as_described": 269,
        "incomplete": 131,
        "not_arrived": 73,
        "counterfeit": 30,
    }


def test_amounts_are_payable_rupiah_and_claims_stay_within_the_part(orders: list[Order]) -> None:
    for order in orders:
        part = order.parts[0]
        money.check_amount(part.amount, "IDR")
        assert part.amount == sum(item.amount for item in part.items) == order.payments[0].amount
        for happening in part.happenings:
            assert 0 <= happening.amount <= part.amount
            assert happening.amount % 100 == 0


def test_happenings_are_in_the_order_of_time_and_orders_too(orders: list[Order]) -> None:
    for order in orders:
        times = [order.placed_at, *(happening.at for happening in order.parts[0].happenings)]
        assert times == sorted(times)
    assert [order.placed_at for order in orders] == sorted(order.placed_at for order in orders)


def test_the_same_seed_gives_the_same_story_and_another_seed_another(orders: list[Order]) -> None:
    def digest(found: list[Order]) -> str:
        return hashlib.sha256(msgspec.json.encode(found)).hexdigest()

    assert digest(orders) == digest(bundled())
    assert digest(orders) != digest(bundled(seed=2))


def test_a_row_s_story_does_not_depend_on_the_rows_before_it() -> None:
    first = Dice(7, 42)
    drawn = [first.choose("merchant"), first.happens("confirms_return")]
    Dice(7, 41).choose("merchant")
    second = Dice(7, 42)
    assert [second.choose("merchant"), second.happens("confirms_return")] == drawn


def test_drawn_delays_have_the_stated_quantiles(orders: list[Order]) -> None:
    hours = sorted(
        (happenings["shipped"] - happenings["paid"]) / timedelta(hours=1)
        for happenings in ({one.what: one.at for one in order.parts[0].happenings} for order in orders)
    )
    stated = chances().delay["handing_over"].hours
    for probability, expected in zip(chances().quantiles.at, stated, strict=True):
        assert hours[round(probability * (len(hours) - 1))] == pytest.approx(expected, rel=0.12)


def test_between_two_quantiles_lies_a_straight_line() -> None:
    assert at_quantile(0.15, (0.1, 0.2), (10, 20)) == pytest.approx(15)
    assert at_quantile(0.0, (0.1, 0.2), (10, 20)) == 10
    assert at_quantile(0.99, (0.1, 0.2), (10, 20)) == 20


def test_pieces_named_in_the_words_become_the_quantity_and_the_claim(tmp_path: Path) -> None:
    part = one_order(tmp_path, words="pesan 3 yang datang cuma 1").parts[0]
    claim = next(one for one in part.happenings if one.what == "claim")
    assert (part.items[0].quantity, part.amount) == (3, 7_500_000)
    assert (claim.lines, claim.quantities, claim.amount) == ((0,), (2,), 5_000_000)


def test_a_parcel_that_never_came_is_never_delivered(tmp_path: Path) -> None:
    told = [one.what for one in one_order(tmp_path, words="paket tidak sampai").parts[0].happenings]
    assert "shipped" in told
    assert "claim" in told
    assert "delivered" not in told


def test_a_bad_review_without_a_claim_is_accepted(tmp_path: Path) -> None:
    order = one_order(tmp_path, words="kecewa, pengiriman lama")
    assert order.explanations == ("bad_review_without_claim",)
    assert [one.what for one in order.parts[0].happenings] == ["paid", "shipped", "delivered", "accepted", "review"]


@pytest.mark.parametrize(
    ("text", "city", "ambiguous"),
    [
        ("Kab.\ufffdBekasi", "Kabupaten Bekasi", False),
        ("Kab.\u00a0Bekasi", "Kabupaten Bekasi", False),
        ("Kab Bandung", "Kabupaten Bandung", False),
        (" Jakarta Barat ", "Kota Administrasi Jakarta Barat", False),
        ("Surabaya", "Kota Surabaya", False),
        ("Sidoarjo", "Kabupaten Sidoarjo", False),
        ("Bandung", "Bandung", True),
        ("Kota Palangkaraya", "Kota Palangka Raya", False),
    ],
)
def test_cities_are_written_as_official_lists_write_them(text: str, city: str, ambiguous: bool) -> None:
    assert clean_city(text) == (city, ambiguous)


def test_every_explanation_has_a_sentence(orders: list[Order]) -> None:
    assert {code for order in orders for code in order.explanations} <= set(EXPLANATIONS)


def test_reading_takes_little_memory_whatever_the_length(tmp_path: Path) -> None:
    path = tmp_path / "PRDECT-ID_Dataset.csv"
    row = 'Toys,Robot,Kota Medan,25000,1,"barang rusak, minta retur, kecewa sekali dengan toko ini"\n'
    path.write_text(HEAD + row * 10_000)
    next(iter(read(tmp_path)))  # the tables of words and delays are loaded once
    tracemalloc.start()
    assert sum(1 for _ in read(tmp_path)) == 10_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000
