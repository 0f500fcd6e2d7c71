"""An Answer made by hand for tests of what people read: every row filled, sizes as in Indonesia, nothing computed.

``lean`` sets what the fee does to domestic producers under each base of the threshold, so that a test can ask for an
answer that flips, gains or loses.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from mediator.weigh.answer import (
    MEASURES,
    Answer,
    BreakEven,
    Channel,
    Effect,
    FitRow,
    FrontierRow,
    OptionFacts,
    ProvinceRow,
    Range,
    ReadingFacts,
    Run,
    SectorRow,
    SourceRow,
    SweepRow,
    ThresholdRow,
    TornadoRow,
    WaivedRow,
)
from mediator.weigh.vocabulary import SECTORS, provinces

USD_RP = 13_340
THRESHOLD_RP = 13_340_000_000
BASES = ("world", "indonesia", "rail")
FLIPS: Mapping[str, float] = {"world": 3.0e11, "indonesia": -1.7e11, "rail": -2.1e11}
GAINS: Mapping[str, float] = {"world": 3.0e11, "indonesia": 2.0e11, "rail": 1.0e11}
LOSES: Mapping[str, float] = {"world": -3.0e11, "indonesia": -2.0e11, "rail": -1.0e11}
WAIVED = {
    "none": (0.0, 0.0, 0.0),
    "equal": (1.21e12, 0.44e12, 0.08e12),
    "domestic": (1.21e12, 0.0, 0.0),
    "curated": (0.09e12, 0.0, 0.0),
    "sliding": (1.33e12, 0.52e12, 0.1e12),
}
LIFT = {"none": 0.0, "equal": 1.0, "domestic": 2.0, "curated": 0.4, "sliding": 0.9}
TITLES = {
    "none": ("Tanpa pembebasan", "No waiver"),
    "equal": ("Sama bagi semua", "Equal treatment"),
    "domestic": ("Hanya usaha Indonesia", "Indonesian merchants only"),
    "curated": ("Hanya IKM terkurasi", "Curated IKM only"),
    "sliding": ("Bertahap bagi semua", "Sliding, for all"),
}


def estimate(central: float, spread: float = 0.35, positive: float | None = None) -> Range:
    """A range around a value; the share of draws above 0 follows from it unless given."""
    half = abs(central) * spread
    low, high = central - half, central + half
    sure = 1.0 if low > 0 else 0.0 if high < 0 or central == 0 else 0.6 if central > 0 else 0.4
    return Range(central, low, central * 1.01, high, sure if positive is None else positive)


def measures(option: str, base: str | None, channel: Channel, lean: Mapping[str, float]) -> dict[str, Range]:
    """All measures of one effect, in proportions that hang together."""
    home, china, other = WAIVED[option]
    abroad = {"world": 1.0, "indonesia": 2.6, "rail": 2.8, None: 1.0}[base]
    china, other = china * abroad, other * abroad
    lift = LIFT[option] * (abs(lean["world"]) if option in {"domestic", "curated"} else lean[base or "world"])
    domestic = lift - (9.0e11 if channel == "entry" else 0.0)
    total = home + china + other
    values = dict.fromkeys(MEASURES, 0.0)
    values |= {"waived_indonesia": home, "waived_china": china, "waived_other": other, "waived": total}
    values |= {"sales_domestic": domestic, "sales_curated": domestic * 0.1, "sales_producers": domestic * 0.9}
    values |= {"sales_resold": domestic * 0.2, "sales_china": -domestic * 1.1, "sales_other": -domestic * 0.1}
    values |= {"sales_domestic_percent": domestic / 9.7e13 * 100, "price_percent": -total / 9.7e13 * 70}
    values |= {"consumers": total * 0.7, "profit_indonesia": home * 0.35, "profit_curated": home * 0.03}
    values |= {"profit_producers": home * 0.22, "profit_resold": home * 0.1, "profit_abroad": (china + other) * 0.3}
    values |= {"vat": -total * 0.05, "duty": china * 0.02, "income_tax": domestic * 0.005}
    values["government"] = values["vat"] + values["duty"] + values["income_tax"]
    values |= {"rail": -total * 0.9, "rail_indonesia": -total * 0.2, "domestic_rail": -total * 0.08}
    values |= {"platform": domestic * 0.04, "held_back_indonesia": home * 0.02, "held_back_china": china * 0.05}
    values["net"] = sum(values[name] for name in ("consumers", "profit_indonesia", "government", "rail_indonesia"))
    return {name: estimate(value) for name, value in values.items()}


def option_readings(option: str) -> tuple[ReadingFacts, ...]:
    """The readings that an option's words allow: one without a threshold, six for a notch, three when it slides."""
    if option == "none":
        return (ReadingFacts(None, None),)
    kinds = ("sliding",) if option == "sliding" else ("notch", "kink")
    return tuple(ReadingFacts(kind, base) for kind in kinds for base in BASES)


