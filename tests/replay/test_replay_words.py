"""Words of buyers, and the claims they make."""

import pytest

from mediator.replay.words import complaint

INDONESIAN = [
    ("barang rusak", "damaged"),
    ("barangnya RUSAAAAK!!", "damaged"),
    ("tidak rusak sama sekali, aman", None),
    ("ga ada yang rusak", None),
    ("gampang rusak katanya", None),
    ("kardus penyok tapi isi aman", None),
    ("dispenser ga berfungsi", "damaged"),
    ("berfungsi dengan baik", None),
    ("paket ga sampe sampe", "not_arrived"),
    ("belum tidak sampai 20 menit", None),
    ("barang tidak di kirim", "not_arrived"),
    ("pipetnya tidak dikirim", "incomplete"),
    ("gak sesuai gambar", "not_as_described"),
    ("tidak sesuai dengan harapan", None),
    ("sesuai pesanan", None),
    ("salah kirim warna", "not_as_described"),
    ("palsu, kw", "counterfeit"),
    ("bukan ori", "counterfeit"),
    ("isinya kosong", "incomplete"),
    ("botolnya bocor", "damaged"),
    ("kurang 1 gan", "incomplete"),
    ("kurang bagus", None),
    ("jelek, kecewa", None),
    ("", None),
]
PORTUGUESE = [
    ("Não recebi o produto", "not_arrived"),
    ("nao recebi nenhuma resposta", None),
    ("Ainda não chegou", "not_arrived"),
    ("Recebi o produto antes do prazo", None),
    ("Veio quebrado", "damaged"),
    ("não está quebrado", None),
    ("Falta de respeito", None),
    ("Faltou uma peça", "incomplete"),
    ("Produto errado", "not_as_described"),
    ("o prazo já está vencido", None),
    ("Péssimo", None),
]


@pytest.mark.parametrize(("text", "kind"), INDONESIAN)
def test_indonesian_words_claim_what_a_reader_understands(text: str, kind: str | None) -> None:
    found = complaint(text, "id")
    assert (found and found.kind) == kind


@pytest.mark.parametrize(("text", "kind"), PORTUGUESE)
def test_portuguese_words_claim_what_a_reader_understands(text: str, kind: str | None) -> None:
    found = complaint(text, "pt")
    assert (found and found.kind) == kind


@pytest.mark.parametrize(
    ("text", "ordered", "missing"),
    [
        ("pesan 3 yg datang 1", 3, 2),
        ("pesen 10 dikirim 4", 10, 6),
        ("beli dua pcs dikirim cuma satu", 2, 1),
        ("barang kurang satu", None, 1),
        ("barang tidak lengkap", None, None),
        ("pesan 3 yang datang 3, tapi ada yang kurang lengkap", None, None),
    ],
)
def test_missing_pieces_are_counted_when_the_words_count_them(
    text: str, ordered: int | None, missing: int | None
) -> None:
    found = complaint(text, "id")
    assert found is not None
    assert (found.kind, found.remedy, found.ordered, found.missing) == (
        "incomplete",
        "partial_refund",
        ordered,
        missing,
    )


def test_the_remedy_follows_the_words_where_goods_can_be_sent_back() -> None:
    def remedy(text: str) -> str:
        found = complaint(text, "id")
        assert found is not None
        return found.remedy

    assert remedy("barang rusak, minta refund") == "refund"
    assert remedy("barang rusak, mau retur") == "return_and_refund"
    assert remedy("paket tidak sampai, mau retur") == "refund"
    assert remedy("barang tidak lengkap, minta refund") == "partial_refund"


def test_further_complaints_are_named_beside_the_first() -> None:
    found = complaint("tidak sesuai gambar, rusak, dan palsu", "id")
    assert found is not None
    assert found.kind == "counterfeit"
    assert found.others == ("damaged", "not_as_described")
