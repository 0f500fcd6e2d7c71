"""What a policy must keep to beyond the types of its fields. The same checks for a file and for a database row."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator

from mediator.money import CURRENCIES, MAX_AMOUNT

from .errors import Fault, Key
from .model import PPM, Band, Eligibility, Policy, Rule, Threshold, Waiver

_COUNTRY = re.compile(r"[A-Z]{2}")
_CURRENCIES = f"use one of {', '.join(sorted(CURRENCIES))}"


def nearest(word: str, known: Iterable[str]) -> str:
    """`` Did you mean 'x'?`` if one is near, else the list of what is known."""
    words = sorted(known)
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(words) or 'none'}."


def find_faults(policy: Policy) -> Iterator[Fault]:
    """Everything that is wrong with the policy; keys are those of the TOML form. Nothing when it may be used."""
    yield from _head(policy)
    yield from _ids(policy)
    yield from _groups(policy)
    for place, rule in enumerate(policy.rules):
        yield from _rule(rule, policy, ("rule", place))
    for place, waiver in enumerate(policy.waivers):
        yield from _waiver(waiver, policy, ("waiver", place))


def _head(policy: Policy) -> Iterator[Fault]:
    if policy.version < 1:
        yield Fault("bad_version", f"A version is 1 or more, not {policy.version}.", ("version",))
    if policy.valid_to is not None and policy.valid_to <= policy.valid_from:
        yield Fault(
            "dates_out_of_order",
            f"The policy would end on {policy.valid_to}, not after it begins on {policy.valid_from}; valid_to is the "
            "first day on which it no longer holds.",
            ("valid_to",),
        )
    if policy.currency and policy.currency not in CURRENCIES:
        yield Fault("unknown_currency", f"Currency {policy.currency!r} is unknown; {_CURRENCIES}.", ("currency",))
    if not policy.currency and (key := _first_amount(policy)):
        yield Fault("currency_missing", 'An amount needs the policy\'s currency; add currency = "IDR" at the top.', key)
    for rate in policy.exchange_rates:
        key = ("exchange_rate", f"{rate.of} per {rate.per}")
        for code in (rate.of, rate.per):
            if code not in CURRENCIES:
                yield Fault("unknown_currency", f"Currency {code!r} is unknown; {_CURRENCIES}.", key)
        if rate.numerator <= 0 or rate.denominator <= 0:
            yield Fault("bad_exchange_rate", "An exchange rate is above 0.", key)


def _first_amount(policy: Policy) -> Key | None:
    for place, rule in enumerate(policy.rules):
        bands = [*rule.bands, *rule.steps]
        given = (rule.floor, rule.cap, rule.quantum, rule.threshold, rule.eligible.amount_from, rule.eligible.amount_to)
        if rule.flat or any(value is not None for value in given) or any(band.start or band.flat for band in bands):
            return ("rule", place)
    for place, waiver in enumerate(policy.waivers):
        limits = (waiver.threshold, waiver.eligible.amount_from, waiver.eligible.amount_to)
        if any(value is not None for value in limits):
            return ("waiver", place)
    return None


def _ids(policy: Policy) -> Iterator[Fault]:
    seen: set[str] = set()
    named = [(rule.id, ("rule", place, "id")) for place, rule in enumerate(policy.rules)]
    named += [(waiver.id, ("waiver", place, "id")) for place, waiver in enumerate(policy.waivers)]
    for name, key in named:
        if name in seen:
            message = f"{name!r} is already the id of another rule or waiver; every line of a price names one."
            yield Fault("duplicate_id", message, key)
        seen.add(name)


def _groups(policy: Policy) -> Iterator[Fault]:
    kinds: dict[str, str] = {}
    for place, rule in enumerate(policy.rules):
        if rule.group and kinds.setdefault(rule.group, rule.kind) != rule.kind:
            message = f"Group {rule.group!r} already holds a {kinds[rule.group]}; a group is all fees or all taxes."
            yield Fault("group_mixed", message, ("rule", place, "group"))


def _rule(rule: Rule, policy: Policy, key: Key) -> Iterator[Fault]:
    ways = [
        name
        for name, given in (("rate", rule.rate_ppm is not None), ("bands", rule.bands), ("steps", rule.steps))
        if given
    ]
    if len(ways) > 1:
        yield Fault("conflicting_keys", f"Give one of {' and '.join(ways)}, not both.", (*key, ways[-1]))
    if not ways and not rule.flat and rule.floor is None:
        yield Fault(
            "charges_nothing", 'The rule says no charge; give rate, flat, bands or steps (rate = "0%" for none).', key
        )
    if rule.rate_ppm is not None and not 0 <= rule.rate_ppm <= PPM:
        yield Fault("bad_rate", "A rate is from 0% to 100%.", (*key, "rate"))
    for name in ("flat", "floor", "cap"):
        yield from _amount(getattr(rule, name), policy, (*key, name))
    yield from _bands(rule.bands, policy, (*key, "bands"))
    yield from _bands(rule.steps, policy, (*key, "steps"))
    if rule.floor is not None and rule.cap is not None and rule.cap < rule.floor:
        yield Fault(
            "cap_below_floor", "The cap is below the floor; the cap is the most, the floor the least.", (*key, "cap")
        )
    if rule.base == "fees" and rule.kind == "fee":
        yield Fault("fee_on_fees", 'Only a tax may have base = "fees"; a fee is of the "amount".', (*key, "base"))
    unit = CURRENCIES.get(policy.currency)
    if rule.quantum is not None and unit and (rule.quantum < 1 or rule.quantum % unit.quantum):
        message = f"A quantum is a multiple of the {unit.quantum} minor units that {unit.code} is paid in."
        yield Fault("bad_quantum", message, (*key, "quantum"))
    yield from _eligible(rule.eligible, policy, key)
    yield from _threshold(rule.threshold, policy, key)


def _waiver(waiver: Waiver, policy: Policy, key: Key) -> Iterator[Fault]:
    kinds = {rule.id: rule.kind for rule in policy.rules}
    if not waiver.rules:
        yield Fault("waives_nothing", "Name at least one fee that is waived.", (*key, "rules"))
    for place, name in enumerate(waiver.rules):
        if name not in kinds:
            message = f"No rule is called {name!r}; {nearest(name, kinds)}"
            yield Fault("unknown_rule", message, (*key, "rules", place))
        elif kinds[name] == "tax":
            message = (
                f"{name!r} is a tax, and an operator can't waive a tax; give the tax a threshold of its own instead."
            )
            yield Fault("waiver_of_tax", message, (*key, "rules", place))
    if not 0 <= waiver.share_ppm <= PPM:
        yield Fault("bad_rate", "A share is from 0% to 100%.", (*key, "share"))
    yield from _eligible(waiver.eligible, policy, key)
    yield from _threshold(waiver.threshold, policy, key)


def _bands(bands: tuple[Band, ...], policy: Policy, key: Key) -> Iterator[Fault]:
    before = -1
    for place, band in enumerate(bands):
        if band.start <= before:
            message = "Each band begins above the one before it; put them in order, the lowest first."
            yield Fault("bands_unordered", message, (*key, place, "from"))
        before = band.start
        if not 0 <= band.rate_ppm <= PPM:
            yield Fault("bad_rate", "A rate is from 0% to 100%.", (*key, place, "rate"))
        if not 0 <= band.start <= MAX_AMOUNT + 1:
            yield Fault("bad_amount", f"A band begins from 0 to {MAX_AMOUNT} minor units.", (*key, place, "from"))
        yield from _amount(band.flat, policy, (*key, place, "flat"))


def _eligible(eligible: Eligibility, policy: Policy, key: Key) -> Iterator[Fault]:
    for name in ("country", "not_country"):
        for country in getattr(eligible, name):
            if not _COUNTRY.fullmatch(country):
                message = f"{country!r} is not a country; write two capitals of ISO 3166, like ID or CN."
                yield Fault("bad_country", message, (*key, name))
    least, limit = eligible.amount_from, eligible.amount_to
    if limit is not None and limit <= (least or 0):
        message = "No amount is both; amount_to is the first amount no longer meant and lies above amount_from."
        yield Fault("amounts_out_of_order", message, (*key, "amount_to"))
    if least is not None and least < 0:
        yield Fault("bad_amount", "An amount must not be negative.", (*key, "amount_from"))


def _threshold(threshold: Threshold | None, policy: Policy, key: Key) -> Iterator[Fault]:
    if threshold is None:
        return
    name = "threshold_to" if threshold.kind == "sliding" else "threshold"
    if threshold.kind == "sliding" and not 0 <= threshold.start < threshold.end:
        message = "A sliding threshold begins below where it ends; threshold_to lies above threshold_from."
        yield Fault("threshold_out_of_order", message, (*key, name))
    if threshold.kind != "sliding" and not 0 < threshold.start == threshold.end:
        yield Fault("threshold_out_of_order", "A threshold is one amount above 0.", (*key, name))
    if threshold.currency not in CURRENCIES:
        message = f"Currency {threshold.currency!r} is unknown; {_CURRENCIES}."
        yield Fault("unknown_currency", message, (*key, "threshold_currency"))
        return
    rates = {(rate.of, rate.per) for rate in policy.exchange_rates}
    pair = (policy.currency, threshold.currency)
    if policy.currency in CURRENCIES and pair[0] != pair[1] and pair not in rates:
        message = f'Say what {pair[1]} is worth: add "{pair[0]} per {pair[1]}" under [exchange_rate].'
        yield Fault("exchange_rate_missing", message, (*key, "threshold_currency"))


def _amount(amount: int | None, policy: Policy, key: Key) -> Iterator[Fault]:
    unit = CURRENCIES.get(policy.currency)
    if amount is None:
        return
    if not 0 <= amount <= MAX_AMOUNT:
        yield Fault("bad_amount", f"An amount is from 0 to {MAX_AMOUNT} minor units, not {amount}.", key)
    elif unit and amount % unit.quantum:
        yield Fault(
            "bad_amount", f"{unit.code} is paid in steps of {unit.quantum} minor units; {amount} is not one.", key
        )
