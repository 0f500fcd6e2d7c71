"""The example's world: one clock for everything, the parties of a deal, and what each of them can do.

Every method is what a page would do for that party: words and photographs go into evidence, the command names it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from mediator.deals import outbox
from mediator.deals.clock import SYSTEM_CLOCK, SetClock
from mediator.deals.engine import Engine
from mediator.deals.history import read_deal
from mediator.deals.sweep import sweep
from mediator.example.accounts import DOMAIN
from mediator.example.drawing import parcel, received
from mediator.example.drawing.scene import Look
from mediator.example.shelves import keep_photo
from mediator.example.shops import shops
from mediator.mediation.cases import deciding
from mediator.mediation.cases.assigning import candidates
from mediator.mediation.cases.catalogue import catalogue_at
from mediator.mediation.cases.models import Case, Proposal
from mediator.mediation.cases.previewing import Asked
from mediator.mediation.cases.projection import case_of
from mediator.mediation.errors import MediationError
from mediator.mediation.evidence import pointer, put_evidence
from mediator.mediation.photos.intake import take_in
from mediator.people.models import Person
from mediator.protocol import Actor, ClaimKind, Command, Deal, Details, Remedy, Role
from mediator.rails import service, transfers
from mediator.rails.registry import find_rail
from mediator.rails.sandbox import SandboxRail
from mediator.shop import paying
from mediator.shop.checkout import Address, Item, Order, Parcel, open_deals
from mediator.shop.fees import freight
from mediator.shop.models import Listing
from mediator.shop.orders import promise_of

SPACE = UUID("6d656469-6174-6f72-8000-636f6e746f68")
"""Keys of what the example does are made of this and of what is done: the same world has the same keys."""

ROUND = timedelta(hours=6)
ORDINARY = "biasa-"
"""How the names of deals begin that only count."""

PLACES = (
    ("Jl. Kenanga 12 RT 03/05, Menteng", "31.71", "10310"), ("Jl. Dago Pojok 7", "32.73", "40135"),
    ("Perum Griya Asri B4/9", "35.78", "60231"), ("Jl. Pattimura 21", "73.71", "90111"),
    ("Jl. Ahmad Yani 88", "63.71", "70233"), ("Kompleks Skyline, Entrop", "91.71", "99221"),
    ("Jl. Teuku Umar 40", "51.71", "80114"), ("Jl. Gajah Mada 3", "12.71", "20152"),
)  # fmt: skip
GUESTS = ("Bu Ningsih", "Pak Dodi", "Cici Lim", "Reza Hidayat", "Mbak Tari", "Om Yance", "Putri Amelia", "Bang Ucok")


class Refused(Exception):
    """A step that the rules did not take: the example's own fault."""


