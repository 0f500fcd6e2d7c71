"""Parameters in a few words each, for axes and sentences; what exactly they mean stands in the list of sources."""

from __future__ import annotations

from .figures import Language

NAMES: dict[str, tuple[str, str]] = {
    "gmv_usd": ("besar pasar daring", "size of the online market"),
    "exchange_rate": ("kurs dolar", "exchange rate"),
    "direct_share": ("bagian impor yang dijual langsung penjual asing", "share of imports sold by foreign merchants"),
    "china_share": ("bagian Tiongkok di antara penjual asing", "China's share of foreign sellers"),
    "rail_share": ("bagian penjualan lewat rel ini", "share of sales paid over this rail"),
    "pass_through": ("penerusan biaya ke harga", "pass-through to prices"),
    "eta": ("elastisitas belanja daring", "elasticity of online spending"),
    "sigma_scale": ("daya ganti domestik-impor", "scale of domestic-import substitution"),
    "sigma_domestic": ("daya ganti antarproduk domestik", "substitution among domestic goods"),
    "margin_domestic": ("laba produsen", "producers' margin"),
    "margin_resold": ("laba penjual barang impor", "importing resellers' margin"),
    "margin_foreign": ("laba penjual asing", "foreign sellers' margin"),
    "entry_elasticity": ("elastisitas masuknya penjual", "elasticity of entry"),
    "access_entry": ("penjual asing yang datang karena rel", "foreign sellers who come with the rail"),
    "ppn_rate": ("tarif PPN", "VAT rate"),
    "ppn_coverage_domestic": ("cakupan PPN produk domestik", "VAT coverage of domestic goods"),
    "ppn_coverage_imports": ("cakupan PPN impor", "VAT coverage of imports"),
    "ppn_coverage_outside": ("cakupan PPN belanja lain", "VAT coverage of other spending"),
    "duty_collected": ("bea masuk yang terpungut", "duty actually collected"),
    "income_tax_rate": ("tarif PPh final", "income tax rate"),
    "tax_compliance": ("kepatuhan pajak", "tax compliance"),
    "rail_owner_domestic": ("kepemilikan Indonesia atas rel", "Indonesian ownership of the rail"),
    "rail_choice_kappa": ("kepekaan pilihan rel pada biaya", "how strongly merchants follow rail fees"),
    "domestic_rail_fee": ("biaya rel domestik", "the domestic rail's fee"),
    "platform_commission": ("komisi lokapasar", "marketplaces' commission"),
    "notch_elasticity": ("elastisitas omzet di ambang", "elasticity at the threshold"),
    "non_responding": ("usaha yang tidak bereaksi", "merchants who don't respond"),
    "margin_at_threshold": ("laba di sekitar ambang", "margin around the threshold"),
    "weight": ("bagian belanja tiap sektor", "sectors' shares of spending"),
    "import_share": ("bagian barang impor", "share of imported goods"),
    "sigma_m": ("daya ganti antarnegara asal impor", "substitution among imports"),
    "sigma": ("daya ganti domestik-impor per sektor", "domestic-import substitution by sector"),
    "duty": ("bea masuk", "import duty"),
    "population.ID": ("omzet usaha terbesar Indonesia", "size of Indonesia's largest merchants"),
    "population.CN": ("sebaran omzet penjual Tiongkok", "how unequal China's sellers are"),
}


def parameter_name(key: str, language: Language) -> str:
    """A parameter in a few words; its key where it has none."""
    return NAMES[key][0 if language == "id" else 1] if key in NAMES else key
