"""Which parameters there are. What they mean, in which unit, is in the files."""

from __future__ import annotations

from typing import Literal

BaseYear = Literal["2017", "now"]
BASE_YEARS: tuple[BaseYear, ...] = ("2017", "now")
YEAR_TABLES: dict[str, BaseYear] = {"y2017": "2017", "now": "now"}
"""A table of this name inside a parameter's holds for that base year only."""

GLOBAL = (
    "gmv_usd",
    "exchange_rate",
    "direct_share",
    "china_share",
    "rail_share",
    "pass_through",
    "eta",
    "sigma_scale",
    "sigma_domestic",
    "margin_domestic",
    "margin_resold",
    "margin_foreign",
    "entry_elasticity",
    "access_entry",
    "ppn_rate",
    "ppn_coverage_domestic",
    "ppn_coverage_imports",
    "ppn_coverage_outside",
    "duty_collected",
    "income_tax_rate",
    "tax_compliance",
    "rail_owner_domestic",
    "rail_choice_kappa",
    "domestic_rail_fee",
    "platform_commission",
    "notch_elasticity",
    "non_responding",
    "margin_at_threshold",
)
"""One number for the whole economy."""

SECTOR_KINDS = ("weight", "import_share", "sigma_m", "sigma", "duty")
"""One number a sector; the parameter of a sector is called ``sector.kind``: ``food.duty``."""
