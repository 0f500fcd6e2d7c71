"""What the numbers say, as facts and as sentences. A sentence claims what the answer holds and no more: an uncertain
sign is called so, a run without draws claims no certainty, and what flips the answer is looked for, not assumed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mediator.weigh.answer import SURE, Answer, BreakEven, Channel, Effect, OptionFacts, Range

from .figures import Language, both, dollars, number, percent, rupiah, share
from .words import BASE, MEASURE, Text, option_title, reading_key_words, reading_words, short_meaning, word

Sign = Literal["gain", "loss", "none", "uncertain", "undrawn"]
"""A verdict; ``undrawn`` where no draws were made, so that nothing is known of how sure a sign is."""

PRODUCERS = "sales_domestic"
"""The measure that the question turns on."""


def sign_of(value: Range, answer: Answer) -> Sign:
    """The verdict on an estimate, or ``undrawn``."""
    verdict = value.verdict
    return "undrawn" if answer.run.draws == 0 and verdict != "none" else verdict


def verdict_words(value: Range, answer: Answer, language: Language) -> str:
    """The sign and how sure it is: ``pasti naik: 98% percobaan``."""
    match sign_of(value, answer):
        case "none":
            return Text("tidak berubah", "no change").say(language)
        case "undrawn":
            return Text("kepastian tidak diuji", "certainty not tested").say(language)
        case "gain":
            part = _part(value.positive, language)
            return Text(f"pasti naik: {part} percobaan", f"certain: up in {part} of draws").say(language)
        case "loss":
            part = _part(1 - value.positive, language)
            return Text(f"pasti turun: {part} percobaan", f"certain: down in {part} of draws").say(language)
        case _:
            part = _part(value.positive, language)
            return Text(f"belum pasti: naik di {part} percobaan", f"uncertain: up in {part} of draws").say(language)


def focus_option(answer: Answer) -> OptionFacts:
    """The option that the answer is about."""
    return next(option for option in answer.options if option.name == answer.focus)


def focus_effect(answer: Answer, channel: Channel = "fee") -> Effect:
    """Its effect under the shown reading."""
    return answer.effect(answer.focus, channel)


def readings_of(answer: Answer, option: str, channel: Channel = "fee") -> tuple[Effect, ...]:
    """An option's effects under every reading, in the order of the answer."""
    return tuple(effect for effect in answer.effects if (effect.option, effect.channel) == (option, channel))


@dataclass(frozen=True)
class Flip:
    """An option's readings by what each says of a measure; ``undrawn`` ones go by the sign of the central value."""

    gain: tuple[Effect, ...]
    loss: tuple[Effect, ...]
    none: tuple[Effect, ...]
    uncertain: tuple[Effect, ...]

    @property
    def is_flip(self) -> bool:
        """Whether some reading says gain and another loss."""
        return bool(self.gain and self.loss)


def flip_of(answer: Answer, option: str, measure: str = PRODUCERS, channel: Channel = "fee") -> Flip:
    """Which readings of an option say what."""
    groups: dict[str, list[Effect]] = {"gain": [], "loss": [], "none": [], "uncertain": []}
    for effect in readings_of(answer, option, channel):
        groups[effect.measures[measure].verdict].append(effect)
    return Flip(*(tuple(groups[name]) for name in ("gain", "loss", "none", "uncertain")))


def headline(answer: Answer, language: Language) -> str:
    """The answer in one sentence (two when another reading turns it round)."""
    effect = focus_effect(answer)
    title = option_title(focus_option(answer), language)
    reading = reading_words(effect.reading.kind, effect.reading.base, language)
    sales, net = effect.measures[PRODUCERS], effect.measures["net"]
    moved = _moves(sales, answer, language)
    netted = f"{rupiah(net.central, language, True)} ({verdict_words(net, answer, language)})"
    first = Text(
        f"“{title}” {moved}; {_abroad_clause(effect, language)}, dan neto bagi Indonesia {netted}, "
        f"bila ambangnya dibaca: {reading}.",
        f"“{title}” {moved}; {_abroad_clause(effect, language)}, and the net for Indonesia is {netted}, "
        f"if the threshold is read as: {reading}.",
    ).say(language)
    if flip_of(answer, answer.focus).is_flip:
        first += Text(" Bacaan lain membalik arahnya.", " Another reading turns the sign.").say(language)
    return first


