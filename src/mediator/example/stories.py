"""The deals of the example: what is bought, by whom, and what happens when. One of every status, and many more.

A story begins ``ago`` hours before now; each step says after how many more hours who does what.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mediator.example.shops import shops
from mediator.example.world import Told
from mediator.protocol import ClaimKind, Remedy, Role

Act = Callable[[Told], None]
Steps = tuple[tuple[float, Act], ...]

B, M, C = Role.BUYER, Role.MERCHANT, Role.COURIER
BATIK = "Kain batik tulis kawung, katun primisima 2,5 m, "
KEMEJA = "Kemeja batik pria lengan pendek parang, "
CAP = "Kain batik cap parang, katun prima 2 m, "
TAS = "Tas kain batik perca, "


@dataclass(frozen=True)
class Story:
    """``buyer`` is the first part of an account's address, "" a guest. ``ends`` is the status it has at last."""

    ends: str
    good: str
    ago: float
    steps: Steps
    buyer: str = "pembeli"
    quantity: int = 1
    name: str = ""


def do(role: Role, command: str) -> Act:
    return lambda deal: deal.do(role, command)


def ship(courier: str = "jne") -> Act:
    return lambda deal: deal.ship(courier)


def claim(kind: ClaimKind, remedy: Remedy, words: str, damage: str, permille: int = 1000) -> Act:
    return lambda deal: deal.claim(kind, remedy, words, damage, permille)


def offer(role: Role, permille: int, words: str) -> Act:
    return lambda deal: deal.offer(role, permille, words)


def contest(words: str) -> Act:
    return lambda deal: deal.contest(words)


def submit(role: Role, words: str, damage: str | None = None) -> Act:
    return lambda deal: deal.submit(role, words, damage)


def appeal(role: Role, words: str) -> Act:
    return lambda deal: deal.appeal(role, words)


def decide(permille: int, reasons: tuple[str, ...], words: str, needs_return: bool = False) -> Act:
    """The mediator who has the case decides (and, above the policy's amount, a second one confirms)."""
    return lambda deal: deal.decide(permille, reasons, words, needs_return)


def propose(permille: int, reasons: tuple[str, ...], words: str) -> Act:
    """The same, but the second pair of eyes has not looked yet."""
    return lambda deal: deal.decide(permille, reasons, words, False, confirm=False)


def order(deal: Told) -> None:
    deal.order()


def pay(deal: Told) -> None:
    deal.pay()


def late(deal: Told) -> None:
    deal.pay()


ARRIVED: Steps = ((0, order), (0.4, pay), (5, do(M, "pack")), (14, ship()), (44, lambda d: d.deliver()))
"""Ordered, paid, packed, shipped and delivered: 63 hours and a half."""

NOT_AS = ClaimKind.NOT_AS_DESCRIBED
STAINED = claim(
    NOT_AS, Remedy.REFUND,
    "Kainnya ada noda cokelat sebesar telapak tangan di tengah. Di foto toko bersih. Sudah saya foto begitu dibuka.",
    "stained",
)  # fmt: skip
TORN = claim(
    ClaimKind.DAMAGED, Remedy.RETURN_AND_REFUND,
    "Sampai dalam keadaan robek, kemasannya juga penyok di satu sisi. Saya mau kembalikan.", "torn",
)  # fmt: skip
FADED = claim(
    NOT_AS, Remedy.PARTIAL_REFUND, "Warnanya jauh lebih pucat dari fotonya. Masih bisa dipakai, saya minta sebagian.",
    "faded", 400,
)  # fmt: skip
BOUGHT_CLEAN = contest(
    "Sebelum dikirim kain kami bentangkan dan foto satu per satu. Noda itu tidak ada di foto kami; terlampir."
)

