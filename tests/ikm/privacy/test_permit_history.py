"""What officials record of permits: once, with its history, and a mistake taken back by somebody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from mediator.ikm.errors import IkmError
from mediator.ikm.privacy import permit_history as acts
from mediator.ikm.privacy.models import PermitEvent
from mediator.ikm.producers.models import Changed, Permit
from mediator.shop.merchants import open_merchant
from tests.account.signing import person
from tests.ikm.producers.making_producers import key

from .making import NOW, TODAY, permit, producer

pytestmark = pytest.mark.django_db
SEEN = sha256(b"layar").hexdigest()


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(IkmError) as caught:
        yield
    assert caught.value.code == code


def committed() -> Permit:
    return permit(
        producer(), "p-irt", number="2063375010001-29", issued_on=date(2026, 1, 2), commitment_due=date(2026, 4, 2)
    )


def recorded(of: Permit) -> list[str]:
    return [event.act for event in reversed(acts.history(of))]


def test_each_act_is_one_event_however_often_it_is_clicked() -> None:
    of, who = committed(), person()
    clicks: list[Callable[[], bool]] = []
    for act in (
        lambda key: acts.verify(of, who, "dinkes", "register", SEEN, key, NOW),
        lambda key: acts.extend(of, who, "dinkes", key, NOW),
        lambda key: acts.fulfil(of, who, "dinkes", TODAY, key, NOW),
        lambda key: acts.revoke(of, who, "dinkes", TODAY, "Pindah pabrik", key, NOW),
    ):
        form = key()
        clicks.append(lambda act=act, form=form: act(form))  # type: ignore[misc]
    for click in clicks:
        assert click()
        assert not click(), "a second click"
    assert recorded(of) == ["verified", "extended", "fulfilled", "revoked"]
    event = PermitEvent.objects.get(act="verified")
    assert (event.person, event.organisation, event.facts["how"], event.facts["evidence"]) == (
        str(who.pk), "dinkes", "register", SEEN,
    )  # fmt: skip
    of.refresh_from_db()
    assert of.commitment_due == date(2026, 7, 2)
    assert of.fulfilled_on == of.revoked_on == TODAY
    assert Changed.objects.filter(producer_id=of.producer_id).exists()


def test_what_is_refused_leaves_no_event() -> None:
    of, who = permit(producer()), person()
    with refused("no_commitment"):
        acts.fulfil(of, who, "dinkes", TODAY, key(), NOW)
    with refused("evidence_missing"):
        acts.verify(of, who, "dinkes", "register", "", key(), NOW)
    with refused("date_future"):
        acts.revoke(of, who, "dinkes", TODAY + timedelta(days=1), "Pindah", key(), NOW)
    assert not PermitEvent.objects.exists()


def test_a_mistaken_revocation_is_undone_by_somebody_else_and_both_stay_written() -> None:
    of, who, other = permit(producer()), person(), person()
    with refused("nothing_to_restore"):
        acts.restore(of, other, "dinkes", "Salah", key(), NOW)
    acts.revoke(of, who, "dinkes", TODAY, "Salah nomor", key(), NOW)
    with refused("own_revocation"):
        acts.restore(of, who, "dinkes", "Salah", key(), NOW)
    with refused("no_words"):
        acts.restore(of, other, "dinkes", " ", key(), NOW)
    form = key()
    assert acts.restore(of, other, "dinkes", "Nomor orang lain yang dimaksud", form, NOW)
    assert not acts.restore(of, other, "dinkes", "Nomor orang lain yang dimaksud", form, NOW)
    of.refresh_from_db()
    assert (of.revoked_on, of.revoked_why) == (None, "")
    assert recorded(of) == ["revoked", "restored"]
    assert acts.revoke(of, other, "dinkes", TODAY, "Kali ini benar", key(), NOW + timedelta(minutes=1))
    with refused("own_revocation"):
        acts.restore(of, other, "dinkes", "Salah lagi", key(), NOW)


def test_a_revocation_nobody_recorded_here_is_not_undone_here() -> None:
    of = permit(producer(), revoked_on=TODAY)
    with refused("nothing_to_restore"):
        acts.restore(of, person(), "dinkes", "Salah", key(), NOW)


def test_nobody_acts_on_a_permit_of_their_own_shop() -> None:
    owner = person()
    shop = open_merchant(owner, "Batik Sari", "33", "33.75", NOW)
    of = permit(producer(merchant=shop.pk))
    with refused("own_shop"):
        acts.revoke(of, owner, "dinkes", TODAY, "Pindah", key(), NOW)
    with refused("own_shop"):
        acts.verify(of, owner, "dinkes", "register", SEEN, key(), NOW)


@pytest.mark.parametrize("change", [
    lambda rows: rows.update(words="lain"), lambda rows: rows.delete(),
])  # fmt: skip
def test_history_is_never_changed(change: Any) -> None:
    acts.revoke(permit(producer()), person(), "dinkes", TODAY, "Pindah", key(), NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        change(PermitEvent.objects.all())