def effects(lean: Mapping[str, float]) -> tuple[Effect, ...]:
    """Every option under each of its readings through both channels."""
    return tuple(
        Effect(option, reading, place == 0, channel, measures(option, reading.base, channel, lean))
        for option in TITLES
        for place, reading in enumerate(option_readings(option))
        for channel in ("fee", "entry")
    )


def waived_rows() -> tuple[WaivedRow, ...]:
    """By country and size, for every option and reading; whole rupiah."""
    people = {"ID": 3_820_000, "CN": 1_400_000, "ZZ": 210_000}
    parts = {"micro": (0.83, 0.28), "small": (0.145, 0.34), "medium": (0.023, 0.3), "large": (0.002, 0.08)}
    rows = []
    for option in TITLES:
        for reading in option_readings(option):
            wider = {"world": 1.0, "indonesia": 2.6, "rail": 2.8, None: 1.0}[reading.base]
            for place, (country, merchants) in enumerate(people.items()):
                for size, (of_merchants, of_money) in parts.items():
                    waived = WAIVED[option][place] * of_money * (wider if country != "ID" else 1.0)
                    count = round(merchants * of_merchants)
                    rows.append(
                        WaivedRow(
                            option=option,
                            reading=reading.key,
                            country=country,
                            size_class=size,
                            merchants=count,
                            relieved=round(count * 0.9) if waived else 0,
                            fee_rp=round(waived * 1.8) + 1_000_003,
                            waived_rp=round(waived),
                        )
                    )
    return tuple(rows)


def sector_rows() -> tuple[SectorRow, ...]:
    """Some sectors win and some lose, in every option."""
    return tuple(
        SectorRow(
            option=option,
            sector=sector,
            waived_indonesia=WAIVED[option][0] / 10 * (1 + place / 10),
            waived_abroad=(WAIVED[option][1] + WAIVED[option][2]) / 10 * (2 - place / 10),
            sales_domestic=LIFT[option] * (5 - place) * 1.3e10,
            sales_abroad=-LIFT[option] * (5 - place) * 1.5e10,
            profit_indonesia=WAIVED[option][0] * 0.035,
            import_share=0.2 + place * 0.06,
        )
        for option in TITLES
        for place, sector in enumerate(SECTORS)
    )


def province_rows() -> tuple[ProvinceRow, ...]:
    """By the number of people; the east of the archipelago loses a little, so that both ends are shown."""
    return tuple(
        ProvinceRow(
            option=option,
            province=province.code,
            name=province.name,
            merchants=province.people // 73,
            waived=WAIVED[option][0] * province.people / 2.86e8,
            sales_domestic=LIFT[option] * 3e11 * (province.people - 1.2e6) / 2.86e8,
            profit=WAIVED[option][0] * 0.35 * province.people / 2.86e8,
        )
        for option in TITLES
        for province in provinces()[1:]
    )


