"""What an organisation takes out: which rows, which columns, written down first, safe in a spreadsheet, of any size."""

from __future__ import annotations

import csv
import io
import tracemalloc
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mediator.ikm.errors import IkmError
from mediator.ikm.mentoring.models import Mentored
from mediator.ikm.privacy import consents, exporting
from mediator.ikm.privacy.models import Access
from mediator.ikm.privacy.relations import EVERYBODY, Filter
from mediator.ikm.producers.models import Organisation, Producer, SizeClass
from mediator.ikm.selection.models import Selected
from mediator.people.models import new_id

from .making import NIK, NOW, NPWP, TODAY, applied, enrolled, organisation, permit, producer, product, yes

pytestmark = pytest.mark.django_db
WHO = new_id()
PUBLIC = ["name", "province", "province_name", "regency", "regency_name", "kbli", "kbli_version"]
BUSINESS = ["nib", "workers", "capital_minor", "sales_minor", "figures_year", "started_on", "closed_on"]
RECORD = [
    "size:permenperin-64-2016", "size:pp-7-2021", "size:bps", "permits", "grade", "bodies", "standing",
]  # fmt: skip
CONTACT = ["owner_name", "phone", "email", "address", "district"]


def say(what: str, code: str) -> str:
    """Codes as they are: words are the surface's."""
    return code


def taken(of: Organisation, purpose: str, where: Filter = EVERYBODY, form: str = "csv") -> list[dict[str, str]]:
    begun = exporting.begin(of, WHO, "official", purpose, where, form, NOW)
    out = io.BytesIO()
    exporting.write(begun, form, say, out)
    if form == "xlsx":
        head, *rows = openpyxl.load_workbook(out).active.iter_rows(values_only=True)
        return [dict(zip(head, row, strict=True)) for row in rows]
    text = out.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


@pytest.mark.parametrize(
    ("purpose", "columns"),
    [
        ("statistics", PUBLIC),
        ("guidance", PUBLIC + BUSINESS + RECORD),
        ("selection", PUBLIC + BUSINESS + RECORD + CONTACT),
        ("mentoring", PUBLIC + BUSINESS + RECORD + CONTACT),
        ("contact", PUBLIC + CONTACT),
        ("identity", [*PUBLIC, *BUSINESS, "nik", "npwp"]),
    ],
)
def test_the_purpose_decides_the_columns(purpose: str, columns: list[str]) -> None:
    assert exporting.columns(purpose, TODAY) == columns


def test_each_kind_of_organisation_takes_out_its_own() -> None:
    register = organisation("kadin", kind="association")
    programme, selecting = organisation("bank", kind="bank"), organisation("bri", kind="bank")
    dinas, ministry = organisation("dinas", region="33.75"), organisation("kemenperin")
    here = producer("Di sini", province="33", regency="33.75")
    there = producer("Di sana", province="35", regency="35.78", source="register:kadin")
    enrolled(there, programme)
    applied(here, selecting)
    names = {
        (of.code, purpose): {row["name"] for row in taken(of, purpose)}
        for of, purpose in (
            (register, "guidance"), (programme, "mentoring"), (selecting, "selection"), (dinas, "guidance"),
            (ministry, "guidance"), (ministry, "statistics"),
        )
    }  # fmt: skip
    assert names == {
        ("kadin", "guidance"): {"Di sana"},
        ("bank", "mentoring"): {"Di sana"},
        ("bri", "selection"): {"Di sini"},
        ("dinas", "guidance"): {"Di sini"},
        ("kemenperin", "guidance"): {"Di sini", "Di sana"},
        ("kemenperin", "statistics"): {"Di sini", "Di sana"},
    }
    for of, purpose in ((ministry, "mentoring"), (dinas, "selection"), (ministry, "contact"), (register, "identity")):
        with pytest.raises(IkmError) as caught:
            taken(of, purpose)
        assert caught.value.code == "nobody"