def who_gets(answer: Answer, language: Language, option: str | None = None) -> str:
    """Who gets the waived fees."""
    values = answer.effect(option or answer.focus).measures
    home, china, other, total = (
        values[name].central for name in ("waived_indonesia", "waived_china", "waived_other", "waived")
    )
    if total == 0:
        return Text("Tidak ada biaya yang dibebaskan.", "No fee is waived.").say(language)
    amount = both(total, answer.usd_rp, language)
    abroad = china + other
    most = (
        Text("terbanyak untuk pedagang Indonesia", "most for Indonesian merchants")
        if home > abroad
        else Text("lebih banyak untuk pedagang asing daripada Indonesia", "more for foreign merchants than Indonesian")
    ).say(language)
    parts = [share(value, total, language) for value in (home, china, other)]
    return Text(
        f"Dari {amount} biaya yang dibebaskan setahun, {most}: {parts[0]} Indonesia, {parts[1]} Tiongkok, "
        f"{parts[2]} negara lain.",
        f"Of {amount} of fees waived a year, {most}: {parts[0]} Indonesia, {parts[1]} China, {parts[2]} others.",
    ).say(language)


def what_readings_say(answer: Answer, language: Language, option: str | None = None) -> str:
    """Whether the readings agree on domestic producers' sales, and which say what."""
    flip = flip_of(answer, option or answer.focus)
    every = readings_of(answer, option or answer.focus)
    count = sum(len(group) for group in (flip.gain, flip.loss, flip.none, flip.uncertain))
    if count == 1 or len(flip.none) == count:
        only = every[0].measures[PRODUCERS]
        said = verdict_words(only, answer, language)
        if count == 1:
            return Text(
                f"Pilihan ini hanya punya satu bacaan; penjualan produsen: {said}.",
                f"This option has one reading only; producers' sales: {said}.",
            ).say(language)
        return Text(
            f"Menurut semua {count} bacaan penjualan produsen tidak berubah.",
            f"Under all {count} readings producers' sales do not change.",
        ).say(language)
    sure = Text("", "") if answer.run.draws == 0 else Text("pasti ", "certainly ")
    named = [
        (flip.gain, Text(f"{sure.id}naik", f"{sure.en}up")),
        (flip.loss, Text(f"{sure.id}turun", f"{sure.en}down")),
        (flip.uncertain, Text("belum pasti", "uncertain")),
        (flip.none, Text("tidak berubah", "unchanged")),
    ]
    told = [(group, verdict.say(language)) for group, verdict in named if group]
    if len(flip.uncertain) == count:
        up = sum(effect.measures[PRODUCERS].central > 0 for effect in every)
        return Text(
            f"Arah penjualan produsen belum pasti menurut semua {count} bacaan; nilai tengahnya naik di {up}, "
            f"turun atau tetap di {count - up}.",
            f"The sign of producers' sales is uncertain under all {count} readings; the central value is up in {up}, "
            f"down or unchanged in {count - up}.",
        ).say(language)
    if len(told) == 1:
        return Text(
            f"Semua {count} bacaan sepakat: penjualan produsen {told[0][1]}.",
            f"All {count} readings agree: producers' sales are {told[0][1]}.",
        ).say(language)
    lead = (
        Text("Cara membaca tawaran membalik hasilnya", "How the offer is read turns the result round")
        if flip.is_flip
        else Text("Tidak semua bacaan sama pastinya", "Not all readings are equally sure")
    ).say(language)
    to = Text("menurut", "under").say(language)
    parts = "; ".join(f"{verdict} {to} {_named(group, every, language)}" for group, verdict in told)
    return Text(f"{lead}. Penjualan produsen: {parts}.", f"{lead}. Producers' sales: {parts}.").say(language)


def which_channel(answer: Answer, language: Language) -> str:
    """Whether the fee alone or foreign sellers entering moves domestic producers' sales more."""
    fee = focus_effect(answer).measures[PRODUCERS].central
    try:
        entry = focus_effect(answer, "entry").measures[PRODUCERS].central
    except KeyError:
        return Text(
            "Masuknya penjual asing tidak dihitung dalam skenario ini.",
            "Foreign sellers entering is not weighed in this scenario.",
        ).say(language)
    amounts = [rupiah(value, language, True) for value in (fee, entry)]
    return Text(
        f"Biayanya saja menggerakkan penjualan produsen {amounts[0]}; datangnya rel bersama penjual asing "
        f"{amounts[1]}{_times(fee, entry, language)}.",
        f"The fee alone moves producers' sales by {amounts[0]}; the rail coming with foreign sellers by "
        f"{amounts[1]}{_times(fee, entry, language)}.",
    ).say(language)


