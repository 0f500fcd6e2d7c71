"""What pages show of selection. Lists are read by their index and from where the last page ended; each function's
number of statements does not grow with what it finds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet

from mediator.ikm.accredited.models import Certificate
from mediator.ikm.producers.models import Organisation, Producer, Product
from mediator.ikm.selection import ties
from mediator.ikm.selection.models import Application, Assignment, Batch, Decision, Flag, Revocation, View
from mediator.ikm.selection.table import BLIND
from mediator.people.models import Person

PAGE = 25
MOST = 200


class ProductState(NamedTuple):
    """How selection stands for one product. ``stage`` is "" when it never applied; ``selected`` is the grade that
    stands
    now ("" none), ``until`` its last day; ``serial`` names its certificate. ``next`` is what its producer can do:
    apply, write, mend, wait, read (a result that can be appealed), renew, or again."""

    product: UUID
    name: str
    application: UUID | None
    stage: str
    grade: str
    selected: str
    until: date | None
    serial: str
    next: str


STATES = """
SELECT p.id, p.name, a.id, coalesce(a.stage, ''), coalesce(a.grade, ''), coalesce(s.grade, ''), s.valid_to,
       coalesce(c.serial, '')
FROM ikm_product AS p
LEFT JOIN LATERAL (
    SELECT id, stage, grade FROM ikm_selection_application WHERE product_id = p.id ORDER BY started_at DESC LIMIT 1
) AS a ON true
LEFT JOIN ikm_selected AS s ON s.product_id = p.id AND s.ended_at IS NULL
LEFT JOIN ikm_selection_application AS w ON w.id = s.application_id
LEFT JOIN ikm_certificate AS c ON c.id = w.certificate
WHERE p.producer_id = %s AND p.withdrawn_at IS NULL ORDER BY p.name, p.id LIMIT %s
"""

_NEXT = {"": "apply", "draft": "write", "mending": "mend", "decided": "read"}
_OVER = ("closed", "withdrawn", "lapsed", "revoked")


def state_of_products(producer: Producer) -> list[ProductState]:
    """Every product of the producer with where its selection stands; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(STATES, [producer.pk, MOST])
        rows = cursor.fetchall()
    return [ProductState._make((*row, _next(row[3], row[5]))) for row in rows]


def _next(stage: str, selected: str) -> str:
    if stage in _OVER:
        return "renew" if selected else "again"
    return _NEXT.get(stage, "wait")


class Page(NamedTuple):
    """A stretch of a queue, and where the next begins ("" at the end)."""

    rows: list[Application]
    next: str


def to_verify(person: Person, regions: Sequence[str], after: str, now: datetime) -> Page:
    """What waits for a pendamping of these regions, the longest waiting first; without those close to this person."""
    return _page(_of_regions(Application.objects.filter(stage="submitted"), regions), person, after, now)


def to_validate(person: Person, regions: Sequence[str], after: str, now: datetime) -> Page:
    """What waits for a dinas of these regions; the centre validates nothing."""
    places = [region for region in regions if region]
    return _page(_of_regions(Application.objects.filter(stage="verified"), places), person, after, now)


def to_score(person: Person) -> list[Assignment]:
    """The sheets this curator is to write, the soonest due first."""
    rows = Assignment.objects.filter(curator=person.pk, ended_at=None, handed_in_at=None)
    return list(rows.select_related("application__product", "application__producer").order_by("due_at", "id")[:MOST])


def scored(person: Person) -> list[Assignment]:
    """What this curator handed in last."""
    rows = Assignment.objects.filter(curator=person.pk, handed_in_at__isnull=False)
    return list(rows.select_related("application__product", "application__producer").order_by("-handed_in_at")[:PAGE])


def waiting_counts(regions: Sequence[str]) -> dict[str, int]:
    """How many wait to be verified and to be validated in these regions; one statement."""
    rows = _of_regions(Application.objects.filter(stage__in=("submitted", "verified")), regions)
    return dict(rows.values_list("stage").annotate(count=Count("pk")))


def regions_of(organisations: Iterable[str]) -> tuple[str, ...]:
    """The regions of those bodies; "" is the whole country."""
    return tuple(Organisation.objects.filter(code__in=list(organisations)).values_list("region", flat=True))


def batches_of(organisations: Iterable[str]) -> list[Batch]:
    """The calls of those bodies, the latest first, with how many applications each has (``count``)."""
    rows = Batch.objects.filter(organisation__code__in=list(organisations)).select_related("organisation")
    return list(rows.annotate(count=Count("applications")).order_by("-closes_on", "-id")[:MOST])