EVERY_STATUS: tuple[Story, ...] = (
    Story("opened", KEMEJA + "nila", 3, ((0, order),)),
    Story("part_paid", CAP + "toska", 6, ((0, order), (1, lambda d: d.pay(500))), quantity=2),
    Story("funded", TAS + "terakota", 9, ((0, order), (0.3, pay))),
    Story("funded", KEMEJA + "hijau", 20, ((0, order), (0.3, pay)), "sari"),
    Story("funded", CAP + "nila", 15, ((0, order), (0.5, pay)), "", 3),
    Story("packed", BATIK + "nila", 22, ((0, order), (1, pay), (16, do(M, "pack"))), "made"),
    Story(
        "cancel_asked", "Selendang batik tulis, sutra ATBM, merah muda", 18,
        ((0, order), (1, pay), (9, do(M, "pack")), (5, do(B, "cancel"))), "agnes",
    ),
    Story("shipped", BATIK + "sogan", 40, ((0, order), (0.2, pay), (5, do(M, "pack")), (15, ship()))),
    Story("delivered", KEMEJA + "sogan", 80, ARRIVED),
    Story("delivered", "Kopi arabika Gayo, biji sangrai 250 g, hijau", 70, ARRIVED, "pembeli", 2),
    Story("claimed", TAS + "sogan", 84, (*ARRIVED, (10, FADED)), "rizky"),
    Story(
        "offered", "Kemeja mega mendung pria, nila", 100,
        (*ARRIVED, (6, FADED), (16, offer(M, 250, "Warna di layar memang beda tipis. Kami potong seperempatnya."))),
    ),
    Story("contested", BATIK + "marun", 105, (*ARRIVED, (8, STAINED), (20, BOUGHT_CLEAN)), "lestari"),
    Story(
        "in_mediation", "Hinggi kombu, ikat Sumba 2,6 m, nila", 150,
        (
            *ARRIVED, (8, STAINED), (20, BOUGHT_CLEAN), (12, do(B, "escalate")),
            (9, submit(B, "Foto ini saya ambil di depan kurir, sebelum tanda tangan. Noda sudah ada.", "stained")),
            (7, submit(M, "Video pengepakan kami kirim; kain dilipat bersih. Noda mungkin dari meja pembeli.", "")),
        ),
    ),
    Story(
        "decided", "Ulos ragi hotang, tenun tangan, marun", 200,
        (
            *ARRIVED, (8, FADED), (12, contest("Pewarna ulos kami alami; di keterangan tertulis bisa beda tipis.")),
            (20, do(B, "escalate")),
            (10, submit(B, "Ini foto di luar rumah, siang hari.", "faded")),
            (12, submit(M, "Foto kain yang sama di toko.", "")),
            (18, decide(400, ("misdescribed", "partial_value"), (
                "Foto toko dan foto pembeli menunjukkan selisih warna yang jelas. Kain utuh dan bisa dipakai, "
                "jadi sebagian uang kembali ke pembeli dan sisanya untuk penenun."
            ))),
        ), "pembeli",
    ),
    Story(
        "in_appeal", "Songket lepus benang emas, satu set, marun", 330,
        (
            *ARRIVED, (8, STAINED), (12, BOUGHT_CLEAN), (20, do(B, "escalate")),
            (10, submit(B, "Noda tembus sampai sisi dalam, lihat foto kedua.", "stained")),
            (12, submit(M, "Penenun memeriksa tiap kain sebelum dibungkus.", "")),
            (30, decide(1000, ("visible_fault",), (
                "Noda terlihat di foto saat paket dibuka, dan tidak ada foto pengiriman dari bagian yang sama. "
                "Risiko di perjalanan ada pada penjual, maka seluruh uang kembali."
            ))),
            (24, appeal(M, "Di video unboxing terlihat gelas kopi di meja. Mohon dilihat mediator lain.")),
            (30, propose(500, ("shared_fault",), (
                "Video menunjukkan gelas di dekat kain, tetapi tidak kapan noda terjadi. Tidak bisa dipastikan; "
                "kerugian dibagi dua."
            ))),
        ), "made", 2,
    ),
    Story(
        "returning", "Keranjang rotan bulat 32 cm, krem", 120, (*ARRIVED, (9, TORN), (14, do(M, "agree"))), "andi",
    ),
    Story(
        "sent_back", "Sandal kulit wanita anyam, terakota", 150,
        (*ARRIVED, (9, TORN), (14, do(M, "agree")), (20, lambda d: d.do(B, "send_back", tracking="JNE0088123456"))),
    ),
    Story(
        "returned", "Mangkuk gerabah glasir 14 cm, toska", 190,
        (
            *ARRIVED, (9, TORN), (14, do(M, "agree")), (20, lambda d: d.do(B, "send_back", tracking="JNE0088123499")),
            (60, do(C, "deliver_back")),
        ), "sari", 4,
    ),
    Story("released", KEMEJA + "nila", 190, (*ARRIVED, (20, do(B, "accept")))),
    Story("refunded", "Madu hutan Sumbawa 640 ml", 90, ((0, order), (0.5, pay), (6, do(M, "cancel")))),
    Story(
        "split", CAP + "nila", 230,
        (*ARRIVED, (6, FADED), (16, offer(M, 300, "Kami potong tiga persepuluh, ya.")), (10, do(B, "agree"))),
        "rizky",
    ),
    Story("expired", "Bangku jati kecil 30 cm, sogan", 60, ((0, order),), "agnes"),
    Story("late", TAS + "sogan", 30, ((0, order), (26, late)), "lestari"),
    Story("cancelled", "Laut Bercerita", 50, ((0, order), (2, do(B, "cancel")))),
)  # fmt: skip
"""At least one deal in every status of the protocol; the seller whose account is shown has most of them."""

