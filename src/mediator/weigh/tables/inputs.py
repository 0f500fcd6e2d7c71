"""What went in: how published tables are met, and every number with its source."""

from __future__ import annotations

from mediator.weigh.answer import FitRow, SourceRow
from mediator.weigh.parameters import Parameters
from mediator.weigh.population import PopulationSpec, fit_report


def fit_rows(spec: PopulationSpec | None) -> tuple[FitRow, ...]:
    """How every bracket of every published table is met; nothing for microdata, which isn't fitted."""
    if spec is None:
        return ()
    sources = {stratum.id: "; ".join(dict.fromkeys(where for _, where in stratum.sources)) for stratum in spec.strata}
    return tuple(
        FitRow(
            row.stratum,
            f"{row.low_rp}-{row.high_rp}",
            row.published_merchants,
            row.merchants,
            row.published_rp,
            row.turnover_rp,
            f"{row.rule}: {row.parameter:.3f}",
            sources[row.stratum],
        )
        for row in fit_report(spec)
    )


def source_rows(parameters: Parameters) -> tuple[SourceRow, ...]:
    """Every parameter with its range and source."""
    return tuple(SourceRow(*row) for row in parameters.sources())
