"""The symbols of the model and their units; every formula of ``model`` takes and gives NumPy arrays that broadcast.

Goods sold online in Indonesia fall into five groups, by who made and who sells them:

- ``curated``: made by curated Indonesian producers (IKM) and sold by them;
- ``producers``: made and sold by other Indonesian merchants;
- ``resold``: made abroad and sold by Indonesian merchants;
- ``china``: sold by merchants of China;
- ``other``: sold by merchants of other countries.

Values are rupiah a year (float64: estimates, not money that anybody is paid), prices are ratios new/old, shares and
rates are fractions of 1.
"""

GROUPS = ("curated", "producers", "resold", "china", "other")
DOMESTIC_GOODS = ("curated", "producers")
IMPORTED_GOODS = ("resold", "china", "other")
INDONESIAN_MERCHANTS = ("curated", "producers", "resold")
