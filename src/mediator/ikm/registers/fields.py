"""What a register may say, by kind of file: our fields, and how ministries and dinas head their columns.

A field is one column of a file; several of ours make one piece of a producer (code and name of a place).
"""

from __future__ import annotations

from typing import NamedTuple


class Field(NamedTuple):
    """``spellings`` are headers as ``fold`` writes them; ``needed``: one of each needed group must be mapped."""

    code: str
    spellings: tuple[str, ...]


KINDS = ("producers", "permits", "participants")
AMOUNTS = ("capital", "sales")
DAYS = ("started_on", "closed_on", "issued_on", "valid_to", "enrolled_on")
PERMITS = ("p-irt", "bpom-md", "halal", "sppt-sni", "merek", "tkdn")
"""Permits that a register of producers may carry in columns of their own, each with ``<kind>:valid_to``."""

_WHO = (
    Field("number", ("noregister", "nomorregister", "noreg", "noinduk", "nomorinduk", "idikm", "kodeikm", "idumkm",
                     "kodeumkm", "noanggota", "nomoranggota", "registernumber", "memberid", "idproducer", "kodeusaha")),
    Field("nib", ("nib", "nomorindukberusaha", "nonib", "nomornib", "businessidentificationnumber", "businessid")),
    Field("name", ("namausaha", "namaikm", "namaumkm", "namaperusahaan", "namaproducer", "nama", "usaha", "perusahaan",
                   "businessname", "name", "company", "producer", "namaindustri", "namabrand", "namakelompok",
                   "namabadanusaha", "namaunitusaha", "namatoko", "merkusaha")),
)  # fmt: skip

_PLACE = (
    Field("region_code", ("kodewilayah", "kodekabkota", "kodekab", "kodekota", "kodedaerah", "kdkab", "kodekabupaten",
                          "kodekabupatenkota", "regioncode", "regencycode", "kodebps", "kodekemendagri", "kdwilayah")),
    Field("regency", ("kabkota", "kabupatenkota", "kabupaten", "kota", "kotakabupaten", "kotakab", "regency", "city",
                      "district/city", "daerah", "wilayah", "regencycity", "kabkot", "namakabkota")),
    Field("province", ("provinsi", "propinsi", "prov", "province", "namaprovinsi")),
    Field("district_code", ("kodekecamatan", "kodekec", "kdkec", "districtcode")),
)  # fmt: skip

_PRODUCERS = (
    *_WHO,
    Field("owner", ("namapemilik", "pemilik", "namapengusaha", "owner", "ownername", "penanggungjawab", "namapimpinan",
                    "pimpinan", "namapelakuusaha", "pelakuusaha", "direktur", "namapenanggungjawab")),
    Field("nik", ("nik", "noktp", "nomorktp", "ktp", "nikpemilik", "nomorindukkependudukan", "residentnumber",
                  "nonik")),
    Field("npwp", ("npwp", "nonpwp", "nomornpwp", "taxnumber", "nomorpokokwajibpajak")),
    Field("phone", ("telepon", "telp", "notelp", "nohp", "hp", "nomorhp", "telephp", "phone", "whatsapp", "nowa",
                    "kontak",
                    "notelepon", "nomortelepon", "telephone", "handphone", "telponhp", "notelphp", "mobile")),
    Field("email", ("email", "surel", "alamatemail", "emailaddress", "e-mail")),
    Field("address", ("alamat", "alamatusaha", "alamatlengkap", "address", "alamatpabrik", "jalan", "alamatproduksi")),
    *_PLACE,
    Field("kbli", ("kbli", "kodekbli", "kbli2020", "kbli2017", "kodekbli2020", "nokbli", "kblikode", "klui")),
    Field("workers", ("tenagakerja", "jumlahtenagakerja", "jmltenagakerja", "tk", "jumlahtk", "karyawan",
                      "jumlahkaryawan",
                      "workers", "employees", "jumlahpekerja", "pekerja", "tenagakerjaorang", "jmltk", "naker")),
    Field("capital", ("modal", "modalusaha", "investasi", "nilaiinvestasi", "jumlahmodal", "capital", "investment",
                      "asetusaha", "nilaiinvestasirp", "modalrp", "modalkerja", "investasirp")),
    Field("sales", ("omzet", "omset", "omzetpertahun", "omsetpertahun", "omzettahunan", "penjualan", "hasilpenjualan",
                    "penjualantahunan", "hasilpenjualantahunan", "sales", "annualsales", "turnover", "revenue",
                    "nilaiproduksi", "omzetrp", "pendapatan")),
    Field("figures_year", ("tahundata", "tahun", "year", "tahunomzet", "datayear", "tahunpendataan")),
    Field("started_on", ("tahunberdiri", "tanggalberdiri", "tglberdiri", "mulaiusaha", "berdiri", "established",
                         "startedon",
                         "tanggalmulai", "tglmulaiusaha")),
    Field("closed_on", ("tanggaltutup", "tgltutup", "closedon", "tutup")),
    Field("organisation", ("kodeorganisasi", "kodedinas", "organisationcode", "instansi")),
    Field("p-irt", ("pirt", "nopirt", "nomorpirt", "sppirt", "spp-irt", "nosppirt", "izinpirt")),
    Field("bpom-md", ("bpom", "bpommd", "nobpom", "izinbpom", "nomorbpom", "md", "bpomrimd", "izinedarbpom", "nomd")),
    Field("halal", ("halal", "nohalal", "sertifikathalal", "nosertifikathalal", "nomorhalal", "halalcertificate")),
    Field("sppt-sni", ("spptsni", "sni", "nosni", "sertifikatsni", "nospptsni")),
    Field("merek", ("merek", "merk", "nomerek", "haki", "sertifikatmerek", "hki", "nomormerek", "trademark", "nohaki")),
    Field("tkdn", ("tkdn", "notkdn", "sertifikattkdn")),
    *(Field(f"{kind}:valid_to", tuple(f"{lead}{kind.replace('-', '')}" for lead in
            ("masaberlaku", "berlakusampai", "berlakuhingga", "tglberakhir", "expired", "validto", "kadaluarsa")))
      for kind in PERMITS),
)  # fmt: skip

