"""Fee policies over populations: the very policies of ``mediator.policy``, on arrays.

``deals``: every line of every deal as ``price`` has it. ``year``: what a merchant's year costs, rounded deal by deal.
``on_cells``: what an affine policy charges whole cells, exactly, in milliseconds. ``reading``: how an offer's words
can be read. ``levy``, ``schedules``, ``thresholds``, ``status`` and ``exact`` are what these are made of.
"""

from .affine import is_affine
from .deals import Charges, Deals, Line, charge
from .on_cells import CellCharges, charge_cells, edges_for
from .reading import Reading, read_as, readings_of, threshold_rp, with_threshold
from .year import YearCharges, charge_year

__all__ = [
    "CellCharges",
    "Charges",
    "Deals",
    "Line",
    "Reading",
    "YearCharges",
    "charge",
    "charge_cells",
    "charge_year",
    "edges_for",
    "is_affine",
    "read_as",
    "readings_of",
    "threshold_rp",
    "with_threshold",
]
