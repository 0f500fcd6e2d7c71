"""The 38 provinces as tiles, laid out about as they lie: a map that needs no borders and shows the small ones too.

Places are our own drawing: columns from west to east, rows from north to south, one tile a province.
"""

from __future__ import annotations

from typing import NamedTuple


class Tile(NamedTuple):
    """Where a province's tile lies, and its name in three or four letters."""

    column: int
    row: int
    short: str


TILES: dict[str, Tile] = {
    "11": Tile(0, 0, "Aceh"),
    "12": Tile(1, 1, "Sumut"),
    "13": Tile(1, 2, "Sumbar"),
    "14": Tile(2, 2, "Riau"),
    "21": Tile(3, 1, "Kepri"),
    "15": Tile(2, 3, "Jambi"),
    "17": Tile(1, 3, "Bengk"),
    "16": Tile(2, 4, "Sumsel"),
    "19": Tile(3, 3, "Babel"),
    "18": Tile(2, 5, "Lamp"),
    "36": Tile(3, 6, "Banten"),
    "31": Tile(4, 5, "DKI"),
    "32": Tile(4, 6, "Jabar"),
    "33": Tile(5, 6, "Jateng"),
    "34": Tile(5, 7, "DIY"),
    "35": Tile(6, 6, "Jatim"),
    "51": Tile(7, 7, "Bali"),
    "52": Tile(8, 7, "NTB"),
    "53": Tile(9, 7, "NTT"),
    "61": Tile(5, 2, "Kalbar"),
    "62": Tile(6, 3, "Kalteng"),
    "63": Tile(7, 4, "Kalsel"),
    "64": Tile(7, 2, "Kaltim"),
    "65": Tile(7, 1, "Kaltara"),
    "71": Tile(11, 1, "Sulut"),
    "75": Tile(10, 1, "Gtlo"),
    "72": Tile(9, 2, "Sulteng"),
    "76": Tile(8, 3, "Sulbar"),
    "73": Tile(9, 4, "Sulsel"),
    "74": Tile(10, 4, "Sultra"),
    "82": Tile(12, 2, "Malut"),
    "81": Tile(12, 4, "Maluku"),
    "96": Tile(13, 2, "PBD"),
    "92": Tile(14, 2, "Pabar"),
    "91": Tile(15, 2, "Papua"),
    "94": Tile(14, 3, "Pateng"),
    "95": Tile(15, 3, "Papeg"),
    "93": Tile(15, 4, "Pasel"),
}
"""By Kemendagri number."""
