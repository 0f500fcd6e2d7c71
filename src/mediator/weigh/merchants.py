"""The columns of a population of merchants: names, types and units. Everything else in ``weigh`` speaks in these.

Money is whole rupiah a year in int64 (``_rp``), never a float: at thirteen billion rupiah a float32 can't tell a
merchant one rupiah below the threshold from one above it. Shares are integers of parts per million (``_ppm``). Words
(country, sector, province, ...) are codes: places in the tuples below or in ``sectors()`` and ``provinces()``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

COUNTRIES = ("ID", "CN", "ZZ")
"""ISO 3166 alpha-2; ZZ is the standard's code for "unknown" and stands for every other country."""

SIZE_CLASSES = ("micro", "small", "medium", "large")
CHANNELS = ("offline", "chat", "marketplace")
"""How a merchant sells: not online, online by chat and own pages, or on marketplaces, where rails are."""

DTYPES: dict[str, type[np.generic]] = {
    "id": np.int64,
    "country": np.uint8,
    "sector": np.uint8,
    "province": np.uint8,
    "size_class": np.uint8,
    "channel": np.uint8,
    "curated": np.bool_,
    "mentored": np.bool_,
    "import_share_ppm": np.int64,
    "world_rp": np.int64,
    "indonesia_rp": np.int64,
    "online_rp": np.int64,
    "rail_rp": np.int64,
    "ticket_rp": np.int64,
    "weight": np.int64,
}


@dataclass(frozen=True)
class Merchants:
    """Rows of a population, one array a column, all of one length.

    ``id``: unique in its population; everything drawn at random for a merchant is keyed by it.
    ``country``, ``sector``, ``province``, ``size_class``, ``channel``: codes. Province 0 is "abroad or unknown".
    ``curated``, ``mentored``: selected by curators, and went through mentoring.
    ``import_share_ppm``: what part of its sales are goods made abroad.
    ``world_rp`` >= ``indonesia_rp`` >= ``online_rp`` >= ``rail_rp`` >= 0: yearly turnover everywhere, in Indonesia, in
    Indonesia online, and over the rail that is weighed.
    ``ticket_rp``: what one of its deals comes to, above 0.
    ``weight``: how many merchants the row stands for, above 0; 1 in a full population.
    """

    id: Ints
    country: Codes
    sector: Codes
    province: Codes
    size_class: Codes
    channel: Codes
    curated: Flags
    mentored: Flags
    import_share_ppm: Ints
    world_rp: Ints
    indonesia_rp: Ints
    online_rp: Ints
    rail_rp: Ints
    ticket_rp: Ints
    weight: Ints

    def __post_init__(self) -> None:
        lengths = {len(getattr(self, name)) for name in DTYPES}
        assert len(lengths) == 1, f"columns differ in length: {lengths}"
        for name, dtype in DTYPES.items():
            assert getattr(self, name).dtype == dtype, f"{name} is {getattr(self, name).dtype}, not {dtype}"

    def __len__(self) -> int:
        return len(self.id)

    @property
    def columns(self) -> dict[str, npt.NDArray[np.generic]]:
        """The arrays by name, in the order of the fields."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def take(self, rows: npt.NDArray[np.generic] | slice) -> Merchants:
        """Some of the rows, by place, mask or slice."""
        return Merchants(**{name: column[rows] for name, column in self.columns.items()})  # type: ignore[arg-type]

    def to_arrow(self) -> pa.Table:
        """The same columns as an Arrow table; nothing is copied but the flags."""
        return pa.table({name: pa.array(column) for name, column in self.columns.items()})


def concatenate(parts: Sequence[Merchants]) -> Merchants:
    """One population of several; their ids must differ."""
    return Merchants(**{name: np.concatenate([part.columns[name] for part in parts]) for name in DTYPES})
