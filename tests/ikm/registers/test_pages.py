"""The pages: upload, columns, what would happen, what happened, doubles; and whose they are."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from mediator.ikm.producers.models import Producer
from mediator.ikm.registers.models import Double, Import, Mapping, Upload
from mediator.people.roles import StaffRole
from mediator.shop.secrets import NotOurs, unseal
from tests.account.signing import person, sign_in
from tests.ikm.registers.making import NIK, OTHER, dinas, row, sheet, taken_in

pytestmark = pytest.mark.django_db


def upload(client, data: bytes, kind: str = "producers", name: str = "ikm.csv"):
    form = {"organisation": "dinas-uji", "kind": kind, "file": SimpleUploadedFile(name, data), "key": str(uuid4())}
    return client.post(reverse("registers"), form)


def choices(page) -> dict[str, str]:
    """The columns form as it was drawn."""
    form = page.context["form"]
    return {name: str(field.initial) for name, field in form.fields.items() if name != "key"} | {"key": str(uuid4())}


def tried(client, data: bytes) -> Import:
    """Uploaded and tried, nothing applied."""
    address = upload(client, data).headers["Location"]
    client.post(address, choices(client.get(address)))
    return Import.objects.latest("made_at")


def test_from_upload_to_applied_with_a_look_at_everything_in_between(browser):
    client = browser()
    answer = upload(client, sheet([row(NIK=NIK), OTHER, row(NIB="123", NIK=NIK)]))
    imported = Import.objects.get()
    assert answer.headers["Location"] == reverse("register-columns", args=[imported.pk])
    page = client.get(answer.headers["Location"])
    assert NIK not in page.content.decode()
    assert choices(page)["c:nib"] == "1"
    tried_it = client.post(answer.headers["Location"], choices(page))
    assert tried_it.headers["Location"] == reverse("register-import", args=[imported.pk])
    assert not Producer.objects.exists()
    shown = client.get(tried_it.headers["Location"]).content.decode()
    assert "another number of digits than it must" in shown
    assert NIK not in shown
    assert not Producer.objects.exists()
    done = client.post(reverse("register-apply", args=[imported.pk]), follow=True)
    assert "New: 2. Changed: 0. Unchanged: 0. Left out: 1." in done.content.decode()
    assert Producer.objects.count() == 2
    again = client.post(reverse("register-apply", args=[imported.pk]), follow=True)
    assert again.status_code == 200
    assert Producer.objects.count() == 2


def test_the_report_is_a_line_for_each_row_in_the_readers_language(browser):
    client = browser(language="id")
    imported = tried(client, sheet([row(), row(NIB="=2+3")]))
    client.post(reverse("register-apply", args=[imported.pk]))
    answer = client.get(reverse("register-report", args=[imported.pk]))
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Baris;Hasil;Kolom;Nilai;Kode;")
    assert lines[1] == "2;Baru;;;;;"
    assert lines[2].startswith("3;Dilewati;NIB;'=2+3;form;")


def test_the_file_is_kept_sealed_and_only_until_it_is_applied(browser):
    client = browser()
    imported = tried(client, sheet([row(NIK=NIK)]))
    sealed = bytes(Upload.objects.get().sealed)
    assert NIK.encode() not in sealed
    with pytest.raises(NotOurs):
        unseal(sealed.decode()[:-4] + "AAAA")
    client.post(reverse("register-apply", args=[imported.pk]))
    assert Upload.objects.get().sealed is None


def test_columns_put_right_by_hand_are_remembered(browser):
    client = browser()
    data = sheet([{"A": "Keripik Sari", "B": "9120001234567", "Daerah": "Kota Bandung"}])
    address = upload(client, data).headers["Location"]
    chosen = choices(client.get(address))
    refused = client.post(address, chosen)
    assert refused.status_code == 422
    assert "without it no row can be read" in refused.content.decode()
    client.post(address, chosen | {"c:name": "0", "c:nib": "1"})
    assert Mapping.objects.get().reading["columns"]["name"] == 0
    next_time = upload(client, data).headers["Location"]
    assert choices(client.get(next_time))["c:name"] == "0"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x00\x01\x02", "This is no table"),
        (b"NIB;Nama Usaha\n", "no rows under its header"),
        (b"a;b\n" * 25_000, "more than 20000 rows"),
    ],
)
def test_a_file_that_is_not_read_says_why_beside_the_field(browser, data, words):
    client = browser()
    answer = upload(client, data)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_another_office_and_other_roles_see_nothing_of_it(browser):
    imported = tried(browser(), sheet([row()]))
    stranger = browser(dinas("dinas-lain", "33"))
    for name in ("register-import", "register-columns", "register-report"):
        assert stranger.get(reverse(name, args=[imported.pk])).status_code == 404
    assert stranger.post(reverse("register-apply", args=[imported.pk])).status_code == 404
    assert "ikm.csv" not in stranger.get(reverse("registers")).content.decode()
    assert sign_in(person(StaffRole.CURATOR)).get(reverse("registers")).status_code == 403
    assert sign_in(person(StaffRole.OFFICIAL)).get(reverse("registers")).status_code == 200


def double() -> Double:
    taken_in([row(), row(NIB="", **{"Nama Usaha": "UD Keripik Sari Rasa", "HP": "081234567890"})])
    return Double.objects.get()


def test_a_double_is_merged_value_by_value_and_undone(browser):
    client, found = browser(), double()
    assert "Keripik Sari Rasa" in client.get(reverse("register-doubles")).content.decode()
    address = reverse("register-double", args=[found.pk])
    page = client.get(address).content.decode()
    assert re.search(r'name="p:phone" value="other" checked', page)
    keep = "one" if Producer.objects.get(pk=found.first).nib else "other"
    drop = "other" if keep == "one" else "one"
    done = client.post(address, {"key": str(uuid4()), "keep": keep, "p:phone": drop, "p:name": keep}, follow=True)
    assert "They are one now" in done.content.decode()
    living = Producer.objects.get(merged_into=None)
    assert (living.nib, living.phone, living.name) == ("9120001234567", "+6281234567890", "Keripik Sari Rasa")
    undone = client.post(reverse("register-undo", args=[done.context["merge"].pk]), {"key": str(uuid4())}, follow=True)
    assert "They are two again" in undone.content.decode()
    assert Producer.objects.filter(merged_into=None).count() == 2


def test_two_said_to_be_two_leave_the_list(browser):
    client, found = browser(), double()
    client.post(reverse("register-apart", args=[found.pk]))
    assert "No double waits" in client.get(reverse("register-doubles")).content.decode()


def test_doubles_of_another_province_are_not_there(browser):
    found = double()
    client = browser(dinas("dinas-jateng", "33"))
    assert client.get(reverse("register-double", args=[found.pk])).status_code == 404
    assert client.post(reverse("register-apart", args=[found.pk])).status_code == 404
    assert Producer.objects.filter(merged_into=None).count() == 2