_PERMITS = (
    *_WHO,
    Field("kind", ("jenisizin", "jenis", "izin", "kindofpermit", "permitkind", "kind", "jenissertifikat", "sertifikat",
                   "jenisperizinan", "permit")),
    Field("permit_number", ("nomorizin", "noizin", "nomorsertifikat", "nosertifikat", "permitnumber",
                            "certificatenumber",
                            "nomorperizinan", "nomor", "no.izin")),
    Field("product", ("produk", "namaproduk", "product", "productname", "jenisproduk", "namabarang")),
    Field("issuer", ("penerbit", "diterbitkanoleh", "issuer", "instansipenerbit", "lembaga", "issuedby")),
    Field("scope", ("ruanglingkup", "lingkup", "scope", "tipe")),
    Field("issued_on", ("tanggalterbit", "tglterbit", "terbit", "issuedon", "issued", "tglizin", "tanggalizin",
                        "tglpenetapan", "tanggalpenetapan")),
    Field("valid_to", ("berlakusampai", "berlakuhingga", "masaberlaku", "tglberakhir", "tanggalberakhir", "validto",
                       "expires",
                       "expiry", "tglkadaluarsa", "expireddate", "tanggalkedaluwarsa", "validuntil")),
)  # fmt: skip

_PARTICIPANTS = (
    *_WHO,
    Field("programme", ("program", "kodeprogram", "programme", "programcode", "kegiatan", "namaprogram",
                        "namakegiatan")),
    Field("enrolled_on", ("tanggaldaftar", "tgldaftar", "mulai", "enrolledon", "tglmulai", "tanggalmulai", "enrolled",
                          "startdate")),
)  # fmt: skip

FIELDS: dict[str, tuple[Field, ...]] = {
    "producers": _PRODUCERS,
    "permits": _PERMITS,
    "participants": _PARTICIPANTS,
}

NEEDED: dict[str, tuple[tuple[str, ...], ...]] = {
    "producers": (("name",), ("region_code", "regency", "province")),
    "permits": (("nib", "number"), ("kind",), ("permit_number",)),
    "participants": (("nib", "number"), ("programme",)),
}
"""Of each group at least one column must be there."""


def fold(header: str) -> str:
    """A header as spellings are compared: small letters, without signs, without what stands in brackets."""
    bare = header.split("(", maxsplit=1)[0] or header
    return "".join(sign for sign in bare.casefold() if sign.isalnum())


def codes(kind: str) -> tuple[str, ...]:
    """The codes of a kind's fields, in order."""
    return tuple(field.code for field in FIELDS[kind])
