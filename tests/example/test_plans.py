"""What is planned for the example's producers is possible, made up, and worded for every item."""

from __future__ import annotations

from datetime import date

from mediator.example.ikm import papers
from mediator.example.ikm.pictures import asked
from mediator.example.ikm.plans import plans, wordings
from mediator.example.ikm.sheets import scores, second_opinion, sheet
from mediator.example.shops import shops
from mediator.ikm.producers.kbli import is_hs
from mediator.ikm.producers.numbers import check_number
from mediator.ikm.selection.reader import shipped
from mediator.ikm.selection.scoring import agree, check_sheet, graded

ON = date(2026, 11, 25)


def test_every_shop_that_is_more_than_plain_has_a_producer_and_its_products_are_on_its_shelf() -> None:
    of = {shop.name: shop for shop in shops()}
    assert {shop.name for shop in shops() if shop.is_curated or shop.is_mentored} <= {plan.shop for plan in plans()}
    for plan in plans():
        titles = {good.title for good in of[plan.shop].goods}
        assert {one.listing for one in plan.goods} <= titles, plan.shop
        for one in plan.goods:
            assert is_hs(one.hs), one.name
            assert (one.pirt != "") == (one.kind == "food"), one.name


def test_a_shop_that_comes_first_has_two_bodies_and_a_selected_product() -> None:
    of = {plan.shop: plan for plan in plans()}
    for shop in shops():
        if shop.is_curated and shop.is_mentored:
            assert len(of[shop.name].completed) >= 2, shop.name
        if shop.is_curated:
            assert any(one.is_done and one.way[-1] != "D" for one in of[shop.name].goods), shop.name


def test_numbers_have_the_right_form_and_nobody_has_them() -> None:
    regency = {shop.name: shop.regency for shop in shops()}
    for plan in plans():
        nib = papers.nib(plan.shop)
        assert check_number("nib", nib, ON).number == nib
        assert nib.startswith("99"), "a real NIB does not begin with a 99th day"
        for one in plan.goods:
            if one.kind == "food":
                licence = papers.pirt(one.pirt, regency[plan.shop], one.name, 2030)
                assert not check_number("p-irt", licence, ON).problems, licence
                halal = papers.halal(regency[plan.shop][:2], one.name, ON)
                assert check_number("halal", halal, ON).number == halal
            if one.kind == "cosmetics":
                assert check_number("bpom-other", papers.notification(one.name), ON).is_usable


def test_there_are_words_for_every_item_and_every_score() -> None:
    for criteria in shipped():
        for item in criteria.items:
            words = wordings()[item.id]
            assert words.shown, item.id
            assert {score: len(words.reasons[score]) for score in (1, 2, 3)} == {1: 1, 2: 2, 3: 2}, item.id
            assert set(words.mend) == {1, 2}, item.id


def test_scores_come_to_the_grade_that_is_wanted_and_a_second_opinion_agrees() -> None:
    for criteria in shipped():
        for grade in "ABCD":
            for about in ("Kain", "Madu", "Bangku"):
                first = scores(criteria, grade, about)
                assert graded(criteria, first)[1] == grade, (criteria.id, grade)
                other = second_opinion(criteria, first, about)
                assert agree(criteria, first, other)
                assert other != first, "two people never write the very same sheet"
                check_sheet(criteria, sheet(criteria, first, 1))


def test_every_picture_is_of_something_else() -> None:
    names = [one.name for one in asked()]
    looks = [one.look for one in asked()]
    assert len(set(names)) == len(names)
    assert len(set(looks)) == len(looks)
