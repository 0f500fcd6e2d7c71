"""Who sells: populations of merchants from published tables (synthesised, seeded) or from microdata."""

from mediator.weigh.population.fitting import FitReport, fit_report
from mediator.weigh.population.market import Market
from mediator.weigh.population.microdata import microdata_chunks, read_microdata
from mediator.weigh.population.output import PopulationSummary, population_summary, write_parquet
from mediator.weigh.population.spec import PopulationSpec, Stratum
from mediator.weigh.population.synthesise import calibrate, chunks, online_turnover, sources, synthesise
from mediator.weigh.population.tables import load_population, read_population, shipped
from mediator.weigh.population.validate import Prediction, validation

__all__ = [
    "FitReport",
    "Market",
    "PopulationSpec",
    "PopulationSummary",
    "Prediction",
    "Stratum",
    "calibrate",
    "chunks",
    "fit_report",
    "load_population",
    "microdata_chunks",
    "online_turnover",
    "population_summary",
    "read_microdata",
    "read_population",
    "shipped",
    "sources",
    "synthesise",
    "validation",
    "write_parquet",
]
