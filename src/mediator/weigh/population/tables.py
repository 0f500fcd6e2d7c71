"""Reading a population's TOML: published tables into a PopulationSpec, every fault at once with its line.

A population has ``id``, ``name``, ``year``, ``notes``, exchange rates and strata; a stratum is one published table.
Money is in the stratum's ``currency`` and converted exactly; decimals stand in quotes so that they stay exact.
"""

from __future__ import annotations

import tomllib
from fractions import Fraction
from importlib import resources
from pathlib import Path

from mediator.money import allocate
from mediator.weigh.errors import Fault, WeighError, located, refusal
from mediator.weigh.merchants import CHANNELS, COUNTRIES, SIZE_CLASSES
from mediator.weigh.population.brackets import read_brackets
from mediator.weigh.population.entries import PPM, Entries, nearest
from mediator.weigh.population.spec import REGIMES, PopulationSpec, Stratum, Variant
from mediator.weigh.vocabulary import SECTORS, provinces

Rates = dict[str, Fraction]
Sources = list[tuple[str, str]]


def shipped() -> tuple[str, ...]:
    """The ids of the populations that come with Mediator."""
    folder = resources.files("mediator.weigh") / "data" / "populations"
    return tuple(sorted(one.name.removesuffix(".toml") for one in folder.iterdir() if one.name.endswith(".toml")))


def load_population(name_or_path: str | Path) -> PopulationSpec:
    """A shipped population by its id, or one from a TOML file. Raises WeighError with every fault."""
    if isinstance(name_or_path, str) and name_or_path in shipped():
        file = resources.files("mediator.weigh") / "data" / "populations" / f"{name_or_path}.toml"
        return read_population(file.read_text(encoding="utf-8"), f"{name_or_path}.toml")
    path = Path(name_or_path)
    if not path.is_file():
        raise refusal("unknown_population", f"There is no population {str(path)!r}: {nearest(str(path), shipped())}.")
    try:
        return read_population(path.read_text(encoding="utf-8"), str(path))
    except UnicodeDecodeError:
        raise refusal("not_utf8", "The file is not UTF-8 text; save it as UTF-8.", path=str(path)) from None


