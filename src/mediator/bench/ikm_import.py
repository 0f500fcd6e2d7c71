"""How long a register takes to import: a made-up file, as dirty as real ones, into a database of its own.

Regions are real; names, persons and numbers are made up from a seed. About one row in a hundred has a fault, one in
fifty is nearly the double of an earlier one.
"""

from __future__ import annotations

import csv
import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil  # type: ignore[import-untyped]

HEADER = (
    "No", "Nama Usaha", "NIB", "Nama Pemilik", "NIK", "No HP", "Alamat", "Kode Wilayah", "Kab/Kota", "KBLI",
    "Tenaga Kerja", "Modal (juta Rp)", "Omzet (juta Rp)", "Tahun Data", "No. P-IRT", "Sertifikat Halal",
)  # fmt: skip

_WHAT = (
    "Keripik Singkong", "Keripik Pisang", "Batik Tulis", "Batik Cap", "Tenun Ikat", "Kopi Bubuk", "Gula Semut", "Tempe",
    "Tahu", "Kerupuk Udang", "Sambal Botol", "Anyaman Bambu", "Mebel Jati", "Sepatu Kulit", "Tas Rajut", "Madu Hutan",
    "Teh Celup", "Abon Sapi", "Bakpia", "Dodol", "Roti Kering", "Sirup Markisa", "Minyak Kelapa", "Garam Rakyat",
    "Ukiran Kayu", "Gerabah", "Perak Bakar", "Sasirangan", "Songket", "Jamu Serbuk", "Kecap Manis", "Terasi",
)  # fmt: skip
_FIRST = (
    "Sari", "Berkah", "Barokah", "Makmur", "Jaya", "Mekar", "Sumber", "Tunas", "Cahaya", "Karya", "Mandiri", "Usaha",
    "Sekar", "Rejeki", "Lestari", "Anugerah", "Putra", "Putri", "Dewi", "Surya", "Bintang", "Mitra", "Sinar", "Harapan",
)  # fmt: skip
_SECOND = (
    "Rasa", "Bersama", "Abadi", "Sentosa", "Indah", "Utama", "Bunda", "Nusantara", "Sejahtera", "Wangi", "Melati",
    "Kenanga", "Mulya", "Agung", "Asih", "Pertiwi", "Rahayu", "Wijaya", "Kencana", "Maju", "Manis", "Murni", "Segar",
)  # fmt: skip
_OWNERS = (
    "Siti", "Nur", "Sri", "Dewi", "Agus", "Budi", "Eko", "Wahyu", "Rina", "Yuni", "Hendra", "Ahmad", "Fitri", "Ratna",
    "Joko", "Slamet", "Wati", "Endang", "Made", "Ketut", "Rahmat", "Yusuf", "Maria", "Yohanes", "Lina", "Tono",
)  # fmt: skip
_KBLI = (
    "10792",
    "10750",
    "13121",
    "13134",
    "10761",
    "10721",
    "10391",
    "10392",
    "10293",
    "16291",
    "31001",
    "15202",
    "10779",
)