def tornado_rows(lean: Mapping[str, float]) -> tuple[TornadoRow, ...]:
    """Eight parameters by falling swing."""
    names = (
        (
            "sigma",
            "Elastisitas substitusi domestik–impor",
            "Elasticity between domestic and imported goods",
            "",
            1.2,
            2.4,
        ),
        ("rho", "Bagian biaya yang diteruskan ke harga", "Part of the fee passed on to prices", "", 0.5, 0.9),
        (
            "rail_owned_here",
            "Bagian rel yang dimiliki di Indonesia",
            "Part of the rail owned in Indonesia",
            "",
            0.0,
            0.5,
        ),
        ("theta_imported", "Pangsa barang impor", "Share of imported goods", "", 0.4, 0.74),
        ("eta", "Elastisitas permintaan daring", "Elasticity of online demand", "", 0.9, 1.6),
        ("margin", "Margin laba bersih", "Net profit margin", "", 0.03, 0.1),
        ("vat_compliance", "Kepatuhan PPN", "VAT compliance", "", 0.3, 0.7),
        ("entry", "Masuknya pedagang baru", "Entry of new merchants", "", 0.0, 0.6),
    )
    return tuple(
        TornadoRow(
            parameter=key,
            meaning_id=meaning_id,
            meaning_en=meaning_en,
            unit=unit,
            low=low,
            high=high,
            net_low=1.21e12 - 4e11 / (place + 1),
            net_high=1.21e12 + 5e11 / (place + 1),
            sales_low=lean["world"] - 3.6e11 / (place + 1),
            sales_high=lean["world"] + 2e11 / (place + 1),
        )
        for place, (key, meaning_id, meaning_en, unit, low, high) in enumerate(names)
    )


def sweep_rows(lean: Mapping[str, float]) -> tuple[SweepRow, ...]:
    """Thresholds from US$ 1,000 to 100 million for the six readings."""
    rows = []
    for kind in ("notch", "kink"):
        for base in BASES:
            for step in range(21):
                usd = 1000 * 10 ** (step / 4)
                size = step / 20
                sales = lean[base] * size * (1.6 - size)
                rows.append(
                    SweepRow(
                        reading=f"{kind}-{base}",
                        threshold_usd=usd,
                        threshold_rp=round(usd * USD_RP),
                        waived=2.4e12 * size,
                        waived_abroad=0.9e12 * size**2,
                        sales_p5=sales - 1.1e11 * size,
                        sales_central=sales,
                        sales_p95=sales + 1.2e11 * size,
                        net_p5=0.7e12 * size,
                        net_central=1.0e12 * size,
                        net_p95=1.4e12 * size,
                    )
                )
    return tuple(rows)


def break_even_rows(lean: Mapping[str, float]) -> tuple[BreakEven, ...]:
    """Sales change sign at US$ 37 million where the world's turnover counts and the effect is a gain."""
    rows = []
    for base in BASES:
        sign = 1 if lean[base] > 0 else -1
        crosses = base == "world" and sign > 0
        found = (round(3.7e7 * USD_RP), 3.7e7) if crosses else (None, None)
        rows.append(BreakEven(f"notch-{base}", "sales_domestic", *found, sign, -sign if crosses else sign))
        rows.append(BreakEven(f"notch-{base}", "net", None, None, 1, 1))
    return tuple(rows)


def frontier_rows() -> tuple[FrontierRow, ...]:
    """Three groups of eligible merchants at five thresholds; who is curated is cheapest by rupiah."""
    gain = {"all": 0.18, "domestic": 0.45, "curated": 0.75}
    cost = {"all": 1.7e12, "domestic": 1.2e12, "curated": 0.1e12}
    return tuple(
        FrontierRow(
            eligible=eligible,
            threshold_usd=usd,
            threshold_rp=round(usd * USD_RP),
            waived=cost[eligible] * part,
            sales_domestic=cost[eligible] * part * gain[eligible] * (1.2 - part / 3),
            profit_producers=cost[eligible] * part * gain[eligible] * 0.4,
            net=cost[eligible] * part * 0.5,
            is_efficient=eligible != "all",
        )
        for eligible in gain
        for usd, part in ((1e4, 0.2), (1e5, 0.45), (1e6, 0.8), (1e7, 0.95), (1e8, 1.0))
    )