def test_everything_a_ministry_expects_stands_in_the_row() -> None:
    dinas, one = organisation("dinas", region="33.75"), producer("CV Batik Sari")
    goods = product(one)
    for regime, size in (("pp-7-2021", "micro"), ("bps", "small")):
        SizeClass.objects.create(producer_id=one.pk, regime=regime, version="v", size=size, rule="r", as_of=TODAY)
    permit(one, number="ID35110000145391021", verified_at=NOW, verified_by="v", issued_on=TODAY)
    permit(one, "p-irt", number="206337501000129", issued_on=TODAY, commitment_due=TODAY + timedelta(days=90))
    Selected.objects.create(
        product_id=goods.pk, producer_id=one.pk, grade="B", permille=800, organisation="dinas", application_id=new_id(),
        decided_at=NOW, valid_to=TODAY,
    )  # fmt: skip
    for body in ("kemendag", "kemenperin", "kemendag"):
        Mentored.objects.create(
            enrolment_id=new_id(), producer_id=one.pk, body=body, organisation=body, programme="p", completed_at=NOW
        )
    (row,) = taken(dinas, "guidance")
    assert row["province_name"] == "Jawa Tengah"
    assert row["regency_name"] == "Kota Pekalongan"
    assert row["capital_minor"] == "90000000", "whole rupiah"
    assert (row["size:pp-7-2021"], row["size:bps"], row["size:permenperin-64-2016"]) == ("micro", "small", "")
    assert row["permits"] == "halal ID35110000145391021: valid; p-irt 206337501000129: given"
    assert row["grade"] == "B"
    assert row["bodies"] == "kemendag, kemenperin"
    assert not {"nik", "npwp", "phone", "owner_name"} & row.keys()
    assert NIK not in str(row)


def test_numbers_of_persons_come_only_with_that_very_yes() -> None:
    ministry = organisation("kemenperin")
    said_yes, said_other = producer("Ya"), producer("Lain")
    producer("Tidak")
    yes(said_yes, ministry, "identity")
    yes(said_other, ministry, "contact")
    rows = taken(ministry, "identity")
    assert [(row["name"], row["nik"], row["npwp"]) for row in rows] == [("Ya", NIK, NPWP)]
    consents.withdraw(said_yes.pk, "identity", "kemenperin", "ya", NOW)
    with pytest.raises(IkmError):
        taken(ministry, "identity")


def test_it_is_written_down_before_the_first_row_is_read(caplog: Any) -> None:
    ministry, one = organisation("kemenperin"), producer(province="33")
    yes(one, ministry, "identity")
    begun = exporting.begin(ministry, WHO, "official", "identity", Filter(province="33"), "csv", NOW)
    kept = Access.objects.get()
    assert (kept.person, kept.role, kept.organisation, kept.purpose, kept.how, kept.count, kept.about) == (
        str(WHO), "official", "kemenperin", "identity", "export", 1, "csv province=33",
    )  # fmt: skip
    assert kept.fields == ["public", "business", "identity"]
    assert kept.producer_id is None
    exporting.write(begun, "csv", say, io.BytesIO())
    assert NIK not in caplog.text
    assert Access.objects.count() == 1


def test_an_export_that_is_refused_is_not_written_down() -> None:
    for purpose in ("verification", "curiosity"):
        with pytest.raises(IkmError) as caught:
            exporting.begin(organisation(), WHO, "official", purpose, EVERYBODY, "csv", NOW)
        assert caught.value.code == "purpose_unknown"
    assert not Access.objects.exists()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_cell_is_run_as_a_formula(form: str) -> None:
    producer('=HYPERLINK("http://jahat.example","klik")')
    (row,) = taken(organisation(), "guidance", form=form)
    if form == "csv":
        assert row["name"].startswith("'=")
    else:
        assert row["name"].startswith("=")
        assert str(row["workers"]) == "7"


def test_memory_and_statements_do_not_grow_with_the_rows(monkeypatch: Any) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 200)
    ministry = organisation()

    def many(count: int) -> None:
        Producer.objects.bulk_create(
            Producer(name=f"Batik {n}", province="33", regency="33.75", made_at=NOW, changed_at=NOW)
            for n in range(count)
        )

    def drained() -> None:
        begun = exporting.begin(ministry, WHO, "official", "guidance", EVERYBODY, "csv", NOW)
        for _row in exporting.rows(begun, say):
            pass

    def measured() -> tuple[int, int]:
        drained()  # what is loaded once is loaded
        tracemalloc.start()
        drained()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        with CaptureQueriesContext(connection) as asked:
            drained()
        return len(asked), peak

    many(200)
    statements, peak = measured()
    assert statements == 2 + 3 + 1, "count and log; ids, permits, rows; and no more ids"
    many(1000)
    more_statements, more_peak = measured()
    assert more_statements == 2 + 3 * 6 + 1
    assert more_peak < 2 * peak