@dataclass(frozen=True)
class Yield:
    """What an option gives domestic producers for each rupiah waived."""

    option: OptionFacts
    per_rupiah: float
    sales: Range


def yields(answer: Answer) -> tuple[Yield, ...]:
    """Options that waive something, best first; under the shown reading, the fee alone, central values."""
    found = []
    for option in answer.options:
        values = answer.effect(option.name).measures
        if values["waived"].central > 0:
            sales = values[PRODUCERS]
            found.append(Yield(option, sales.central / values["waived"].central, sales))
    return tuple(sorted(found, key=lambda one: -one.per_rupiah))


def which_option(answer: Answer, language: Language) -> str:
    """Which option gives domestic producers most for a rupiah waived, beside the option in focus."""
    ranked = yields(answer)
    if not ranked:
        return Text("Tidak satu pun pilihan membebaskan biaya.", "No option waives a fee.").say(language)
    best = ranked[0]
    if best.per_rupiah <= 0:
        return Text(
            "Tidak satu pun pilihan yang membebaskan biaya menaikkan penjualan produsen dalam negeri.",
            "None of the options that waive a fee raises the sales of domestic producers.",
        ).say(language)
    title = option_title(best.option, language)
    gain = f"Rp{chr(160)}{number(best.per_rupiah, language, 2)}"
    sure = verdict_words(best.sales, answer, language)
    said = Text(
        f"Per rupiah yang dibebaskan, “{title}” memberi produsen paling banyak: {gain} penjualan ({sure})",
        f"For each rupiah waived, “{title}” gives producers most: {gain} of sales ({sure})",
    ).say(language)
    own = next((one for one in ranked if one.option.name == answer.focus), None)
    if own and own is not best:
        sign = "−" if own.per_rupiah < 0 else ""
        amount = f"{sign}Rp{chr(160)}{number(abs(own.per_rupiah), language, 2)}"
        focus = option_title(own.option, language)
        said += f"; “{focus}”: {amount}"
    return said + "."


def reasons(answer: Answer, language: Language) -> tuple[str, str, str]:
    """The three reasons for the headline: who gets the fees, what the readings say, what moves more."""
    return who_gets(answer, language), what_readings_say(answer, language), which_channel(answer, language)


def what_flips(answer: Answer, language: Language) -> str:
    """The conditions under which the sign for domestic producers turns: a reading, a threshold, one parameter."""
    effect = focus_effect(answer)
    central = effect.measures[PRODUCERS].central
    flip = flip_of(answer, answer.focus)
    against = flip.loss if central > 0 else flip.gain
    found: list[str] = []
    if central and against:
        named = _named(against, readings_of(answer, answer.focus), language)
        found.append(Text(f"ambangnya dibaca sebagai {named}", f"the threshold is read as {named}").say(language))
    for row in answer.break_even:
        if row.measure == PRODUCERS and row.reading == effect.reading.key and row.threshold_rp is not None:
            at = rupiah(row.threshold_rp, language), dollars(row.threshold_rp, answer.usd_rp, language)
            found.append(
                Text(f"ambang melewati {at[1]} ({at[0]})", f"the threshold passes {at[1]} ({at[0]})").say(language)
            )
    crossing = [
        row for row in answer.tornado if min(row.sales_low, row.sales_high) < 0 < max(row.sales_low, row.sales_high)
    ]
    if crossing:
        widest = max(crossing, key=lambda row: abs(row.sales_high - row.sales_low))
        name = short_meaning(widest, language)
        low = (widest.sales_low < 0) == (central > 0)
        end = Text("rendah", "low") if low else Text("tinggi", "high")
        found.append(f"{_lower(name)} {Text('ternyata', 'turns out').say(language)} {end.say(language)}")
    if not found:
        return Text(
            "Tidak ada bacaan, ambang, atau parameter tunggal yang dicoba yang membalik arah penjualan produsen.",
            "No reading, threshold or single parameter that was tried turns the sign of producers' sales.",
        ).say(language)
    joined = Text("; atau ", "; or ").say(language).join(found)
    return Text(
        f"Arah penjualan produsen berbalik bila {joined}.", f"Producers' sales turn the other way if {joined}."
    ).say(language)


