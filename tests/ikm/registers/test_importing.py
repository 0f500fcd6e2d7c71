"""An import as a whole: what it writes, that it writes nothing twice, who is believed, and what it says of each row."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from mediator.ikm.errors import IkmError
from mediator.ikm.producers.models import Changed, Permit, Producer, SizeClass
from mediator.ikm.registers import importing
from mediator.ikm.registers.importing import OpenSource
from mediator.ikm.registers.models import Double, Import
from mediator.ikm.registers.report import MemoryReport
from mediator.shop.secrets import mark, unseal
from tests.ikm.registers.making import NIK, NOW, OTHER, ROW, begun, dinas, only, row, sheet, taken_in

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=40)


def snapshot() -> list[tuple]:
    """Everything an import may have written, without ids."""
    tables = (
        "SELECT to_jsonb(p) - 'id' - 'nik_sealed' - 'npwp_sealed' FROM ikm_producer p ORDER BY nib, name",
        "SELECT to_jsonb(t) - 'id' - 'producer_id', p.name FROM ikm_permit t JOIN ikm_producer p ON p.id = producer_id"
        " ORDER BY t.kind, t.number, p.name",
        "SELECT p.name, s.regime, s.size, s.rule FROM ikm_size_class s JOIN ikm_producer p ON p.id = producer_id"
        " ORDER BY 1, 2",
        "SELECT p.name, c.at FROM ikm_changed c JOIN ikm_producer p ON p.id = producer_id ORDER BY 1, 2",
        "SELECT key, digest, line FROM ikm_register_row ORDER BY key",
    )
    found = []
    with connection.cursor() as cursor:
        for statement in tables:
            cursor.execute(statement)
            found.append(tuple(cursor.fetchall()))
    return found


def test_a_row_becomes_a_producer_with_its_permits_sizes_and_a_note_that_it_changed():
    result = taken_in([row(NIK=NIK, **{"No. P-IRT": "P-IRT 2063273010001-28"})])
    assert result.counts == {"new": 1, "changed": 0, "unchanged": 0, "refused": 0, "doubtful": 0}
    made = only()
    assert (made.name, made.regency, made.sales_minor, made.source) == (
        "Keripik Sari Rasa", "32.73", 12_000_000_000, "register:dinas-uji",
    )  # fmt: skip
    assert unseal(made.nik_sealed) == NIK
    assert made.nik_mark == mark(NIK)
    permit = Permit.objects.get(producer=made)
    assert (permit.kind, permit.number, permit.valid_to) == ("p-irt", "2063273010001-28", date(2028, 12, 31))
    assert permit.verified_at is None
    sizes = dict(SizeClass.objects.filter(producer_id=made.pk).values_list("regime", "size"))
    assert sizes == {"pp-7-2021": "micro", "bps": "micro"}
    assert Changed.objects.filter(producer_id=made.pk).exists()


def test_the_same_file_again_changes_nothing():
    rows = [row(NIK=NIK, **{"No. P-IRT": "2063273010001-28"}), OTHER, row(NIB="", **{"Nama Usaha": "Tanpa NIB"})]
    taken_in(rows)
    Changed.objects.all().delete()
    before = snapshot()
    again = taken_in(rows, now=LATER)
    assert again.counts["unchanged"] == 3
    assert snapshot() == before


def test_an_empty_cell_takes_nothing_away_and_only_given_columns_are_written():
    taken_in([row(NIK=NIK)])
    result = taken_in(
        [{"Nama Usaha": "Keripik Sari Rasa", "NIB": ROW["NIB"], "Kab/Kota": "Kota Bandung", "Tenaga Kerja": "9"}]
    )
    assert result.counts["changed"] == 1
    made = only()
    assert (made.workers, made.sales_minor, made.kbli, made.nik_mark) == (9, 12_000_000_000, "10792", mark(NIK))


@pytest.mark.parametrize(
    ("as_of", "workers", "code"),
    [
        (None, 7, "own_value_kept"),
        (date(2026, 10, 1), 7, "own_value_kept"),
        (date(2026, 12, 31), 5, "own_value_replaced"),
    ],
)
def test_what_a_producer_said_since_stands_unless_a_register_is_known_to_be_newer(as_of, workers, code):
    taken_in([row()])
    Producer.objects.update(workers=7, changed_at=datetime(2026, 12, 1, tzinfo=UTC))
    result = taken_in([row(**{"Tenaga Kerja": "5"})], as_of=as_of, now=datetime(2027, 1, 5, tzinfo=UTC))
    assert only().workers == workers
    assert result.faults == {code: 1}
    assert tuple(result.first_faults[0][:2]) == (2, "workers")


def test_an_older_register_does_not_write_over_a_newer_one():
    taken_in([row()], dinas("pusat"), as_of=date(2026, 6, 30))
    result = taken_in([row(**{"Tenaga Kerja": "5"})], dinas("daerah"), as_of=date(2025, 6, 30))
    assert only().workers == 4
    assert result.faults == {"newer_register": 1}


def test_two_registers_in_turn_do_not_fight():
    first, second = [row()], [row(**{"Tenaga Kerja": "5"})]
    taken_in(first, dinas("pusat"))
    taken_in(second, dinas("daerah"))
    before = snapshot()
    assert taken_in(first, dinas("pusat"), now=LATER).counts["unchanged"] == 1
    assert snapshot() == before


def test_a_verified_permit_keeps_its_facts_and_the_row_says_so():
    columns = {"Sertifikat Halal": "ID35110000145391021", "Masa Berlaku Halal": "2027-01-01"}
    taken_in([row(**columns)])
    Permit.objects.update(verified_at=NOW, verified_how="register")
    result = taken_in([row(**(columns | {"Masa Berlaku Halal": "2028-01-01"}))])
    assert Permit.objects.get().valid_to == date(2027, 1, 1)
    assert result.faults == {"verified_kept": 1}


def test_a_row_twice_in_a_file_is_taken_once_also_across_chunks():
    rows = [row(), OTHER, row(**{"Nama Usaha": "Lain"})]
    result = taken_in(rows, size=1)
    assert result.counts["refused"] == 1
    assert result.first_faults == [(4, "", "", "row_twice", "2")]
    assert Producer.objects.count() == 2


def test_a_nib_under_another_name_at_another_place_is_doubtful_and_not_written():
    taken_in([row()])
    result = taken_in([row(**{"Nama Usaha": "Mebel Jati Kencana", "Kode Wilayah": "33.20"})], dinas("lain"))
    assert result.counts["doubtful"] == 1
    assert result.faults == {"nib_other_name": 1}
    assert only().name == "Keripik Sari Rasa"


def test_a_moved_business_of_the_same_name_is_changed():
    taken_in([row()], as_of=date(2026, 1, 1))
    assert taken_in([row(**{"Kode Wilayah": "32.04"})], dinas("lain"), as_of=date(2026, 2, 1)).counts["changed"] == 1
    assert only().regency == "32.04"


def test_whoever_asked_to_be_erased_is_not_taken_in_again():
    taken_in([row()])
    Producer.objects.update(erased_at=NOW, nib="", name="", workers=None)
    result = taken_in([row(**{"Tenaga Kerja": "6"})])
    assert result.faults == {"erased": 1}
    assert only().workers is None


def test_a_dry_run_says_what_applying_then_does_and_writes_nothing():
    taken_in([row(), OTHER])
    data = sheet(
        [row(**{"Tenaga Kerja": "5"}), OTHER, row(NIB="123"), row(**{"Nama Usaha": "Baru", "NIB": "9120000000123"})]
    )
    imported = begun(data, dinas())
    before = snapshot()
    dry = importing.dry_run(imported, OpenSource(io.BytesIO(data)), NOW)
    assert snapshot() == before
    assert dry.counts == {"new": 1, "changed": 1, "unchanged": 1, "refused": 1, "doubtful": 0}
    assert importing.apply(imported, OpenSource(io.BytesIO(data)), NOW).counts == dry.counts


def test_the_report_has_a_line_for_each_row_and_fault_and_no_formula():
    report = MemoryReport()
    taken_in([row(NIB="=1+1"), row(NIK="327301520890000"), OTHER], report=report)
    lines = report.csv.decode().splitlines()
    assert lines == [
        "line;outcome;field;value;code;right", "2;refused;nib;'=1+1;form;0–9", "3;new;nik;***********0000;length;16",
        "4;new;;;;",
    ]  # fmt: skip


def test_a_cut_off_import_goes_on_behind_its_last_chunk_and_ends_as_one_run_would():
    rows = [row(NIB=f"91200000{number:05}", **{"Nama Usaha": f"Usaha {number}"}) for number in range(10)] + [ROW, row()]
    data = sheet(rows)
    imported = begun(data, dinas(), size=2)

    class Broken(OpenSource):
        def chunks(self, setting):
            for place, chunk in enumerate(super().chunks(setting)):
                if place == 3:
                    raise KeyboardInterrupt
                yield chunk

    report = MemoryReport()
    with pytest.raises(KeyboardInterrupt):
        importing.apply(imported, Broken(io.BytesIO(data)), NOW, report)
    assert Producer.objects.count() == 6
    cut_off = begun(data, dinas(), now=LATER)
    assert (cut_off.pk, cut_off.cursor) == (imported.pk, 7)
    result = importing.apply(cut_off, OpenSource(io.BytesIO(data)), LATER, MemoryReport(report.csv + b"rubbish"))
    assert result.counts == {"new": 11, "changed": 0, "unchanged": 0, "refused": 1, "doubtful": 0}
    assert Import.objects.get().state == "done"
    assert Producer.objects.count() == 11


def test_two_at_the_same_import_do_not_write_over_each_other():
    data = sheet([ROW])
    one, other = begun(data, dinas()), begun(data, dinas())
    importing.apply(one, OpenSource(io.BytesIO(data)), NOW)
    Import.objects.filter(pk=other.pk).update(state="applying", cursor=1)
    with pytest.raises(IkmError) as refused:
        importing.apply(other, OpenSource(io.BytesIO(data)), NOW)
    assert refused.value.code == "import_busy"


def test_permits_of_their_own_file_find_their_producer_and_change_nothing_twice():
    taken_in([row()])
    rows = [
        {"NIB": ROW["NIB"], "Jenis Izin": "P-IRT", "Nomor Izin": "2063273010001-28", "Tanggal Terbit": "01/02/2024"},
        {"NIB": "9120009999999", "Jenis Izin": "Halal", "Nomor Izin": "ID35110000145391021", "Tanggal Terbit": ""},
        {"NIB": ROW["NIB"], "Jenis Izin": "SIM", "Nomor Izin": "1", "Tanggal Terbit": ""},
    ]
    result = taken_in(rows, kind="permits")
    assert result.faults == {"producer_unknown": 1, "kind_unknown": 1}
    permit = Permit.objects.get()
    assert (permit.issued_on, permit.commitment_due) == (date(2024, 2, 1), date(2024, 5, 1))
    assert taken_in(rows, kind="permits").counts == {
        "new": 0, "changed": 0, "unchanged": 1, "refused": 2, "doubtful": 0,
    }  # fmt: skip


def test_near_doubles_are_offered_and_never_merged():
    taken_in([row(), row(NIB="", **{"Nama Usaha": "UD. Keripik Sari Rosa"})])
    taken_in(
        [row(NIB="", NIK=NIK, **{"Nama Usaha": "Tahu Sutra"}), row(NIB="", NIK=NIK, **{"Nama Usaha": "Tempe Murni"})]
    )
    assert Producer.objects.filter(merged_into=None).count() == 4
    assert sorted(Double.objects.values_list("why", "state")) == [("name", "open"), ("nik", "open")]


def test_what_a_chunk_costs_does_not_grow_with_its_rows(django_assert_max_num_queries):
    rows = [row(NIB=f"91200000{number:05}", **{"Nama Usaha": f"Usaha {number}"}) for number in range(300)]
    organisation = dinas()
    with django_assert_max_num_queries(60):
        taken_in(rows, organisation)
