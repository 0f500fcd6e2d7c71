"""The words of the answer, Indonesian first: for what is measured, for who and where, and for what must be said.

Codes become words here and nowhere else. What depends on the numbers is composed in ``findings``.
"""

from __future__ import annotations

from typing import NamedTuple

from mediator.weigh.answer import Answer, Channel, OptionFacts, ReadingFacts, SourceRow, TornadoRow

from .figures import Language, plain
from .parameter_words import parameter_name


class Text(NamedTuple):
    """A text in both languages; ``text.say(language)`` gives one."""

    id: str
    en: str

    def say(self, language: Language) -> str:
        """The text in a language."""
        return self.id if language == "id" else self.en


MEASURE = {
    "waived_indonesia": Text("Pembebasan untuk pedagang Indonesia", "Fees waived for Indonesian merchants"),
    "waived_china": Text("Pembebasan untuk pedagang Tiongkok", "Fees waived for China's merchants"),
    "waived_other": Text("Pembebasan untuk pedagang negara lain", "Fees waived for other countries' merchants"),
    "waived": Text("Biaya yang dibebaskan", "Fees waived"),
    "sales_domestic": Text("Penjualan produsen dalam negeri", "Sales of domestic producers"),
    "sales_curated": Text("Penjualan IKM terkurasi", "Sales of curated IKM"),
    "sales_producers": Text("Penjualan produsen dalam negeri lain", "Sales of other domestic producers"),
    "sales_resold": Text("Penjualan barang impor oleh pedagang Indonesia", "Imports sold by Indonesian merchants"),
    "sales_china": Text("Penjualan pedagang Tiongkok", "Sales of China's merchants"),
    "sales_other": Text("Penjualan pedagang negara lain", "Sales of other countries' merchants"),
    "sales_domestic_percent": Text("Penjualan produsen dalam negeri, persen", "Sales of domestic producers, per cent"),
    "price_percent": Text("Harga belanja daring", "Price of online purchases"),
    "consumers": Text("Konsumen", "Consumers"),
    "profit_curated": Text("Laba IKM terkurasi", "Profit of curated IKM"),
    "profit_producers": Text("Laba produsen dalam negeri lain", "Profit of other domestic producers"),
    "profit_resold": Text("Laba penjual barang impor di Indonesia", "Profit of Indonesian sellers of imports"),
    "profit_indonesia": Text("Laba pedagang Indonesia", "Profit of Indonesian merchants"),
    "profit_abroad": Text("Laba pedagang luar negeri", "Profit of merchants abroad"),
    "vat": Text("PPN", "VAT"),
    "duty": Text("Bea masuk", "Import duty"),
    "income_tax": Text("Pajak penghasilan", "Income tax"),
    "government": Text("Penerimaan negara", "State revenue"),
    "rail": Text("Penerimaan rel yang ditimbang", "Revenue of the weighed rail"),
    "rail_indonesia": Text("Penerimaan rel yang tinggal di Indonesia", "Rail revenue that stays in Indonesia"),
    "domestic_rail": Text("Penerimaan rel dalam negeri", "Revenue of the domestic rail"),
    "platform": Text("Komisi lokapasar", "Marketplaces' commission"),
    "held_back_indonesia": Text("Penjualan yang ditahan, Indonesia", "Sales held back, Indonesia"),
    "held_back_china": Text("Penjualan yang ditahan, Tiongkok", "Sales held back, China"),
    "net": Text("Neto bagi Indonesia", "Net for Indonesia"),
}
"""Name of each of ``answer.MEASURES``."""

SHORT_PART = {
    "consumers": Text("Konsumen", "Consumers"),
    "profit_indonesia": Text("Laba pedagang", "Merchants' profit"),
    "government": Text("Negara", "State"),
    "rail_indonesia": Text("Rel", "Rails"),
    "net": Text("Neto", "Net"),
}
"""Names short enough for an axis."""