def break_even_words(row: BreakEven, answer: Answer, language: Language) -> str:
    """Where a measure changes sign, in a clause."""
    signs = {1: Text("naik", "up"), -1: Text("turun", "down"), 0: Text("tetap", "unchanged")}
    below, above = signs[row.sign_below].say(language), signs[row.sign_above].say(language)
    if row.threshold_rp is not None and row.sign_below == row.sign_above:
        at = f"{dollars(row.threshold_rp, answer.usd_rp, language)} ({rupiah(row.threshold_rp, language)})"
        return Text(
            f"{below} di ambang terendah dan tertinggi, tetapi tandanya berganti di antaranya, mula-mula di {at}",
            f"{below} at the lowest and highest threshold, but the sign changes in between, first at {at}",
        ).say(language)
    if row.threshold_rp is not None:
        at = f"{dollars(row.threshold_rp, answer.usd_rp, language)} ({rupiah(row.threshold_rp, language)})"
        return Text(f"dari {below} menjadi {above} di {at}", f"from {below} to {above} at {at}").say(language)
    if row.sign_below == row.sign_above:
        return Text(f"{above} di semua ambang yang dicoba", f"{above} at every threshold tried").say(language)
    return Text(
        f"{below} di ambang terendah, {above} di tertinggi; tidak ada titik balik yang ditemukan",
        f"{below} at the lowest threshold, {above} at the highest; no turning point found",
    ).say(language)


def measure_name(code: str, language: Language) -> str:
    """A measure's name."""
    return word(MEASURE, code, language)


def _moves(sales: Range, answer: Answer, language: Language) -> str:
    amount = rupiah(abs(sales.central), language)
    up = sales.central > 0
    match sign_of(sales, answer):
        case "none":
            return Text(
                "tidak mengubah penjualan produsen dalam negeri", "does not change the sales of domestic producers"
            ).say(language)
        case "gain":
            return Text(
                f"menaikkan penjualan produsen dalam negeri {amount} setahun",
                f"raises the sales of domestic producers by {amount} a year",
            ).say(language)
        case "loss":
            return Text(
                f"menurunkan penjualan produsen dalam negeri {amount} setahun",
                f"lowers the sales of domestic producers by {amount} a year",
            ).say(language)
        case "undrawn":
            said = Text("menaikkan", "raising") if up else Text("menurunkan", "lowering")
            return Text(
                f"diperkirakan {said.id} penjualan produsen dalam negeri {amount} setahun (kepastian tidak diuji)",
                f"is estimated as {said.en} the sales of domestic producers by {amount} a year (certainty not tested)",
            ).say(language)
        case _:
            signed = rupiah(sales.central, language, True)
            return Text(
                f"belum tentu menaikkan atau menurunkan penjualan produsen dalam negeri (tengahnya {signed} setahun)",
                f"may raise or lower the sales of domestic producers (central estimate {signed} a year)",
            ).say(language)


def _abroad_clause(effect: Effect, language: Language) -> str:
    values = effect.measures
    total = values["waived"].central
    if total == 0:
        return Text("tidak ada biaya yang dibebaskan", "no fee is waived").say(language)
    part = share(values["waived_china"].central + values["waived_other"].central, total, language)
    return Text(
        f"{part} biaya yang dibebaskan untuk pedagang asing", f"{part} of the waived fees go to foreign merchants"
    ).say(language)


def _times(fee: float, entry: float, language: Language) -> str:
    low, high = sorted((abs(fee), abs(entry)))
    if low == 0 or high < 1.1 * low:
        return ""
    times = number(high / low, language, 1 if high < 10 * low else 0)
    fee_more = abs(fee) > abs(entry)
    return (
        Text(f": biayanya {times} kali lebih kuat", f": the fee is {times} times as strong")
        if fee_more
        else Text(f": {times} kali sekuat biayanya", f": {times} times as strong as the fee")
    ).say(language)


def _named(group: Sequence[Effect], every: Sequence[Effect], language: Language) -> str:
    """Readings in words, those whose threshold works in every way that the option allows by the turnover alone."""
    keys = {effect.reading.key for effect in group}
    said: list[str] = []
    for effect in group:
        base = effect.reading.base
        alike = [other.reading.key for other in every if other.reading.base == base]
        whole = base is not None and keys.issuperset(alike)
        said.append(
            word(BASE, base, language) if whole and base else reading_key_words(effect.reading.key, language, True)
        )
    names = [f"“{name}”" for name in dict.fromkeys(said)]
    last = Text(" atau ", " or ").say(language)
    return last.join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _part(part: float, language: Language) -> str:
    """A share of draws in whole per cent, never rounded up to all or across the bound of certainty."""
    whole = 100 * part
    if 99 < whole < 100:
        return ">" + percent(99, language, decimals=0)
    if 100 * SURE - 1 < whole < 100 * SURE:
        return percent(int(whole), language, decimals=0)
    return percent(whole, language, decimals=0)


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]
