"""The ministry's pages: each organisation its own, others' producers are not there, looks are written down."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from mediator.ikm.privacy import figures
from mediator.ikm.privacy.models import Access, PermitEvent
from mediator.ikm.producers import claims
from mediator.ikm.producers.models import Claim, Organisation, Producer, SizeClass
from mediator.mediation.keeping import take_bytes
from mediator.people.models import Person
from mediator.people.roles import StaffRole, grant
from mediator.shop.merchants import open_merchant
from mediator.shop.models import Member
from mediator.web import acting
from tests.account.signing import person, sign_in
from tests.ikm.privacy.making import NIK, NOW, TODAY, applied, enrolled, organisation, permit, producer, yes
from tests.ikm.producers.making_producers import key

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(acting, "now", lambda: NOW)


def picture(colour: tuple[int, int, int] = (200, 120, 40)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(out, "JPEG")
    return out.getvalue()


def official(of: Organisation, who: Person | None = None, language: str = "en") -> Client:
    who = who or person()
    grant(who, StaffRole.OFFICIAL, "test", NOW, scope=of.code)
    who.language = language
    who.save(update_fields=["language"])
    return sign_in(who)


def text_of(answer: Any) -> str:
    plain = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", plain.replace("\u00a0", " "))


def claimed(of: Producer) -> Claim:
    owner = person()
    shop = open_merchant(owner, "Toko Sari", of.province, of.regency, NOW)
    photo = take_bytes(picture(), "merchant:x", NOW)
    return claims.claim(shop, of, owner, [photo], "Ini usaha saya", NOW)


# the dashboard


def test_the_dashboard_says_what_the_figures_say_and_as_of_when() -> None:
    ministry = organisation("kemenperin", name="Kementerian Perindustrian")
    for place in (("33", "33.75"), ("33", "33.75"), ("35", "35.78")):
        one = producer(province=place[0], regency=place[1])
        SizeClass.objects.create(
            producer_id=one.pk, regime="pp-7-2021", version="2021", size="micro", rule="r", as_of=TODAY
        )
    browser = official(ministry)
    assert "Nothing has been counted yet" in text_of(browser.get("/ministry"))
    figures.refresh(NOW)
    answer = browser.get("/ministry")
    told = text_of(answer)
    page = answer.content.decode()
    assert "Kementerian Perindustrian" in told
    assert "2 Mar 2026" in told
    assert 'aria-label="Jawa Tengah: 2"' in page
    assert 'aria-label="Jawa Timur: 1"' in page
    assert 'aria-label="Bali: 0"' in page
    assert page.count("tile-count") == 38
    assert " style=" not in page
    assert "PP 7/2021" in told
    province = text_of(browser.get("/ministry?province=33"))
    assert "Kota Pekalongan 2 100" in province
    assert "Surabaya" not in province


def test_a_dinas_sees_its_own_region_alone() -> None:
    dinas = organisation("dinas", region="33.75")
    producer(province="33", regency="33.75")
    producer(province="33", regency="33.76")
    figures.refresh(NOW)
    browser = official(dinas)
    page = browser.get("/ministry").content.decode()
    assert '<span class="label">Producers</span><span class="value">1</span>' in page
    assert "tile-count" not in page
    assert browser.get("/ministry?province=35").status_code == 404
    province = official(organisation("disperindag", region="33")).get("/ministry").content.decode()
    assert '<span class="label">Producers</span><span class="value">2</span>' in province
    assert "Kota Pekalongan" in province


@pytest.mark.parametrize("query", ["scope=secret", "show=nik", "province=00", "province=33.75"])
def test_an_address_that_asks_for_nothing_there_is_404(query: str) -> None:
    assert official(organisation()).get(f"/ministry?{query}").status_code == 404


def test_a_bank_has_programmes_and_no_region() -> None:
    bank, mentored = organisation("bank", kind="bank"), producer()
    producer()
    enrolled(mentored, bank)
    figures.refresh(NOW)
    browser = official(bank)
    assert browser.get("/ministry?scope=region").status_code == 404
    page = browser.get("/ministry?scope=programme").content.decode()
    assert '<span class="label">Producers</span><span class="value">1</span>' in page


def test_an_operator_sees_sums_and_acts_on_nobody() -> None:
    one = producer()
    figures.refresh(NOW)
    browser = sign_in(person(StaffRole.OPERATOR))
    assert browser.get("/ministry").status_code == 200
    assert browser.get("/ministry/access").status_code == 200
    for path in ("producers", "permits", "claims", "exports", f"producers/{one.pk}"):
        assert browser.get(f"/ministry/{path}").status_code == 403


def test_others_are_not_let_in_and_a_body_that_is_unknown_is_told_so() -> None:
    assert sign_in(person(StaffRole.CURATOR)).get("/ministry").status_code == 403
    assert Client(headers={"host": "localhost"}).get("/ministry").status_code == 302
    lost = sign_in(person(StaffRole.OFFICIAL, organisation="tidak-ada"))
    assert "Lembagamu belum dikenal" in text_of(lost.get("/ministry"))
    assert lost.get("/ministry/producers").status_code == 403


def test_whoever_has_two_offices_looks_for_one_at_a_time() -> None:
    who, here, there = person(), organisation("a-dinas", region="33.75"), organisation("b-dinas", region="35.78")
    mine = producer(province="35", regency="35.78")
    browser = official(here, who)
    official(there, who)
    assert browser.get(f"/ministry/producers/{mine.pk}").status_code == 404
    assert browser.post("/ministry/office", {"office": "b-dinas"}).status_code == 302
    assert browser.get(f"/ministry/producers/{mine.pk}").status_code == 200
    assert browser.post("/ministry/office", {"office": "kemenperin"}).status_code == 404
    assert browser.post("/ministry/office", {"office": "*"}).status_code == 404


# producers


def test_anothers_producers_permits_and_claims_are_not_there() -> None:
    stranger = producer(province="35", regency="35.78")
    held, asked = permit(stranger, file="a" * 64), claimed(stranger)
    browser = official(organisation("dinas", region="33.75"))
    for path in (
        f"producers/{stranger.pk}", f"permits/{held.pk}", f"permits/{held.pk}/photo", f"claims/{asked.pk}",
        f"claims/{asked.pk}/photo/{asked.photos[0]}",
    ):  # fmt: skip
        assert browser.get(f"/ministry/{path}").status_code == 404, path
    for path in (f"permits/{held.pk}/do/revoke", f"claims/{asked.pk}"):
        assert browser.post(f"/ministry/{path}", {"answer": "accept"}).status_code == 404, path
    assert not Access.objects.exists()
    held.refresh_from_db()
    assert held.revoked_on is None
    for path in ("producers", "permits", "claims"):
        assert stranger.name not in text_of(browser.get(f"/ministry/{path}")), path


def test_whom_one_mentors_one_may_not_join_to_a_shop() -> None:
    bank, mentored = organisation("bank", kind="bank"), producer()
    enrolled(mentored, bank)
    asked = claimed(mentored)
    browser = official(bank)
    assert browser.get(f"/ministry/producers/{mentored.pk}").status_code == 200
    assert browser.get(f"/ministry/claims/{asked.pk}").status_code == 404


def test_contact_is_shown_for_a_purpose_that_carries_it_and_written_down() -> None:
    dinas, one, who = organisation("dinas", region="33.75"), producer(), person()
    browser = official(dinas, who)
    told = text_of(browser.get(f"/ministry/producers/{one.pk}"))
    assert "+6281234567890" not in told
    assert "Sari Lestari" not in told
    assert one.nib in told
    assert not Access.objects.exists(), "business alone is no look at a person"
    for purpose in ("contact", "mentoring", "selection", "identity", "curiosity"):
        assert browser.get(f"/ministry/producers/{one.pk}?for={purpose}").status_code == 404
    yes(one, dinas, "contact")
    told = text_of(browser.get(f"/ministry/producers/{one.pk}?for=contact"))
    assert "+6281234567890" in told
    assert NIK not in told
    kept = Access.objects.get()
    assert (kept.person, kept.organisation, kept.purpose, kept.how, kept.fields, kept.producer_id) == (
        str(who.pk), "dinas", "contact", "page", ["contact"], one.pk,
    )  # fmt: skip
    yes(one, dinas, "identity")
    assert NIK in text_of(browser.get(f"/ministry/producers/{one.pk}?for=identity"))
    log = text_of(browser.get("/ministry/access"))
    assert "Comparing identities" in log
    assert who.name not in log


def test_the_list_is_paged_and_takes_the_same_statements_however_long_it_is() -> None:
    dinas = organisation("dinas", region="33.75")
    browser = official(dinas)

    def asked(path: str) -> int:
        browser.get(path)
        with CaptureQueriesContext(connection) as found:
            browser.get(path)
        return len(found)

    producer("Batik 0")
    permit(Producer.objects.get())
    claimed(Producer.objects.get())
    few = {path: asked(f"/ministry/{path}") for path in ("producers", "permits", "claims", "access")}
    for n in range(1, 61):
        one = producer(f"Batik {n}")
        permit(one)
        Claim.objects.create(producer=one, merchant=one.pk, by="x", at=NOW + timedelta(minutes=n))
        Access.objects.create(
            at=NOW, person="x", role="official", organisation="dinas", purpose="contact", how="page",
            fields=["contact"], producer_id=one.pk,
        )  # fmt: skip
    for path, statements in few.items():
        assert asked(f"/ministry/{path}") == statements, path
        seen: list[str] = []
        address = f"/ministry/{path}"
        for _page in range(3):
            page = browser.get(address).content.decode()
            seen += re.findall(rf'href="/ministry/{"producers" if path == "access" else path}/([0-9a-f-]{{36}})"', page)
            more = re.search(r'class="pager"><a class="button second" href="([^"]+)"', page)
            if more is None:
                break
            address = f"/ministry/{path}{more[1].replace('&amp;', '&')}"
        assert len(seen) == len(set(seen)) == (60 if path == "access" else 61), path


def test_the_dashboard_takes_the_same_statements_however_much_there_is() -> None:
    ministry = organisation("kemenperin")
    browser = official(ministry)

    def asked() -> int:
        figures.refresh(NOW)
        browser.get("/ministry?province=33")
        with CaptureQueriesContext(connection) as found:
            browser.get("/ministry?province=33")
        return len(found)

    producer()
    few = asked()
    for n, place in enumerate(("33.75", "33.76", "33.74", "33.73") * 3):
        one = producer(regency=place, kbli=f"{10 + n}134")
        applied(one, ministry, "closed", grade="A")
        permit(one)
    assert asked() == few
    assert few <= 12


# permits


def test_an_official_looks_a_permit_up_and_the_photograph_is_noted() -> None:
    dinas, one = organisation("dinkes", region="33.75"), producer()
    photo = take_bytes(picture((10, 20, 30)), "merchant:x", NOW)
    held = permit(one, file=photo)
    browser = official(dinas)
    assert browser.get(f"/ministry/permits/{held.pk}").status_code == 200
    shown = browser.get(f"/ministry/permits/{held.pk}/photo")
    assert shown.status_code == 200
    assert shown.headers["Cache-Control"] == "private, no-cache"
    assert Access.objects.get().fields == ["documents"]
    address = f"/ministry/permits/{held.pk}/do/verify"
    refused = browser.post(address, {"how": "register", "key": key()})
    assert refused.status_code == 422
    assert "Add what you saw" in text_of(refused)
    assert browser.post(address, {"how": "document", "key": key()}).status_code == 302
    held.refresh_from_db()
    assert held.verified_how == "document"
    assert held.verified_evidence == photo
    assert PermitEvent.objects.get().organisation == "dinkes"
    assert "verified at the document" in text_of(browser.get(f"/ministry/permits/{held.pk}"))


def test_a_picture_of_the_register_is_kept_as_evidence() -> None:
    held = permit(producer())
    browser = official(organisation("dinkes", region="33.75"))
    upload = io.BytesIO(picture((1, 99, 1)))
    upload.name = "layar.jpg"
    data = {"how": "register", "key": key(), "photos": upload, "check_again_on": "2026-06-01"}
    assert browser.post(f"/ministry/permits/{held.pk}/do/verify", data).status_code == 302
    held.refresh_from_db()
    assert held.verified_how == "register"
    assert len(held.verified_evidence) == 64
    assert str(held.check_again_on) == "2026-06-01"


def test_the_whole_way_of_a_commitment_and_a_mistaken_revocation() -> None:
    dinkes, one = organisation("dinkes", region="33.75"), producer()
    held = permit(
        one, "p-irt", number="206337501000129", issued_on=TODAY - timedelta(days=60),
        commitment_due=TODAY + timedelta(days=30),
    )  # fmt: skip
    first, second = official(dinkes), official(dinkes)
    do = f"/ministry/permits/{held.pk}/do"
    assert first.post(f"{do}/extend", {"key": key()}).status_code == 302
    assert "extended once already" in text_of(first.post(f"{do}/extend", {"key": key()}))
    assert first.post(f"{do}/fulfil", {"key": key(), "fulfilled_on": "2026-03-01"}).status_code == 302
    assert first.post(f"{do}/revoke", {"key": key(), "revoked_on": "2026-03-01", "words": "Salah"}).status_code == 302
    page = first.get(f"/ministry/permits/{held.pk}")
    assert "another official can undo it" in text_of(page)
    assert "/do/restore" not in page.content.decode()
    assert "another official must take it back" in text_of(
        first.post(f"{do}/restore", {"key": key(), "words": "Salah nomor"})
    )
    assert "/do/restore" in second.get(f"/ministry/permits/{held.pk}").content.decode()
    assert second.post(f"{do}/restore", {"key": key(), "words": "Salah nomor"}).status_code == 302
    held.refresh_from_db()
    assert held.revoked_on is None
    assert first.post(f"{do}/forge", {"key": key()}).status_code == 404
    assert first.get(f"{do}/revoke").status_code == 405
    assert PermitEvent.objects.count() == 4


def test_a_permit_is_found_by_its_number_even_when_it_was_looked_up() -> None:
    held = permit(producer(), number="ID35110000145391021", verified_at=NOW, verified_by="v")
    browser = official(organisation("dinas", region="33.75"))
    assert "Everything has been looked up" in text_of(browser.get("/ministry/permits"))
    assert str(held.pk) in browser.get("/ministry/permits?number=ID35110000145391021").content.decode()


# claims


def test_a_claim_is_accepted_after_its_document_was_seen() -> None:
    kadin = organisation("kadin", kind="association")
    one = producer(source="register:kadin", nib="8120001234567")
    asked, who = claimed(one), person()
    browser = official(kadin, who)
    assert "Toko Sari" in text_of(browser.get("/ministry/claims"))
    told = browser.get(f"/ministry/claims/{asked.pk}")
    assert "8120001234567" in text_of(told)
    assert "Ini usaha saya" in text_of(told)
    photo = reverse("ministry-claim-photo", args=[asked.pk, asked.photos[0]])
    assert photo in told.content.decode()
    assert browser.get(photo).status_code == 200
    noted = Access.objects.get()
    assert (noted.purpose, noted.fields, noted.producer_id) == ("verification", ["documents"], one.pk)
    assert browser.get(reverse("ministry-claim-photo", args=[asked.pk, "b" * 64])).status_code == 404
    assert browser.post(f"/ministry/claims/{asked.pk}", {"answer": "accept"}).status_code == 302
    one.refresh_from_db()
    assert one.merchant == asked.merchant
    asked.refresh_from_db()
    assert (asked.is_accepted, asked.decided_by) == (True, str(who.pk))
    again = browser.post(f"/ministry/claims/{asked.pk}", {"answer": "accept"}, follow=True)
    assert "decided before" in text_of(again)


def test_a_claim_is_refused_only_with_a_reason_and_never_by_the_shop_itself() -> None:
    dinas, asked = organisation("dinas", region="33.75"), claimed(producer())
    browser = official(dinas)
    address = f"/ministry/claims/{asked.pk}"
    assert browser.post(address, {"answer": "refuse", "words": ""}).status_code == 422
    asked.refresh_from_db()
    assert asked.is_accepted is None
    insider = Member.objects.get(merchant_id=asked.merchant).person
    told = official(dinas, insider).post(address, {"answer": "accept"})
    assert told.status_code == 422
    assert "You work for this shop" in text_of(told)
    assert browser.post(address, {"answer": "refuse", "words": "Nama lain"}).status_code == 302
    kept = Claim.objects.get(pk=asked.pk)
    assert (kept.is_accepted, kept.why) == (False, "Nama lain")


# exports


def test_a_file_is_what_one_may_see_and_stands_in_the_log() -> None:
    dinas = organisation("dinas", region="33.75")
    producer("Batik Sari")
    producer("Jauh", province="35", regency="35.78")
    browser = official(dinas)
    answer = browser.post("/ministry/exports", {"purpose": "guidance", "form": "csv", "key": key()})
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="dinas-guidance-2026-03-02.csv"'
    body = b"".join(answer).decode("utf-8-sig")
    head, *rows = body.splitlines()
    assert head.startswith("Name;Province code;Province;")
    assert len(rows) == 1
    assert rows[0].startswith("Batik Sari;33;Jawa Tengah;")
    assert Access.objects.get().count == 1
    log = text_of(browser.get("/ministry/access"))
    assert "taken out as a file" in log
    assert "Guidance" in log


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"purpose": "mentoring", "form": "csv"}, "There is no producer"),
        ({"purpose": "verification", "form": "csv"}, "Select a valid choice"),
        ({"purpose": "guidance", "form": "exe"}, "Select a valid choice"),
        ({"form": "csv"}, "required"),
    ],
)
def test_what_can_not_be_taken_out_is_said_and_not_logged(data: dict[str, str], words: str) -> None:
    producer()
    answer = official(organisation("dinas", region="33.75")).post("/ministry/exports", data)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert not Access.objects.exists()


def test_an_indonesian_reads_indonesian() -> None:
    producer()
    figures.refresh(NOW)
    browser = official(organisation("dinas", region="33.75"), language="id")
    for path, words in (
        ("", "Dua belas bulan terakhir"), ("/producers", "Produsen"), ("/permits", "Izin"), ("/claims", "Klaim"),
        ("/exports", "Untuk apa?"), ("/access", "Siapa yang melihat"),
    ):  # fmt: skip
        assert words in text_of(browser.get(f"/ministry{path}")), path