def revocations_of(organisations: Iterable[str]) -> list[Revocation]:
    """Revocations that wait for a second official."""
    rows = Revocation.objects.filter(answered_at=None, application__batch__organisation__code__in=list(organisations))
    return list(rows.select_related("application__product", "application__producer").order_by("asked_at")[:MOST])


def flags_of(organisations: Iterable[str]) -> list[Flag]:
    """The latest flags of those bodies."""
    rows = Flag.objects.filter(organisation__in=list(organisations)).select_related("application__product")
    return list(rows.order_by("-at")[:PAGE])


def of_batch(batch: Batch, stage: str, after: str) -> Page:
    """The applications of a call, of one stage or ("") all."""
    rows = Application.objects.filter(batch=batch)
    return _keyset(rows.filter(stage=stage) if stage else rows, after)


def most_apart(batch: Batch) -> list[Decision]:
    """The decisions of a call whose first two sheets lay furthest apart."""
    rows = Decision.objects.filter(application__batch=batch, distance__gt=0).select_related("application__product")
    return list(rows.order_by("-distance", "-at")[:10])


def scores_in(batch: Batch, person: Person) -> bool:
    """Whether this person scores an application of the call whose sheets are not all in: then a list of its curators
    could tell them who the other one is."""
    rows = Assignment.objects.filter(curator=person.pk, ended_at=None, application__batch=batch)
    return rows.filter(application__stage__in=BLIND).exists()


def result_of(product: Product) -> tuple[Application | None, str]:
    """The latest application of a product, and its certificate's serial ("" none); two statements at most."""
    row = (
        Application.objects.filter(product=product)
        .select_related("producer", "product", "batch__organisation", "previous")
        .order_by("-started_at")
        .first()
    )
    if row is None or row.certificate is None:
        return row, ""
    serial = Certificate.objects.filter(pk=row.certificate).values_list("serial", flat=True).first()
    return row, serial or ""


def names_of(people: Iterable[UUID | None]) -> dict[UUID, str]:
    """The names of staff, by id; an account that was erased has none."""
    return dict(Person.objects.filter(pk__in={who for who in people if who}).values_list("pk", "name"))


def note_view(application: UUID, person: UUID, role: str, photo: str, now: datetime) -> None:
    """Write down that somebody of the staff looked."""
    View.objects.create(application_id=application, person=person, role=role, photo=photo, at=now)


def views_of(application: Application) -> list[tuple[str, int, datetime]]:
    """For the producer: as what, how often and when last its application was opened; never by whom."""
    rows = View.objects.filter(application=application, photo="").order_by("role", "-at").values_list("role", "at")
    found: dict[str, tuple[int, datetime]] = {}
    for role, at in rows:
        times, last = found.get(role, (0, at))
        found[role] = (times + 1, last)
    return [(role, times, last) for role, (times, last) in found.items()]


def _of_regions(rows: QuerySet[Application], regions: Sequence[str]) -> QuerySet[Application]:
    if "" in regions:
        return rows
    return rows.filter(Q(regency__in=list(regions)) | Q(province__in=list(regions)))


def _page(rows: QuerySet[Application], person: Person, after: str, now: datetime) -> Page:
    found = _keyset(rows, after)
    close = ties.find([row.pk for row in found.rows], [str(person.pk)], now)
    free = [row for row in found.rows if not set(close[row.pk].get(str(person.pk), ())) - {ties.COLLEAGUE}]
    return Page(free, found.next)


def _keyset(rows: QuerySet[Application], after: str) -> Page:
    """By ``moved_at`` and id; ``after`` is "microseconds.id" of the last row shown, anything else the beginning."""
    at, _, pk = after.partition(".")
    try:
        start = (datetime.fromtimestamp(int(at) / 1_000_000, UTC), UUID(pk))
    except (ValueError, OverflowError, OSError):
        start = None
    if start is not None:
        rows = rows.filter(Q(moved_at__gt=start[0]) | Q(moved_at=start[0], pk__gt=start[1]))
    found = list(
        rows.select_related("product", "producer", "batch__organisation").order_by("moved_at", "pk")[: PAGE + 1]
    )
    if len(found) <= PAGE:
        return Page(found, "")
    last = found[PAGE - 1]
    micros = int(last.moved_at.timestamp()) * 1_000_000 + last.moved_at.microsecond
    return Page(found[:PAGE], f"{micros}.{last.pk}")