COUNTRY = {
    "ID": Text("Indonesia", "Indonesia"),
    "CN": Text("Tiongkok", "China"),
    "ZZ": Text("Negara lain", "Other countries"),
}
SIZE = {
    "micro": Text("Mikro", "Micro"),
    "small": Text("Kecil", "Small"),
    "medium": Text("Menengah", "Medium"),
    "large": Text("Besar", "Large"),
}
SECTOR = {
    "food": Text("Makanan dan minuman", "Food and drink"),
    "fashion": Text("Pakaian", "Clothing"),
    "footwear": Text("Sepatu dan tas", "Shoes and bags"),
    "cosmetics": Text("Kosmetik", "Cosmetics"),
    "household": Text("Perlengkapan rumah", "Household goods"),
    "furniture": Text("Mebel", "Furniture"),
    "electronics": Text("Elektronik", "Electronics"),
    "toys": Text("Mainan", "Toys"),
    "crafts": Text("Kerajinan", "Crafts"),
    "other": Text("Lainnya", "Other"),
}
KIND = {
    "notch": Text("di bawah ambang bebas seluruhnya", "all or nothing"),
    "kink": Text("bagian pertama bebas bagi semua", "first part free for all"),
    "sliding": Text("tarif naik bertahap", "rate slides up"),
}
KIND_SHORT = {
    "notch": Text("seluruh omzet", "whole turnover"),
    "kink": Text("bagian pertama", "first part"),
    "sliding": Text("bertahap", "sliding"),
}
BASE = {
    "world": Text("omzet dunia", "world turnover"),
    "indonesia": Text("omzet di Indonesia", "turnover in Indonesia"),
    "rail": Text("omzet di rel ini", "turnover on the rail"),
}
CHANNEL: dict[Channel, Text] = {
    "fee": Text("biayanya saja", "the fee alone"),
    "entry": Text("dengan masuknya penjual asing", "with foreign sellers entering"),
}
CHANNEL_NOTE: dict[Channel, Text] = {
    "fee": Text(
        "Relnya ada dalam kedua keadaan; hanya biayanya yang berbeda.",
        "The rail is there either way; only its fee differs.",
    ),
    "entry": Text(
        "Rel itu baru datang, dan dengannya penjual asing yang dulu tidak ada. Ini bukan akibat tawaran itu saja.",
        "The rail comes, and with it foreign sellers who were not there before. This is not the offer's effect alone.",
    ),
}
VERDICT = {
    "gain": Text("arah pasti: naik", "sign certain: up"),
    "loss": Text("arah pasti: turun", "sign certain: down"),
    "none": Text("tidak berubah", "no change"),
    "uncertain": Text("arah belum pasti", "sign uncertain"),
}
ELIGIBLE = {
    "all": Text("Semua usaha", "Every business"),
    "domestic": Text("Usaha Indonesia", "Indonesian businesses"),
    "domestic_micro_small": Text("Mikro dan kecil Indonesia", "Indonesia's micro and small"),
    "curated": Text("IKM terkurasi", "Curated IKM"),
    "curated_mentored": Text("IKM terkurasi bermentor", "Curated and mentored IKM"),
}
QUALITY = {
    "published": Text("terbit", "published"),
    "derived": Text("diturunkan", "derived"),
    "assumed": Text("asumsi", "assumed"),
}

SIMULATED = Text("Angka simulasi, bukan data resmi.", "Simulated figures, not official data.")

CAVEATS = (
    Text(
        "Pedagang dibangkitkan dari tabel kelas usaha, bukan daftar nyata; provinsi dibagi menurut jumlah usaha.",
        "Merchants are drawn from tables of size classes, no real register; provinces share by their number.",
    ),
    Text(
        "Kelas usaha yang terbit mencampur modal dan penjualan, jadi bukan omzet murni.",
        "Published size classes mix capital and sales, so they are not turnover alone.",
    ),
    Text(
        "Pangsa impor dihitung dari barang yang ditawarkan, bukan dari nilai penjualan.",
        "Import shares count goods on offer, not the value that is sold.",
    ),
    Text(
        "Biaya pembayaran kecil di samping selisih harga dan potongan lokapasar 4–10%.",
        "The payment fee is small beside price gaps and the 4–10% that marketplaces take.",
    ),
    Text(
        "Keseimbangan sebagian: kurs tetap, lapangan kerja tidak dihitung.",
        "Partial equilibrium: the exchange rate stays, jobs are not counted.",
    ),
    Text(
        "Elastisitas berasal dari data impor 1994–2003.",
        "The elasticities come from import data of 1994–2003.",
    ),
    Text(
        "Laba pedagang asing tidak masuk neto.",
        "Profit of foreign merchants is not in the net.",
    ),
    Text(
        "Perlakuan sama bisa jadi kewajiban perjanjian (perlakuan nasional WTO, bab niaga-el); bukan nasihat hukum.",
        "Equal treatment may be a treaty duty (WTO national treatment, e-commerce chapters); this is no legal advice.",
    ),
    Text(
        "Hasilnya bergantung pada omzet mana yang dipakai untuk ambang dan pada siapa pemilik rel.",
        "The result depends on whose turnover the threshold counts and on who owns the rail.",
    ),
    Text(
        "Berapa usaha yang akan memecah akun agar tetap di bawah ambang tidak diketahui.",
        "How many would split their accounts to stay below the threshold is not known.",
    ),
)

