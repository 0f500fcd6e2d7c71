"""Which distribution each bracket of a stratum gets, and the fit shown row by row."""

from __future__ import annotations

from dataclasses import dataclass

from mediator.weigh.errors import mistrust
from mediator.weigh.population.curve import TurnoverCurve, build
from mediator.weigh.population.fit import (
    Distribution,
    TruncatedLognormal,
    TruncatedPareto,
    exponent_of_mean,
    exponent_through,
    lognormal_of_mean,
)
from mediator.weigh.population.spec import Bracket, PopulationSpec, Stratum


@dataclass(frozen=True)
class FittedBracket:
    """A bracket, its distribution (None when it is empty), its curve, and by what rule it was fitted."""

    bracket: Bracket
    distribution: Distribution | None
    curve: TurnoverCurve
    rule: str


@dataclass(frozen=True)
class FitReport:
    """One row of "fit shown". Turnover in rupiah; ``published_rp`` is None where no total was published; ``parameter``
    is the Pareto exponent or the lognormal's dispersion, ``mean_rp`` the mean a merchant."""

    stratum: str
    low_rp: int
    high_rp: int
    published_merchants: int
    merchants: int
    published_rp: int | None
    turnover_rp: int
    rule: str
    parameter: float
    mean_rp: float


def fit_stratum(stratum: Stratum) -> tuple[FittedBracket, ...]:
    """A distribution for every bracket.

    With a published total: the exponent at which the bracket's mean is that of the table. Without: the exponent through
    the bracket's edges; the top bracket, which has no edge above, takes that of the bracket below it. WeighError
    ``margins_not_met`` when a total can't be met.
    """
    fitted: list[FittedBracket] = []
    exponents = _exponents(stratum)
    for place, bracket in enumerate(stratum.brackets):
        if not bracket.merchants:
            fitted.append(FittedBracket(bracket, None, build(TruncatedPareto(1, 2, 1), 0, None), "empty"))
            continue
        distribution, rule = _distribution(stratum, bracket, *exponents[place])
        curve = build(distribution, bracket.merchants, bracket.turnover_rp)
        fitted.append(FittedBracket(bracket, distribution, curve, rule))
    return tuple(fitted)


def _exponents(stratum: Stratum) -> list[tuple[float, str]]:
    """The exponent that each bracket has when its total is not known."""
    above = [sum(later.merchants for later in stratum.brackets[i:]) for i in range(len(stratum.brackets) + 1)]
    found: list[tuple[float, str]] = []
    for place, bracket in enumerate(stratum.brackets):
        if stratum.exponent is not None:
            found.append((stratum.exponent, "exponent given"))
        elif above[place + 1]:
            edges = (float(bracket.low_rp), float(bracket.high_rp))
            found.append((exponent_through((above[place], above[place + 1]), edges), "through its edges"))
        else:
            found.append((found[-1][0] if found else 1.0, "exponent of the bracket below"))
    return found


def _distribution(stratum: Stratum, bracket: Bracket, exponent: float, rule: str) -> tuple[Distribution, str]:
    """Up to one rupiah below the upper edge, so that whole rupiah stay inside."""
    low, high = float(bracket.low_rp), float(bracket.high_rp - 1)
    if bracket.turnover_rp is None:
        return TruncatedPareto(low, high, exponent), rule
    mean = bracket.turnover_rp / bracket.merchants
    try:
        if stratum.shape == "lognormal":
            assert stratum.sd_ln is not None
            return lognormal_of_mean(low, high, stratum.sd_ln, mean), "dispersion given, mean published"
        return TruncatedPareto(low, high, exponent_of_mean(low, high, mean)), "mean published"
    except ValueError as error:
        raise mistrust("margins_not_met", f"{stratum.id}: {error}; correct the bracket's total or limits.") from None


def fit_report(spec: PopulationSpec) -> list[FitReport]:
    """How every bracket of a population was fitted, published beside synthesised."""
    return [_row(stratum, fitted) for stratum in spec.strata for fitted in fit_stratum(stratum)]


def _row(stratum: Stratum, fitted: FittedBracket) -> FitReport:
    distribution, bracket = fitted.distribution, fitted.bracket
    parameter = 0.0
    if isinstance(distribution, TruncatedPareto):
        parameter = distribution.exponent
    elif isinstance(distribution, TruncatedLognormal):
        parameter = distribution.sd
    return FitReport(
        stratum.id,
        bracket.low_rp,
        bracket.high_rp,
        bracket.merchants,
        fitted.curve.merchants,
        bracket.turnover_rp,
        fitted.curve.total_rp,
        fitted.rule,
        parameter,
        distribution.mean if distribution else 0.0,
    )