def read_population(text: str, path: str | None = None) -> PopulationSpec:
    """A population from TOML text. Raises WeighError with every fault, each with its line."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = getattr(error, "lineno", None)
        raise WeighError([Fault("not_toml", f"This is not TOML: {error}", (), line)], path) from None
    faults: list[Fault] = []
    root = Entries(table, (), faults)
    rates, rate_sources = _exchange_rates(root)
    rows = table.get("strata")
    root.asked.append("strata")
    if not isinstance(rows, list) or not rows:
        root.fault("missing", "'strata' is missing; give at least one [[strata]].")
        rows = []
    strata = [_stratum(Entries(row, ("strata", place), faults), rates) for place, row in enumerate(rows)]
    for place, stratum in enumerate(strata):
        if stratum.id and stratum.id in {one.id for one in strata[:place]}:
            root.fault("duplicate_id", f"There is another stratum {stratum.id!r}.", ("strata", place, "id"))
    _check_variant_counts(strata, root)
    spec = PopulationSpec(
        root.text("id"),
        root.text("name"),
        root.whole("year", least=1900) or 0,
        root.texts("notes"),
        tuple(strata),
        rates,
        tuple(rate_sources),
    )
    root.finish()
    if faults:
        raise located(faults, text, path)
    return spec


def _exchange_rates(root: Entries) -> tuple[Rates, Sources]:
    rates: Rates = {"IDR": Fraction(1)}
    sources: Sources = []
    tables = root.table.get("exchange_rates", {})
    root.asked.append("exchange_rates")
    for code in Entries(tables, ("exchange_rates",), root.faults).table:
        entry = Entries(tables[code], ("exchange_rates", code), root.faults)
        rate = entry.number("rate")
        if rate == 0:
            entry.fault("not_positive", "'rate' must be above 0.", "rate")
        rates[code] = rate or Fraction(1)
        sources.append((f"rupiah a {code}", entry.source()))
        entry.finish()
    return rates, sources


def _stratum(entry: Entries, rates: Rates) -> Stratum:
    name = entry.text("id")
    country = entry.choice("country", COUNTRIES, "unknown_country")
    rate = rates[entry.choice("currency", list(rates), "unknown_currency")]
    regime = entry.choice("size_class", list(REGIMES), "unknown_size_class")
    shape = entry.choice("distribution", ("pareto", "lognormal"), "unknown_distribution")
    sd_ln = entry.number("sd_ln", required=shape == "lognormal")
    exponent = entry.number("exponent", required=False)
    sources: Sources = [("merchants by turnover", entry.source()), ("size classes", REGIMES[regime].source)]
    brackets = read_brackets(entry, rate, shape, exponent is not None)
    merchants = sum(bracket.merchants for bracket in brackets)
    stratum = Stratum(
        id=name,
        country=country,
        shape="lognormal" if shape == "lognormal" else "pareto",
        regime=regime,
        brackets=brackets,
        sectors=_margin(entry, "sectors", SECTORS, merchants, sources),
        provinces=_provinces(entry, country, merchants, sources),
        channel_ppm=_parts(entry, "channel", CHANNELS, sources, whole=True),
        sells_to_indonesia_ppm=_sells(entry, country, sources),
        curated_ppm=_parts(entry, "curated", SIZE_CLASSES, sources),
        mentored_only_ppm=_parts(entry, "mentored_only", SIZE_CLASSES, sources),
        import_share_ppm=_import_share(entry, country, sources),
        ticket_rp=_ticket(entry, sources),
        sd_ln=None if sd_ln is None else float(sd_ln),
        exponent=None if exponent is None else float(exponent),
        variants=_variants(entry, rate, sources),
        sources=tuple(sources),
    )
    _check_central(entry, stratum)
    if any(a + b > PPM for a, b in zip(stratum.curated_ppm, stratum.mentored_only_ppm, strict=True)):
        entry.fault("above_whole", "Curated and mentored producers of a class are more than 100 %.", "mentored_only")
    entry.finish()
    return stratum


def _margin(entry: Entries, name: str, known: tuple[str, ...], merchants: int, sources: Sources) -> tuple[int, ...]:
    """Counts by a class that add up to ``merchants``, from percent or from counts (see ``_counts``)."""
    if not entry.has(name):
        entry.fault("missing", f"'{name}' is missing; give merchants by {name.rstrip('s')} and their source.")
        return (0,) * len(known)
    table = Entries(entry.table[name], (*entry.key, name), entry.faults)
    sources.append((f"merchants by {name.rstrip('s')}", table.source()))
    code = f"unknown_{name.rstrip('s')}"
    if table.has("percent"):
        weights = table.numbers("percent", known, code)
        rounding = table.number("rounding", required=False) or Fraction(0)
        off = abs(sum(weights.values(), Fraction(-100)))
        if off > rounding * len(weights) / 2:
            table.fault(
                "margins_do_not_sum",
                f"The percentages sum to {float(sum(weights.values())):g}, not 100; "
                "correct them, or give 'rounding', the last digit's step.",
                "percent",
            )
    else:
        weights = _counts(table, known, code, merchants)
    table.finish()
    return _whole_parts(merchants, [weights.get(word, Fraction(0)) for word in known])


def _counts(table: Entries, known: tuple[str, ...], code: str, merchants: int) -> dict[str, Fraction]:
    """Published counts: of this stratum, or of another total that is given as ``of`` (then in proportion). With
    ``rest = "people"`` what is left of the total goes to the provinces not named, in proportion to their people."""
    counts = table.numbers("merchants", known, code)
    total = table.whole("of", required=False, least=1) or merchants
    named = sum(counts.values())
    people = {one.code: Fraction(one.people) for one in provinces()[1:] if one.code not in counts}
    if table.has("rest"):
        if table.table["rest"] != "people" or code != "unknown_province":
            table.fault("unknown_rest", "'rest' is for provinces and can only be 'people'.", "rest")
        if named <= total and people:
            everybody = sum(people.values())
            return counts | {place: (total - named) * part / everybody for place, part in people.items()}
    if named != total:
        table.fault(
            "margins_do_not_sum", f"The counts sum to {named}, not {total}; correct them or the total.", "merchants"
        )
    return counts


def _whole_parts(merchants: int, weights: list[Fraction]) -> tuple[int, ...]:
    """Counts in proportion to exact weights, by largest remainder; zeros when there is nothing to go by."""
    common = 1
    for weight in weights:
        common = common * weight.denominator // _gcd(common, weight.denominator)
    whole = [int(weight * common) for weight in weights]
    return tuple(allocate(merchants, whole, 1)) if sum(whole) else (0,) * len(weights)


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a


def _provinces(entry: Entries, country: str, merchants: int, sources: Sources) -> tuple[int, ...]:
    codes = tuple(one.code for one in provinces()[1:])
    if country == "ID":
        return (0, *_margin(entry, "provinces", codes, merchants, sources))
    if entry.has("provinces"):
        entry.fault("not_for_foreign", "Only Indonesia's merchants have provinces here; leave this out.", "provinces")
    return (merchants, *(0 for _ in codes))


def _parts(entry: Entries, name: str, known: tuple[str, ...], sources: Sources, whole: bool = False) -> tuple[int, ...]:
    """Percentages by a class as parts per million; what is not named is 0. ``whole``: they must sum to 100."""
    if not entry.has(name):
        if whole:
            entry.fault("missing", f"'{name}' is missing; give percentages by {', '.join(known)} and their source.")
        return (0,) * len(known)
    table = Entries(entry.table[name], (*entry.key, name), entry.faults)
    sources.append((name.replace("_", " "), table.source()))
    percent = table.numbers("percent", known, f"unknown_{'size_class' if known is SIZE_CLASSES else name}")
    if whole and sum(percent.values()) != 100:
        table.fault("margins_do_not_sum", f"The percentages sum to {float(sum(percent.values())):g}, not 100.")
    table.finish()
    return tuple(_ppm(table, percent.get(word, Fraction(0)), word) for word in known)


def _ppm(entry: Entries, percent: Fraction, word: str) -> int:
    ppm = percent * (PPM // 100)
    if ppm > PPM:
        entry.fault("above_whole", f"{word!r} must be at most 100 percent.", ("percent", word))
    if ppm.denominator != 1:
        entry.fault("too_fine", f"{word!r} may have at most four decimals.", ("percent", word))
    return min(int(ppm), PPM)


def _sells(entry: Entries, country: str, sources: Sources) -> int:
    if country == "ID":
        if entry.has("sells_to_indonesia"):
            entry.fault("not_for_indonesia", "This is for strata of other countries.", "sells_to_indonesia")
        return PPM
    if not entry.has("sells_to_indonesia"):
        entry.fault("missing", "'sells_to_indonesia' is missing; give the percentage that sells here, and its source.")
        return PPM
    table = Entries(entry.table["sells_to_indonesia"], (*entry.key, "sells_to_indonesia"), entry.faults)
    sources.append(("sells to Indonesia", table.source()))
    percent = table.number("percent") or Fraction(0)
    table.finish()
    return _ppm(table, percent, "percent")


def _import_share(entry: Entries, country: str, sources: Sources) -> tuple[int, ...]:
    """Of foreign merchants all is imported, and nothing need be said."""
    if country != "ID":
        if entry.has("import_share"):
            entry.fault("not_for_foreign", "What foreign merchants sell is imported; leave this out.", "import_share")
        return (PPM,) * len(SECTORS)
    if not entry.has("import_share"):
        entry.fault("missing", "'import_share' is missing; give percentages of sales by sector, and their source.")
    table = Entries(entry.table.get("import_share", {}), (*entry.key, "import_share"), entry.faults)
    if entry.has("import_share"):
        _every_sector(table, "percent")
    return _parts(entry, "import_share", SECTORS, sources)


def _ticket(entry: Entries, sources: Sources) -> tuple[int, ...]:
    """What one deal comes to by sector, in whole rupiah above 0."""
    if not entry.has("ticket"):
        entry.fault("missing", "'ticket' is missing; give the rupiah of one deal by sector, and their source.")
        return (1,) * len(SECTORS)
    table = Entries(entry.table["ticket"], (*entry.key, "ticket"), entry.faults)
    sources.append(("ticket", table.source()))
    rupiah = table.numbers("rupiah", SECTORS, "unknown_sector")
    _every_sector(table, "rupiah")
    for word, number in rupiah.items():
        if number < 2 or number.denominator != 1:
            table.fault("not_whole", f"{word!r} must be whole rupiah, at least 2.", ("rupiah", word))
    table.finish()
    return tuple(int(rupiah.get(word, Fraction(2))) for word in SECTORS)


def _every_sector(table: Entries, name: str) -> None:
    given = table.table.get(name)
    absent = [word for word in SECTORS if isinstance(given, dict) and word not in given]
    if absent:
        table.fault("missing", f"Sectors are missing: {', '.join(absent)}; name each.", name)


def _variants(entry: Entries, rate: Fraction, sources: Sources) -> tuple[Variant, ...]:
    rows = entry.table.get("variants", [])
    entry.asked.append("variants")
    found = []
    for place, row in enumerate(rows):
        one = Entries(row, (*entry.key, "variants", place), entry.faults)
        name, top, sd = one.text("name"), one.number("top_to", required=False), one.number("sd_ln", required=False)
        sources.append((f"variant {name}", one.source()))
        if (top is None) == (sd is None):
            one.fault("variant_unclear", "A variant gives either 'top_to' or 'sd_ln'.")
        high = None if top is None else int(top * rate)
        found.append(Variant(name, high, None if sd is None else float(sd)))
        one.finish()
    return tuple(found)


def _check_central(entry: Entries, stratum: Stratum) -> None:
    """The file's own values are those of variant 1."""
    if not stratum.variants or not stratum.brackets:
        return
    if len(stratum.variants) <= PopulationSpec.CENTRAL or stratum.with_variant(PopulationSpec.CENTRAL) != stratum:
        entry.fault(
            "variant_not_central",
            "The second variant must be the central one, with the values that the stratum itself has.",
            "variants",
        )
    low = stratum.brackets[-1].low_rp
    if any(one.top_high_rp is not None and one.top_high_rp <= low for one in stratum.variants):
        entry.fault("brackets_overlap", "A variant's 'top_to' lies below its bracket's 'from'.", "variants")


def _check_variant_counts(strata: list[Stratum], root: Entries) -> None:
    for country in COUNTRIES:
        counts = {len(one.variants) for one in strata if one.country == country and one.variants}
        if len(counts) > 1:
            root.fault("variants_differ", f"The strata of {country} have different numbers of variants.", "strata")
