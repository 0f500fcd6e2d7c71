"""The model's formulas: each a small pure function with its units and its source, tested against closed forms.

Convention. A quantity that differs by group of goods is a mapping from a group's name (``symbols.GROUPS``) to its
values; the values themselves are numbers or float64 arrays that broadcast to (draws, sectors). So a parameter drawn
ten thousand times is an array (draws, 1), one that differs by sector is (sectors,), and every formula is written once
for a point estimate and for a Monte Carlo run. Sales and surpluses are rupiah a year (or any other unit, which the
answer then has too), prices are ratios new/old, fees, rates and shares are fractions of 1, changes are new less old.

Values of sales are what buyers pay: taxes and duties are inside them. Nothing here reads a file, a clock or a setting.
What must hold of the arguments is checked where numbers would otherwise mean nothing (``checks``).
"""