NOT_MONEY = (
    Text(
        "Data transaksi mengalir ke luar negeri bila pengelola rel ada di sana.",
        "Data on trade leaves the country if the rail is run abroad.",
    ),
    Text(
        "Ketergantungan pada satu rel: biaya yang hari ini nol bisa dinaikkan kelak.",
        "Dependence on one rail: a fee that is zero today can be raised later.",
    ),
    Text(
        "Pengawasan: otoritas kita menjangkau pengelola asing hanya lewat izin dan kerja sama.",
        "Supervision: our authorities reach a foreign operator only through licences and cooperation.",
    ),
)

ASK = (
    Text(
        "BPS: sebaran omzet usaha daring per kelas, sektor, dan provinsi dari SE2026.",
        "BPS: turnover of online businesses by class, sector and province from SE2026.",
    ),
    Text(
        "BI: nilai dan jumlah transaksi niaga-el per bulan, QRIS per kelas usaha, dan biaya yang benar-benar ditagih.",
        "BI: monthly value and number of e-commerce deals, QRIS by size class, and the fees really charged.",
    ),
    Text(
        "DJBC: nilai kiriman barang per negara asal dan pos tarif, sebelum dan sesudah batas US$ 100.",
        "DJBC: value of parcels by origin and tariff line, before and after the US$ 100 floor.",
    ),
)


def word(table: dict[str, Text], code: str, language: Language) -> str:
    """A code's word; a code without one is told as it is."""
    text = table.get(code)
    return text.say(language) if text else code.replace("_", " ")


def behaviour_words(code: str, language: Language) -> str:
    """A theory of behaviour at a threshold; ``elastic_0.25`` names the elasticity that it takes."""
    name, _, size = code.partition("_")
    if name == "elastic" and size:
        said = Text("elastisitas", "elasticity").say(language)
        return f"{said} {plain(float(size), language)}"
    return Text("margin tipis", "thin margin").say(language) if code == "thin_margin" else code.replace("_", " ")


def short_meaning(row: TornadoRow | SourceRow, language: Language, most: int = 58) -> str:
    """A parameter in a few words; one without a name of its own has its meaning's first clause, cut to a length."""
    key = row.parameter if isinstance(row, TornadoRow) else row.key.rpartition(".")[2]
    name = parameter_name(key, language)
    if name != key:
        return name[:1].upper() + name[1:]
    text = row.meaning_id if language == "id" else row.meaning_en
    clause = " ".join(text.split()).split(":")[0].split(";")[0].rstrip(". ")
    clause = clause[:1].upper() + clause[1:]
    return clause if len(clause) <= most else clause[:most].rsplit(" ", 1)[0].rstrip(",") + " …"


def base_year(answer: Answer, language: Language) -> str:
    """The base year; ``now`` has the year of the day whose policies count."""
    if answer.base_year != "now":
        return answer.base_year
    return Text(f"sekarang ({answer.on[:4]})", f"now ({answer.on[:4]})").say(language)


def option_title(option: OptionFacts, language: Language) -> str:
    """An option's name."""
    return option.title_id if language == "id" else option.title_en


def option_sentence(option: OptionFacts, language: Language) -> str:
    """An option's policy in one sentence."""
    return option.sentence_id if language == "id" else option.sentence_en


def reading_words(kind: str | None, base: str | None, language: Language, short: bool = False) -> str:
    """A reading in words: ``omzet dunia, di bawah ambang bebas seluruhnya``."""
    kinds = KIND_SHORT if short else KIND
    parts = [word(table, code, language) for table, code in ((BASE, base), (kinds, kind)) if code]
    return ", ".join(parts) if parts else Text("tanpa ambang", "no threshold").say(language)


def reading_of(key: str) -> ReadingFacts:
    """The reading that a key such as ``notch-world`` stands for."""
    kind, _, base = key.partition("-")
    return ReadingFacts(None, None) if key == "plain" else ReadingFacts(kind, base or None)


def reading_key_words(key: str, language: Language, short: bool = False) -> str:
    """A reading's key in words."""
    facts = reading_of(key)
    return reading_words(facts.kind, facts.base, language, short)