class Told:
    """A deal that is being told: its parties, and where it stands."""

    def __init__(self, world: World, name: str, buyer: Person | None, listing: Listing, quantity: int) -> None:
        self.world, self.name, self.person, self.listing, self.quantity = world, name, buyer, listing, quantity
        self.chance = random.Random(name)
        self.buyer = str(buyer.pk) if buyer else f"guest-{uuid5(SPACE, name)}"
        self.place = ("", "")
        self.code = ""
        self.courier = "jne"
        self.acts = 0
        self.is_shown = not name.startswith(ORDINARY)
        """Whether somebody will look at it closely: then the parcel was photographed before it left."""

    # what is known

    def deal(self) -> Deal:
        stored = read_deal(*self.place)
        assert stored is not None
        return stored.deal

    def actor(self, role: Role) -> Actor:
        who = {Role.BUYER: self.buyer, Role.MERCHANT: str(self.listing.merchant_id), Role.COURIER: self.courier}
        return Actor(role, who[role])

    def look(self) -> Look:
        return self.world.looks[self.listing.title]

    # what is done

    def order(self, link: str = "", clocks: tuple[tuple[str, str], ...] = ()) -> None:
        merchant = self.listing.merchant
        street, regency, postcode = PLACES[self.chance.randrange(len(PLACES))]
        name = self.person.name if self.person else self.chance.choice(GUESTS)
        email = self.person.email if self.person else ""
        phone = f"+62857{self.chance.randrange(10**7, 10**8)}"
        cost = freight(merchant, regency[:2], self.listing.weight_g * self.quantity)
        item = Item(promise_of(self.listing), self.quantity, self.listing.category, str(self.listing.pk))
        to = Address(name, phone, street, regency, email, postcode)
        order = Order(
            str(uuid5(SPACE, f"{self.name}/order")),
            self.buyer,
            to,
            (Parcel(merchant, (item,), cost, clocks, link),),
            self.person,
        )
        opened = open_deals(self.world.engine, order, self.world.now())
        self.place = (opened.deals[0].book, opened.deals[0].id)
        self.code = paying.ask(opened.purchase_code, self.world.now())

    def pay(self, permille: int = 1000) -> None:
        whole = self.deal().terms.amount // 100
        part = whole * permille // 1000 * 100
        notice = self.world.rail.pay(self.code, part, reference=f"contoh-{uuid5(SPACE, f'{self.name}/{self.acts}')}")
        service.take(self.world.engine, self.world.rail.name, [notice])

    def ship(self, courier: str = "jne") -> None:
        self.courier = courier
        tracking = f"{courier.upper()}{self.chance.randrange(10**9, 10**10)}"
        if self.is_shown:
            photo = self.world.keep(parcel(self.look().label or self.listing.title, self.chance.randrange(10**6)))
            words = f"Dikirim lewat {courier.upper()}, paket ditimbang {self.listing.weight_g * self.quantity} gram."
            self._show(Role.MERCHANT, "dispatch", words, [photo])
        self.do(Role.MERCHANT, "ship", courier=courier, tracking=tracking)

    def deliver(self) -> None:
        self.do(Role.COURIER, "deliver")

    def claim(self, kind: ClaimKind, remedy: Remedy, words: str, damage: str, permille: int = 1000) -> None:
        photos = []
        if damage:
            photos = [self.world.keep(received(self.look(), damage, n)) for n in range(2)]
        details: dict[str, Any] = {
            "kind": kind,
            "remedy": remedy,
            "reason": self._show(Role.BUYER, "claim", words, photos),
        }
        if remedy is Remedy.PARTIAL_REFUND:
            details["amount"] = self.share(permille)
        self.do(Role.BUYER, "claim", **details)

    def share(self, permille: int) -> int:
        """So much of what is held or disputed, in whole rupiah, as minor units."""
        state = self.deal().state
        open_claim = state.claim is not None and state.claim.stage != "closed"
        whole = state.claim.amount if open_claim and state.claim else state.purse.get("held", 0)
        return whole // 100 * permille // 1000 * 100

    def offer(self, role: Role, permille: int, words: str, needs_return: bool = False) -> None:
        reason = self._show(role, "answer", words, [])
        self.do(role, "offer", amount=self.share(permille), reason=reason, needs_return=needs_return)

    def contest(self, words: str) -> None:
        photo = self.world.keep(received(self.look(), "", 7))
        self.do(Role.MERCHANT, "contest", evidence=self._show(Role.MERCHANT, "answer", words, [photo]))

    def submit(self, role: Role, words: str, damage: str | None = None) -> None:
        photos = [] if damage is None else [self.world.keep(received(self.look(), damage, 3))]
        self.do(role, "submit_evidence", evidence=self._show(role, "mediation", words, photos))

    def appeal(self, role: Role, words: str) -> None:
        self.do(role, "appeal", reason=self._show(role, "appeal", words, []))

    def contest_return(self, words: str) -> None:
        photo = self.world.keep(received(self.look(), "torn", 5))
        self.do(Role.MERCHANT, "contest_return", reason=self._show(Role.MERCHANT, "return", words, [photo]))

    def decide(
        self, permille: int, reasons: tuple[str, ...], words: str, needs_return: bool, confirm: bool = True
    ) -> None:
        """The mediator who was drawn decides; above the policy's amount somebody who may do so confirms."""
        world = self.world
        world.work()
        case, deal, now = case_of(*self.place), self.deal(), world.now()
        assert case is not None, self.name
        assert case.mediator is not None, self.name
        catalogue, asked = catalogue_at(case.opened_at), Asked(self.share(permille), needs_return)
        key = str(uuid5(SPACE, f"{self.name}/decide/{case.instance}"))
        mediator = case.mediator
        step = deciding.propose(world.engine.apply, case, deal, mediator, asked, reasons, catalogue, words, key, now)
        if step.proposal.stage == "waiting" and confirm:
            second = next(person for person in candidates(now) if self._may_confirm(case, step.proposal, person.person))
            who = Person.objects.get(pk=second.person)
            step = deciding.confirm(world.engine.apply, case, deal, str(step.proposal.pk), who, now)
        if step.proposal.stage not in ("decided", "waiting"):
            raise Refused(f"{self.name}: {step.proposal.stage}: {step.proposal.answer}")

    def _may_confirm(self, case: Case, proposal: Proposal, person: str) -> bool:
        try:
            deciding.check_second(case, proposal, Person.objects.get(pk=person), self.world.now())
        except MediationError:
            return False
        return True

    def do(self, role: Role, name: str, **details: Any) -> None:
        """Send one command; Refused when the rules do not take it."""
        self.acts += 1
        key = f"{name}/{uuid5(SPACE, f'{self.name}/{self.acts}')}"
        command = Command(*self.place, name, self.actor(role), key, Details(**details))
        result = self.world.engine.apply([command])[0]
        if not result.ok:
            raise Refused(f"{self.name}: {name} by {role}: {result.code}: {result.message}")

    def _show(self, role: Role, purpose: str, words: str, photos: list[str]) -> str:
        self.acts += 1
        who = self.actor(role).id
        key = f"{purpose}/{uuid5(SPACE, f'{self.name}/{self.acts}')}"
        return pointer(put_evidence(*self.place, role.value, who, purpose, words, photos, key, self.world.now()))


