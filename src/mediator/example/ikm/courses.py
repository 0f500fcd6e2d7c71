"""How each programme of the example goes: when it meets, about what, and what is measured."""

from __future__ import annotations

from typing import NamedTuple


class Meet(NamedTuple):
    """One session: so many days after enrolling, how, where, about which subjects, and what was done. ``is_missed``:
    one of the producers was not there."""

    day: int
    how: str
    place: str
    subjects: tuple[str, ...]
    words: str
    is_missed: bool = False


class Course(NamedTuple):
    """A round. ``begins`` in days before the end that is counted from; ``task``: title and why, or nothing."""

    programme: str
    office: str
    mentor: str
    name: str
    begins: int
    meets: tuple[Meet, ...]
    task: tuple[str, str] = ("", "")


ONLINE, HALL = "Rapat daring (Zoom)", "Aula kantor perwakilan"

ONBOARDING = Course(
    "bi-onboarding", "bank-indonesia", "bank-indonesia", "Angkatan 2026-I", 200,
    (
        Meet(6, "online", ONLINE, ("digital",), "Membuka akun penjual, memasang kata sandi, dan mengenali penipuan."),
        Meet(15, "online", ONLINE, ("marketplace",), "Menulis judul dan keterangan yang jujur."),
        Meet(24, "place", HALL, ("quality",), "Membandingkan dua seri produk setiap peserta dan menulis contoh acuan."),
        Meet(33, "online", ONLINE, ("packaging",), "Menguji kemasan dengan menjatuhkannya dari meja."),
        Meet(42, "online", ONLINE, ("marketplace",), "Membaca ulasan dan menjawab keluhan dalam satu hari.", True),
        Meet(51, "online", ONLINE, ("quality",), "Mencatat barang gagal setiap seri dan mencari penyebabnya."),
        Meet(60, "place", HALL, ("quality", "packaging"), "Persiapan kurasi: dokumen, foto, dan catatan produksi."),
        Meet(69, "online", ONLINE, ("digital",), "Membandingkan angka sebelum dan sesudah; rencana setengah tahun."),
    ),
)  # fmt: skip
PLUT = Course(
    "plut-kumkm", "kemenkop-ukm", "kemenkop-ukm", "PLUT 2026-I", 195,
    (
        Meet(5, "place", "Rumah produksi", ("production",), "Melihat alur kerja dan menandai yang membuang waktu."),
        Meet(29, "online", ONLINE, ("bookkeeping",), "Memisahkan uang usaha dari uang rumah; mencatat setiap hari."),
        Meet(53, "place", "Rumah produksi", ("permits",), "Memeriksa NIB dan izin produk, serta yang segera berakhir."),
        Meet(77, "online", ONLINE, ("finance",), "Menghitung kebutuhan modal dan membaca syarat KUR."),
        Meet(101, "online", ONLINE, ("bookkeeping",), "Membaca laporan laba rugi dari catatan tiga bulan."),
        Meet(123, "place", "Rumah produksi", ("production",), "Memeriksa hasil perbaikan dan langkah berikutnya."),
    ),
    ("Catat penjualan setiap hari selama sebulan", "Tanpa catatan, harga pokok tidak dapat dihitung."),
)  # fmt: skip
SEHATI = Course(
    "sehati", "bpjph", "bpjph", "SEHATI 2026", 150,
    (
        Meet(12, "place", "Dapur produksi", ("halal",), "Memeriksa daftar bahan dan proses, lalu memotretnya."),
    ),
)  # fmt: skip
SMART = Course(
    "e-smart-ikm", "kemenperin-ikma", "kemenperin-ikma", "e-Smart IKM, lokakarya tenun", 85,
    (
        Meet(1, "place", "Balai industri", ("photographs",), "Memotret kain di cahaya siang; menulis asal motif."),
        Meet(2, "place", "Balai industri", ("photographs",), "Menyusun urutan foto di halaman toko sendiri."),
    ),
)  # fmt: skip
COMPLETED = (ONBOARDING, PLUT, SEHATI, SMART)
"""Days are before the example's deals begin."""

EXPORT = Course(
    "export-coaching", "kemendag-bbppei", "kemendag-bbppei", "ECP 2026, angkatan 3", 70,
    (
        Meet(6, "online", ONLINE, ("export",), "Mengenal pasar tujuan, kode HS, dan dokumen ekspor."),
        Meet(24, "online", ONLINE, ("pricing",), "Menghitung harga FOB dari harga pokok."),
        Meet(41, "place", "BBPPEI Grogol", ("export",), "Kemasan ekspor: bahasa, isi bersih, dan tanda penanganan."),
        Meet(62, "online", ONLINE, ("buyer-contact",), "Menulis surat perkenalan dan katalog satu halaman."),
    ),
    ("Susun katalog satu halaman berbahasa Inggris", "Pembeli di pameran Osaka meminta katalog dengan harga FOB."),
)  # fmt: skip
PLUT_RUNS = Course(
    "plut-kumkm", "kemenkop-ukm", "kemenkop-ukm", "PLUT 2026-II", 55,
    (
        Meet(4, "place", "Rumah produksi", ("production",), "Melihat tempat kerja dan mencatat keadaan awal."),
        Meet(27, "online", ONLINE, ("bookkeeping",), "Memulai buku kas; dua peserta sudah mencatat seminggu penuh."),
        Meet(48, "place", "Rumah produksi", ("permits",), "Memeriksa izin setiap produk dan yang belum lengkap."),
    ),
    ("Foto label depan dan belakang setiap produk", "Kurator meminta label yang terbaca dengan alamat produsen."),
)  # fmt: skip
LEVEL_UP = Course(
    "umkm-level-up", "komdigi", "komdigi", "Level Up Jawa Timur", 45,
    tuple(
        Meet(3 + 7 * week, "online", ONLINE, ("marketplace",) if week % 2 else ("digital",), words)
        for week, words in enumerate((
            "Merapikan halaman toko dan membalas pesan pembeli.", "Menulis keterangan produk yang mudah dicari.",
            "Mengatur jadwal kirim dan nomor resi.", "Membaca angka kunjungan dan memilih produk utama.",
            "Membuat paket hemat dan menghitung labanya.", "Memotret ulang lima produk utama.",
        ))
    ),
)  # fmt: skip
LEFT = Course(
    "pk2umk", "kemenkop-ukm", "other", "PK2UMK Bantul", 120,
    (Meet(8, "place", "Balai desa", ("bookkeeping",), "Memulai buku kas bersama dua belas perajin."),),
)  # fmt: skip
RUNNING = (EXPORT, PLUT_RUNS, LEVEL_UP)
"""Days are before now."""