CLOSED_CASES: tuple[Story, ...] = (
    Story(
        "released", "Songket lepus benang emas, satu set, nila", 700,
        (
            *ARRIVED, (8, STAINED), (20, BOUGHT_CLEAN), (12, do(B, "escalate")),
            (9, submit(B, "Fotonya terlampir.", "stained")),
            (9, submit(M, "Foto sebelum dikirim terlampir.", "")),
            (20, decide(0, ("fault_not_shown",), (
                "Penjual menunjukkan foto kain yang sama tanpa noda pada hari pengiriman, dengan nomor resi."
            ))),
            (10, do(B, "accept_decision")), (10, do(M, "accept_decision")),
        ), "andi",
    ),
    Story(
        "split", "Syal ikat Sumba, sogan", 650,
        (
            *ARRIVED, (8, FADED), (20, BOUGHT_CLEAN), (12, do(B, "escalate")),
            (9, submit(B, "Fotonya terlampir.", "faded")),
            (9, submit(M, "Fotonya terlampir.", "")),
            (20, decide(500, ("misdescribed",), "Warnanya berbeda dari foto; syalnya utuh. Setengahnya kembali.")),
            (10, do(B, "accept_decision")), (10, do(M, "accept_decision")),
        ), "agnes",
    ),
    Story(
        "refunded", "Lampu meja gerabah dan rotan", 600,
        (
            *ARRIVED, (8, TORN), (20, contest("Sudah kami bungkus tiga lapis.")), (12, do(B, "escalate")),
            (9, submit(B, "Kotaknya penyok sejak di tangan kurir.", "torn")), (9, submit(M, "Fotonya terlampir.", "")),
            (20, decide(1000, ("transit_risk",), "Kap lampu pecah di jalan; selama di jalan risikonya pada penjual.")),
            (10, do(B, "accept_decision")), (10, do(M, "accept_decision")),
        ), "sari",
    ),
)  # fmt: skip


def ordinary(count: int) -> Iterator[Story]:
    """Deals of the last weeks that went as they should, over all shops: what a shop's standing is made of."""
    chance = random.Random("ordinary")
    everything = shops()
    first = [shop for shop in everything if shop.is_curated and shop.is_mentored]
    buyers = ("pembeli", "sari", "made", "agnes", "rizky", "lestari", "andi", "", "", "")
    for number in range(count):
        shop = chance.choice(first) if number % 2 else everything[number % len(everything)]
        good = chance.choice([good for good in shop.goods if (good.stock or 99) > 4] or list(shop.goods))
        steps: Steps = (
            (0, order), (chance.uniform(0.1, 4), pay),
            (chance.uniform(2, 26), ship(chance.choice(("jne", "jnt", "pos")))),
            (chance.uniform(20, 90), lambda d: d.deliver()), (chance.uniform(1, 40), do(B, "accept")),
        )  # fmt: skip
        yield Story(
            "released", good.title, chance.uniform(190, 1000), steps, chance.choice(buyers), 1, f"biasa-{number}"
        )
