"""Two producers become one because a person said so, or are said to be two. Nothing here decides by itself.

The kept row takes the pieces that were chosen and everything that hangs on the other; the other stays, pointing to it.
For ``UNDOABLE`` it can be parted again, as far as nobody wrote over it since.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, transaction
from django.db.models import Field

from mediator.ikm.errors import IkmError
from mediator.ikm.producers.models import Producer, SizeClass
from mediator.ikm.producers.service import mark_changed
from mediator.ikm.producers.size import regimes_in_force
from mediator.ikm.registers.models import Before, Double, Merge, Wrote
from mediator.ikm.registers.moved import move, move_back
from mediator.ikm.registers.precedence import PIECES
from mediator.ikm.registers.sql_write import CHOSEN, size_classes
from mediator.people.models import new_id
from mediator.protocol.calendar import jakarta_date
from mediator.shop.secrets import seal, unseal

UNDOABLE = timedelta(days=30)
_BY_CODE = {piece.code: piece for piece in PIECES}


def merge(keep: UUID, drop: UUID, choices: Sequence[str], by: str, key: UUID, now: datetime) -> Merge:
    """``drop`` is found to be the same as ``keep``; ``choices`` are the pieces (``precedence.PIECES``) to take from it.

    ``key`` is the form's: the same again is the same merge. IkmError ``merge_self``, ``merge_piece``, ``merge_gone``
    (merged or erased by now), ``merge_two_shops``.
    """
    unknown = [code for code in choices if code not in _BY_CODE]
    if unknown:
        raise IkmError("merge_piece", f"There is no piece {unknown[0]!r}.", piece=unknown[0])
    if keep == drop:
        raise IkmError("merge_self", "A producer can't be merged with itself.")
    with transaction.atomic():
        done = Merge.objects.filter(pk=key).first()
        if done is not None:
            return done
        kept, dropped = _locked(keep, drop)
        if kept.merchant and dropped.merchant:
            raise IkmError("merge_two_shops", "Both have a shop here; one of the shops must be closed first.")
        taken = [code for code in choices if _value(dropped, code) not in ("", None)]
        before = {column: getattr(kept, column) for code in taken for column in _columns(code)}
        dropped_shop, dropped.merchant, dropped.merged_into, dropped.changed_at = dropped.merchant, None, kept.pk, now
        dropped.save(update_fields=("merchant", "merged_into", "changed_at"))  # first: one living row has a NIB
        for column in before:
            setattr(kept, column, getattr(dropped, column))
        kept.merchant, kept.changed_at = kept.merchant or dropped_shop, now
        kept.save()
        with connection.cursor() as cursor:
            moved = move(cursor, kept.pk, dropped.pk)
        made = Merge.objects.create(
            id=key, kept=kept.pk, dropped=dropped.pk, choices=taken, by=by, at=now,
            moved=moved | {"shop": str(dropped_shop or "")},
        )  # fmt: skip
        sealed = seal(json.dumps(before, cls=DjangoJSONEncoder))
        Before.objects.create(merge=made, sealed=sealed, until=now + UNDOABLE)
        Wrote.objects.filter(producer_id=kept.pk).update(hashes=[None] * len(PIECES))  # a person decided: no register's
        _settle(kept.pk, dropped.pk, "merged", by, now)
        _refresh(kept.pk, dropped.pk, now)
    return made


def undo(merged: UUID, by: str, key: UUID, now: datetime) -> Merge:
    """Part them again, for ``UNDOABLE``: the row of the undoing. A piece somebody changed since stays as they wrote it.

    IkmError ``undo_late``, ``undo_done``, ``merge_gone``, ``undo_nib`` (its NIB is another's by now).
    """
    with transaction.atomic():
        done = Merge.objects.filter(pk=key).first()
        if done is not None:
            return done
        made = Merge.objects.get(pk=merged)
        kept, dropped = _locked(made.kept, made.dropped, dropped_into=made.kept)
        if made.undoes is not None or Merge.objects.filter(undoes=made.pk).exists():
            raise IkmError("undo_done", "This was undone already.")
        before = Before.objects.filter(pk=made.pk, until__gte=now).first()
        if before is None:
            raise IkmError("undo_late", f"A merge can be undone for {UNDOABLE.days} days.", days=UNDOABLE.days)
        _restore(kept, dropped, made, json.loads(unseal(before.sealed)))
        shop = made.moved.get("shop") or None
        if shop and str(kept.merchant) == shop:
            kept.merchant, dropped.merchant = None, UUID(shop)
        kept.changed_at = dropped.changed_at = now
        kept.save()
        dropped.merged_into = None
        try:
            with transaction.atomic():
                dropped.save()
        except IntegrityError:
            raise IkmError("undo_nib", "Its NIB belongs to another producer by now; put that right first.") from None
        with connection.cursor() as cursor:
            move_back(cursor, kept.pk, dropped.pk, made.moved)
        parted = Merge.objects.create(
            id=key, kept=kept.pk, dropped=dropped.pk, choices=made.choices, moved={}, undoes=made.pk, by=by, at=now
        )
        before.delete()
        _settle(kept.pk, dropped.pk, "apart", by, now)
        _refresh(kept.pk, dropped.pk, now)
    return parted


def say_apart(double: Double, by: str, now: datetime) -> bool:
    """A person says that they are two; they are not offered again. False: it was decided before."""
    return bool(Double.objects.filter(pk=double.pk, state="open").update(state="apart", decided_by=by, decided_at=now))


def forget(producers: Sequence[UUID]) -> int:
    """What merges kept of these producers' fields is gone (for erasure); such merges can't be undone any more."""
    made = Merge.objects.filter(kept__in=producers) | Merge.objects.filter(dropped__in=producers)
    count, _ = Before.objects.filter(merge__in=made.values("pk")).delete()
    return count


def _locked(keep: UUID, drop: UUID, dropped_into: UUID | None = None) -> tuple[Producer, Producer]:
    rows = Producer.objects.select_for_update().filter(pk__in=(keep, drop)).order_by("pk")
    found = {row.pk: row for row in rows}
    kept, dropped = found.get(keep), found.get(drop)
    if (
        kept is None or dropped is None or kept.merged_into is not None or kept.erased_at or dropped.erased_at
        or dropped.merged_into != dropped_into
    ):  # fmt: skip
        raise IkmError("merge_gone", "One of the two has been merged or erased since; look again.")
    return kept, dropped


def _columns(code: str) -> tuple[str, ...]:
    return (*_BY_CODE[code].told_by, *_BY_CODE[code].along)


def _value(producer: Producer, code: str) -> Any:
    return getattr(producer, _BY_CODE[code].told_by[0])


def _restore(kept: Producer, dropped: Producer, made: Merge, before: dict[str, Any]) -> None:
    """Pieces that are still as the merge wrote them become what they were."""
    for code in made.choices:
        columns = _columns(code)
        if all(getattr(kept, column) == getattr(dropped, column) for column in _BY_CODE[code].told_by):
            for column in columns:
                field: Field[Any, Any] = Producer._meta.get_field(column)  # type: ignore[assignment]
                setattr(kept, column, field.to_python(before[column]))


def _settle(kept: UUID, dropped: UUID, state: str, by: str, now: datetime) -> None:
    """The pair is decided; what else was thought to be the dropped one may be the kept one."""
    first, second = sorted((kept, dropped))
    Double.objects.filter(first=first, second=second).update(state=state, decided_by=by, decided_at=now)
    if state != "merged":
        return
    others = Double.objects.filter(state="open", first=dropped) | Double.objects.filter(state="open", second=dropped)
    moved = []
    for each in others:
        one, other = sorted((kept, each.second if each.first == dropped else each.first))
        moved.append(
            Double(
                id=new_id(), first=one, second=other, why=each.why, score=each.score, province=each.province,
                regency=each.regency, found_at=now,
            )
        )  # fmt: skip
    Double.objects.bulk_create([each for each in moved if each.first != each.second], ignore_conflicts=True)


def _refresh(kept: UUID, dropped: UUID, now: datetime) -> None:
    """Sizes and standing of both are worked out anew; a merged one has no size."""
    today = jakarta_date(now)
    SizeClass.objects.filter(producer_id__in=(kept, dropped)).delete()
    living = list(Producer.objects.filter(pk__in=(kept, dropped), merged_into=None).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(size_classes(regimes_in_force(today), CHOSEN), {"ids": living, "today": today})
    mark_changed((kept, dropped), now)
