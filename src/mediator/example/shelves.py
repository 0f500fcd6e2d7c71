"""Opens the shops and fills their shelves, by the services that a merchant's own pages use."""

from __future__ import annotations

import multiprocessing
import os
import random
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta

import msgspec

from mediator.config.orphans import die_with_parent
from mediator.deals.ids import uuid7
from mediator.example.drawing.scene import Look
from mediator.example.drawing.taking import QUICK, taken
from mediator.example.shops import Good, Shop, shops
from mediator.mediation.keeping import photo_store
from mediator.mediation.models import Photograph
from mediator.mediation.photos.intake import Photo
from mediator.mediation.photos.store import keep
from mediator.people.models import Person
from mediator.shop import words
from mediator.shop.merchants import open_merchant
from mediator.shop.models import Listing, Merchant
from mediator.shop.payout_accounts import add_account
from mediator.shop.places import zone_of_province
from mediator.shop.products import Product, save_product

Step = Callable[[int], None]
"""Told how many steps of the work are done since the last time."""

FIRST_NAMES = {
    "aisyah": "Aisyah Gayo", "martha": "Martha Simanjuntak", "emi": "Emi Yusnita", "zainab": "Zainab Kiemas",
    "timbul": "Timbul Prawirosastro", "mega": "Mega Kartini", "anas": "Anas Fauzi", "sukma": "I Gusti Ayu Sukma",
    "rambu": "Rambu Ana Intan", "jul": "Julmansyah", "norhayati": "Norhayati", "hadijah": "Hadijah Mandar",
    "yosepa": "Yosepa Alua", "latuconsina": "Said Latuconsina", "femmy": "Femmy Rantung", "safira": "Safira Alting",
}  # fmt: skip


def draw_all(looks: Sequence[tuple[Look, int]], now: datetime, done: Step) -> list[tuple[str, ...]]:
    """Draw those pictures from so many angles and keep them; the digests of each, in order."""
    context = multiprocessing.get_context("spawn")  # a forked child would share our connection to the database
    digests = []
    workers = min(4, os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, context, initializer=die_with_parent, initargs=(os.getpid(),)) as pool:
        for photos in pool.map(taken, looks, chunksize=4):
            digests.append(tuple(keep_photo(photo, now) for photo in photos))
            done(1)
    return digests


def keep_photo(photo: Photo, now: datetime) -> str:
    """Keep a drawn picture as a photograph; its digest."""
    record = keep(photo, photo_store())
    encoded = msgspec.json.encode(record).decode()
    row = Photograph(digest=record.digest, record=encoded, kept_at=now, kept_by="system:example")
    Photograph.objects.bulk_create([row], ignore_conflicts=True)
    return record.digest


def open_shops(
    people: dict[str, Person], snaps: Sequence[Look], now: datetime, done: Step
) -> tuple[dict[str, Listing], list[tuple[str, ...]]]:
    """Every shop with its listings, opened over the year before ``now``: listings by title, and the digests of quick
    pictures of ``snaps``."""
    goods = [(shop, good) for shop in shops() for good in shop.goods]
    looks = [(good.look, 1 + (good in shop.goods[:2])) for shop, good in goods]
    photos = draw_all([*looks, *((look, QUICK) for look in snaps)], now, done)
    merchants = {shop.name: _open(shop, people, now - timedelta(days=260 + 7 * n)) for n, shop in enumerate(shops())}
    listings = {}
    for place, (shop, good) in enumerate(goods):
        at = now - timedelta(days=(place * 7) % 28, hours=place % 11)
        listings[good.title] = _list(merchants[shop.name], shop, good, photos[place], at)
        done(1)
    words.refresh()
    return listings, photos[len(goods) :]


def _open(shop: Shop, people: dict[str, Person], at: datetime) -> Merchant:
    owner = people.get(shop.owner) or _owner(shop)
    chance = random.Random(shop.name)
    merchant = open_merchant(
        owner,
        shop.name,
        shop.regency[:2],
        shop.regency,
        at,
        phone=f"+62812{chance.randrange(10**7, 10**8)}",
        about=shop.about,
        freight_near_minor=shop.near_minor,
        freight_far_minor=shop.far_minor,
    )
    bank = chance.choice(("014", "002", "008", "009", "451"))
    add_account(merchant, owner, bank, str(chance.randrange(10**9, 10**10)), owner.name, at)
    return merchant


def _owner(shop: Shop) -> Person:
    """Who runs the shop; without a password, so that nobody signs in as them."""
    person = Person(
        email=f"{shop.owner}@contoh.mediator",
        name=FIRST_NAMES.get(shop.owner, shop.owner.capitalize()),
        zone=zone_of_province(shop.regency[:2]),
    )
    person.set_unusable_password()
    person.save(force_insert=True)
    return person


def _list(merchant: Merchant, shop: Shop, good: Good, photos: tuple[str, ...], at: datetime) -> Listing:
    attributes = [("Warna", good.colour)] if good.colour else []
    if shop.is_curated and good.category in ("women", "men", "kitchen", "household"):
        attributes.append(("Dibuat dengan", "tangan"))
    product = Product(
        good.title, good.text, tuple(attributes), good.category, good.price_minor, good.weight_g, good.stock, photos
    )
    return save_product(merchant, product, None, uuid7(int(at.timestamp() * 1000)), at)