class World:
    """The clock, the engine and the rail on it, and the worker's rounds."""

    def __init__(self, start: datetime, listings: dict[str, Listing], people: dict[str, Person]) -> None:
        self.clock = SetClock(start)
        self._next_round = start + ROUND
        self.engine = Engine(self.clock)
        rail = find_rail("sandbox")
        assert isinstance(rail, SandboxRail)
        self.rail = rail
        self.listings, self.people = listings, people
        self.looks = {good.title: good.look for shop in shops() for good in shop.goods}

    def now(self) -> datetime:
        return self.clock.now()

    def keep(self, picture: bytes) -> str:
        return keep_photo(take_in(picture), self.now())

    def pass_to(self, at: datetime) -> None:
        """Let time run until then. The worker's rounds are some hours apart: whatever happens between two of them is
        told of at once, which makes loading three times as fast."""
        while self._next_round <= at:
            self.clock.at = max(self.clock.at, self._next_round)
            self._next_round += ROUND
            self.work()
        self.clock.at = max(self.clock.at, at)

    def work(self) -> None:
        """One round of the worker: clocks, events, transfers, and the events of those."""
        sweep(self.engine)
        outbox.deliver(self.clock)
        if transfers.send_due(self.engine):
            outbox.deliver(self.clock)

    @contextmanager
    def rail_on_our_clock(self) -> Iterator[None]:
        """The sandbox is one for the whole process: it gets the machine's clock back afterwards."""
        self.rail.clock = self.clock
        try:
            yield
        finally:
            self.rail.clock = SYSTEM_CLOCK


def address_of(local: str) -> str:
    """The whole address of an account."""
    return f"{local}@{DOMAIN}"