def threshold_rows() -> tuple[ThresholdRow, ...]:
    """Two theories, two countries, for the options with a notch."""
    return tuple(
        ThresholdRow(option, base, country, behaviour, THRESHOLD_RP, reach, merchants * 1.0, merchants * 4.1e8)
        for option in ("equal", "domestic", "curated")
        for base in BASES
        for country, many in (("ID", 1), ("CN", 30))
        if option == "equal" or country == "ID"
        for behaviour, reach, merchants in (("elastic_0.25", 1.079, 1_340 * many), ("thin_margin", 1.27, 3_900 * many))
    )


def an_answer(
    lean: Mapping[str, float] = FLIPS, focus: str = "equal", question: tuple[str, str] | None = None
) -> Answer:
    """An answer with everything in it."""
    asked = question or (
        "Alipay membebaskan biaya bagi usaha beromzet di bawah US$ 1 juta setahun, dengan perlakuan yang sama bagi "
        "semua. Siapa untung, siapa rugi, berapa besar, seberapa yakin, dan aturan mana yang lebih baik bagi kita?",
        "Alipay waives its fee for businesses below US$ 1 million a year, with equal treatment for all. Who gains, "
        "who loses, by how much, how sure are we, and which rule would be better for us?",
    )
    return Answer(
        scenario="equal-2017",
        title_id="Tawaran Alipay, 2017",
        title_en="Alipay's offer, 2017",
        question_id=asked[0],
        question_en=asked[1],
        base_year="2017",
        on="2017-02-08",
        usd_rp=USD_RP,
        baseline="alipay",
        focus=focus,
        options=tuple(
            OptionFacts(
                name=name,
                title_id=titles[0],
                title_en=titles[1],
                sentence_id=f"Biaya 0,55% dari harga; {titles[0].lower()} di bawah US$ 1.000.000 setahun.",
                sentence_en=f"A fee of 0.55% of the price; {titles[1].lower()} below US$ 1,000,000 a year.",
                policy=f"alipay-{name}",
                digest=f"{place:064x}",
            )
            for place, (name, titles) in enumerate(TITLES.items())
        ),
        effects=effects(lean),
        waived=waived_rows(),
        sectors=sector_rows(),
        provinces=province_rows(),
        tornado=tornado_rows(lean),
        sweep=sweep_rows(lean),
        break_even=break_even_rows(lean),
        frontier=frontier_rows(),
        at_threshold=threshold_rows(),
        fits=(
            FitRow("Indonesia", "0–300 juta", 3_170_000, 3_170_000, None, 211_000_000_000_000, "pareto", "BPS 2023"),
            FitRow("China", "small", 2_400_000, 2_400_000, 9 * 10**15, 9 * 10**15, "lognormal", "NBS 2018"),
        ),
        sources=(
            SourceRow(
                "sigma", 1.8, 1.2, 2.4, "", "published", "Elastisitas <domestik–impor>", "Elasticity <domestic–import>",
                "Broda & Weinstein, https://example.org/sigmas", False,
            ),
            SourceRow("rho", 0.7, 0.0, 1.0, "", "assumed", "Terusan", "Pass-through", "Beta(7,3)", True),
        ),
        run=Run("0.1.0", "duckdb", 1, 10_000, 60_000, 66_000_000, False, "ab" * 32),
    )  # fmt: skip


def with_measure(answer: Answer, option: str, name: str, value: Range, channel: Channel = "fee") -> Answer:
    """The same answer with one measure of an option's shown effect replaced."""
    changed = tuple(
        dataclasses.replace(effect, measures={**effect.measures, name: value})
        if (effect.option, effect.channel) == (option, channel) and effect.is_shown
        else effect
        for effect in answer.effects
    )
    return dataclasses.replace(answer, effects=changed)