def make_file(path: Path, producers: int, seed: int = 1) -> None:
    """Write a register of so many producers as CSV with semicolons, as an office's Excel saves it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADER)
        writer.writerows(_rows(producers, seed))


def _rows(producers: int, seed: int) -> Iterator[list[str]]:
    from mediator.ikm.producers.regions import bps_code
    from mediator.shop.places import REGENCIES, regency_name

    chance = random.Random(seed)
    codes = list(REGENCIES)
    nibs = iter(chance.sample(range(10**12, 10**13), producers))
    before: list[str] = []
    for number in range(1, producers + 1):
        code = chance.choice(codes)
        row = _row(chance, number, str(next(nibs)), code, regency_name(code))
        if chance.random() < 0.02 and before:
            row[1], row[7], row[8] = _misspelt(chance, before[1]), before[7], before[8]
            row[2] = "" if chance.random() < 0.7 else row[2]
        elif chance.random() < 0.05:
            row[7] = bps_code(code) or code
        if chance.random() < 0.01:
            _spoil(chance, row)
        if chance.random() < 0.1:
            before = row
        yield row


def _row(chance: random.Random, number: int, nib: str, code: str, name: str) -> list[str]:
    what, first, second = chance.choice(_WHAT), chance.choice(_FIRST), chance.choice(_SECOND)
    owner = f"{chance.choice(_OWNERS)} {chance.choice(_OWNERS)}{chance.choice(_SECOND).lower()}"
    born = (
        f"{chance.randint(1, 28) + 40 * chance.randint(0, 1):02}{chance.randint(1, 12):02}{chance.randint(60, 99):02}"
    )
    nik = f"{code.replace('.', '')}{chance.randint(1, 30):02}{born}{chance.randint(1, 9999):04}"
    is_food = what.split()[0] not in (
        "Batik",
        "Tenun",
        "Anyaman",
        "Mebel",
        "Sepatu",
        "Tas",
        "Ukiran",
        "Gerabah",
        "Songket",
    )
    pirt = halal = ""
    if is_food and chance.random() < 0.6:
        pirt = f"{chance.randint(1, 8)}{chance.randint(1, 15):02}{code.replace('.', '')}{chance.randint(1, 20):02}"
        pirt = f"P-IRT {pirt}{number % 9999 + 1:04}-{chance.randint(24, 31)}"
    if is_food and chance.random() < 0.5:
        halal = f"ID{code[:2]}110{number:08}{chance.randint(1, 12):02}{chance.randint(21, 25)}"
    sales = int(chance.lognormvariate(4.5, 1.2)) + 1
    return [
        str(number), f"{what} {first} {second}", nib, owner, nik, f"08{chance.randint(10**9, 10**10 - 1)}",
        f"Jl. {chance.choice(_SECOND)} No. {chance.randint(1, 200)}", code, name, chance.choice(_KBLI),
        str(chance.randint(1, 40)), f"{sales // 3 + 1}", f"{sales},5", str(chance.randint(2022, 2025)), pirt, halal,
    ]  # fmt: skip


def _misspelt(chance: random.Random, name: str) -> str:
    place = chance.randrange(1, max(2, len(name) - 1))
    return chance.choice((f"UD {name}", name.upper(), name[:place] + name[place + 1 :]))


def _spoil(chance: random.Random, row: list[str]) -> None:
    """One of the faults real registers have."""
    column, value = chance.choice(
        (
            (2, row[2][:12]), (2, f"{row[2][:1]},{row[2][1:6]}E+12"), (7, "99.99"), (8, "Kab. Antah Berantah"), (1, ""),
            (14, "P-IRT 9063306010072-19"), (15, "ID123"), (9, "0000"), (10, "banyak"), (12, "dua"), (5, "0812"),
            (4, "1234"),
        )
    )  # fmt: skip
    row[column] = value


def measure(producers: int, on_step: Callable[[str], None] = lambda step: None, workers: int = 2) -> dict[str, Any]:
    """Import a made-up register and import it again. Seconds are wall time of the import alone; ``peak_mb`` is the most
    that this process and its children held at once, PostgreSQL apart."""
    from mediator.bench.place import bench_database, durability
    from mediator.ikm.producers.organisations import make_organisation

    with TemporaryDirectory() as folder, bench_database():
        path = Path(folder) / "register.csv"
        on_step("making a register")
        make_file(path, producers)
        now = datetime.now(UTC)
        organisation, _ = make_organisation("bench", "Dinas Ukur", "ministry", now)
        on_step("importing")
        first, seconds, peak = _timed(path, organisation, now, workers)
        on_step("importing it again")
        again, seconds_again, _ = _timed(path, organisation, now, workers)
        return {
            "producers": producers,
            "import_seconds": round(seconds, 2),
            "import_seconds_per_million": round(seconds * 1_000_000 / producers, 1),
            "reimport_seconds_per_million": round(seconds_again * 1_000_000 / producers, 1),
            "reimport_changed": again.counts["new"] + again.counts["changed"],
            "peak_mb": round(peak),
            "counts": first.counts,
            "permits": _count("ikm_permit"),
            "doubles": _count("ikm_register_double"),
            "size_classes": _count("ikm_size_class"),
            "file_mb": round(path.stat().st_size / 1e6, 1),
            "database": durability(),
        }


def _timed(path: Path, organisation: Any, now: datetime, workers: int) -> tuple[Any, float, float]:
    from mediator.ikm.registers import importing
    from mediator.ikm.registers.mapping import guess, open_table
    from mediator.ikm.registers.reading import FOR_COMMANDS, read_lines

    began = time.perf_counter()
    with _Watch() as watch, path.open("rb") as file:
        header = open_table(read_lines(file, FOR_COMMANDS), "producers").header
        imported = importing.begin(
            organisation, "producers", path.name, file, guess(header, "producers"), "bench", now, date(2025, 12, 31)
        )
        result = importing.apply(imported, importing.FileSource(path, workers), now)
    return result, time.perf_counter() - began, watch.peak_mb


def _count(table: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 (a constant)
        return int(cursor.fetchone()[0])


class _Watch:
    """The most memory this process and its children held at once, looked at ten times a second."""

    def __init__(self) -> None:
        self.peak_mb = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> _Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        own = psutil.Process(os.getpid())
        while not self._over.wait(0.1):
            held = 0
            for process in (own, *own.children(recursive=True)):
                try:
                    if "postgres" not in process.name():
                        held += process.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            self.peak_mb = max(self.peak_mb, held / 1e6)
