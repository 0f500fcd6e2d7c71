"""Loads the example: one transaction, so that a crash leaves nothing behind, and a clock that ends at now."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import uuid5

from django.apps import apps
from django.db import transaction

from mediator.deals import freezes
from mediator.deals.models import Deal
from mediator.example import marker
from mediator.example.accounts import make_accounts
from mediator.example.ikm.path import Path
from mediator.example.ikm.pictures import asked, named
from mediator.example.shelves import open_shops
from mediator.example.shops import shops
from mediator.example.stories import BATIK, CLOSED_CASES, EVERY_STATUS, TAS, Story, do, order, ordinary, pay, ship
from mediator.example.world import SPACE, Told, World
from mediator.people.models import Person, RoleGrant
from mediator.protocol import Role
from mediator.rails import service
from mediator.rails.sandbox import Behaviour
from mediator.shop import baskets
from mediator.shop.links import Offer, make_link
from mediator.shop.models import DealLink, Listing, Merchant
from mediator.shop.orders import promise_of

ORDINARY = 70
LENGTH = timedelta(days=45)
PAYOUT_FAILS_AT = "Olahraga Pejuang"
FROZEN = "Gim Lawas"

Progress = Callable[[str, int, int], None]
"""Told what is done now, how many steps of it are done, and of how many."""


class NotEmpty(Exception):
    """The database holds deals that are not the example's."""

    code = "not_empty"


def is_loaded() -> bool:
    """Whether the example is there; its marker is mended when only that was lost."""
    if not RoleGrant.objects.filter(granted_by=marker.GRANTED_BY).exists():
        return False
    if not marker.marker_file().exists():
        marker.mark(RoleGrant.objects.filter(granted_by=marker.GRANTED_BY).values_list("granted_at", flat=True)[0])
    return True


def load(now: datetime, progress: Progress = lambda what, done, of: None) -> bool:
    """Fill the database; False when the example is there already. NotEmpty when anything else is."""
    if is_loaded():
        return False
    if Deal.objects.exists() or Merchant.objects.exists():
        raise NotEmpty(
            "This database holds merchants or deals already, and the example would mix with them; "
            "load it into an empty one (for example with MEDIATOR_DATA=/tmp/example mediator example)."
        )
    with transaction.atomic():
        _load(now, progress)
    marker.mark(now)
    return True


def _load(now: datetime, progress: Progress) -> None:
    start = now - LENGTH
    people = make_accounts(start)
    pictures = asked()
    steps = _Counted(progress, "shops", 2 * sum(len(shop.goods) for shop in shops()) + len(pictures))
    listings, digests = open_shops(people, [one.look for one in pictures], start, steps.done)
    path = Path(people, listings, named(digests))
    steps = _Counted(progress, "path", 2)
    path.before(start)
    steps.done(1)
    world = World(start, listings, people)
    with world.rail_on_our_clock():
        stories = [*EVERY_STATUS, *CLOSED_CASES, _failed_payout(), *ordinary(ORDINARY)]
        tell(world, stories, now, _Counted(progress, "deals", sum(len(story.steps) for story in stories)).done)
        _by_link(world)
        _loose_ends(world)
    path.until(now)
    steps.done(1)
    # Nobody shall get mail of what never happened: what the worker would send is over.
    apps.get_model("notices", "Notice").objects.filter(stage="queued").update(stage="stale")


class _Counted:
    def __init__(self, progress: Progress, what: str, of: int) -> None:
        self.progress, self.what, self.of, self.at = progress, what, of, 0

    def done(self, steps: int) -> None:
        self.at += steps
        self.progress(self.what, self.at, self.of)


def tell(world: World, stories: Sequence[Story], now: datetime, done: Callable[[int], None]) -> None:
    """Tell all stories at once, each step at its time; then let the clock run to ``now``."""
    waiting: list[tuple[datetime, int, int]] = []
    told = []
    for number, story in enumerate(stories):
        buyer = world.people[story.buyer] if story.buyer else None
        listing = world.listings[story.good]
        told.append(Told(world, story.name or f"{story.ends}-{number}", buyer, listing, story.quantity))
        heapq.heappush(waiting, (now - timedelta(hours=story.ago), number, 0))
    while waiting:
        at, number, step = heapq.heappop(waiting)
        assert at < now, f"{stories[number]} is not over yet"
        world.pass_to(at)
        stories[number].steps[step][1](told[number])
        done(1)
        if step + 1 < len(stories[number].steps):
            after = timedelta(hours=stories[number].steps[step + 1][0])
            heapq.heappush(waiting, (at + after, number, step + 1))
    world.pass_to(now)
    world.work()
    for number, story in enumerate(stories):
        status = told[number].deal().status
        assert status == story.ends, f"{story.good}: {status}, not {story.ends}"


def _failed_payout() -> Story:
    """A sale whose money the merchant's bank does not take."""
    shop = next(shop for shop in shops() if shop.name == PAYOUT_FAILS_AT)
    steps = (
        (0, order), (1, pay), (10, ship("pos")), (40, do(Role.COURIER, "deliver")),
        (10, lambda deal: deal.world.rail.plan(str(deal.listing.merchant_id), Behaviour.FAIL)),
        (1, do(Role.BUYER, "accept")),
    )  # fmt: skip
    return Story("released", shop.goods[0].title, 80, steps, "rizky", 2)


def _by_link(world: World) -> None:
    """Offers made in a chat: two that wait, and one that a guest has paid by."""
    now, owner = world.now(), world.people["penjual"]
    offers = ((BATIK + "sogan", "many", 0), (TAS + "terakota", "once", 12_000_00), (BATIK + "marun", "once", None))
    links = [_link(world.listings[title], uses, freight, owner, now) for title, uses, freight in offers]
    paid = Told(world, "lewat-tautan", None, world.listings[BATIK + "marun"], 1)
    paid.order(link=links[2].code)
    paid.pay()
    world.work()


def _link(listing: Listing, uses: str, freight: int | None, owner: Person, now: datetime) -> DealLink:
    offer = Offer(promise_of(listing), listing.category, 1, freight, uses, listing=listing)
    key = str(uuid5(SPACE, f"link/{listing.title}/{uses}"))
    return make_link(listing.merchant, offer, key, str(owner.pk), now)


def _loose_ends(world: World) -> None:
    """What an operator has to look at, and a basket."""
    now = world.now()
    stray = world.rail.pay("TRANSFER TANPA KODE", 75_000_00, reference="contoh-tanpa-kode", unit="IDR")
    service.take(world.engine, world.rail.name, [stray])
    frozen = Merchant.objects.get(name=FROZEN)
    freezes.freeze(
        str(frozen.book_id),
        str(world.people["operator"].pk),
        "Tiga pembeli melaporkan nomor resi yang sama dalam sehari.",
        str(uuid5(SPACE, "freeze")),
        now - timedelta(hours=2),
    )
    basket = baskets.open_basket(world.people["pembeli"], now)
    for title, quantity in (("Cokelat batang 70 % Polewali 60 g, sogan", 3), ("Sambal roa 150 g, merah cabai", 2)):
        baskets.put(basket, world.listings[title], quantity, now)
