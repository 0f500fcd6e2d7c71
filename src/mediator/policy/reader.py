"""From a policy's TOML (or its JSON in a database) to a checked ``Policy``, with every mistake found at once.

The tables below are the format: which keys there are and how each is read. A key that can't be read leaves its default
behind, so that reading goes on and one pass reports everything; the policy is only handed out when nothing was wrong.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from mediator.money import CURRENCIES, Currency, Rounding

from .check import find_faults, nearest
from .errors import Fault, Key, PolicyError
from .locate import locate
from .model import Band, Eligibility, ExchangeRate, Policy, Rule, Threshold, Waiver
from .pricing import compile_policy
from .units import read_amount, read_pair, read_rate, read_rational

Read = Callable[[Any], Any]


class _Field(NamedTuple):
    """How a key is read; a ValueError of ``read`` becomes a fault with that ``code``."""

    read: Read
    code: str = "wrong_type"
    required: bool = False


def load_policy(path: str | Path) -> Policy:
    """The policy in a TOML file; PolicyError with every fault and its line."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        fault = Fault("unreadable_file", f"The file can't be read: {error.strerror or error}.")
        raise PolicyError([fault], str(path)) from None
    except UnicodeDecodeError as error:
        raise PolicyError([Fault("bad_toml", f"TOML is UTF-8; byte {error.start} is not.")], str(path)) from None
    return parse_policy(text, str(path))


def parse_policy(text: str, path: str | None = None) -> Policy:
    """The policy in a TOML text; ``path`` only names it in errors."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError([_bad_toml(str(error), text)], path) from None
    reader = _Reader()
    policy = reader.policy(raw)
    broken = {fault.key for fault in reader.faults}
    faults = reader.faults + [fault for fault in find_faults(policy) if fault.key not in broken]
    if faults:
        lines = locate(text)
        placed = [msgspec.structs.replace(fault, line=_line(fault.key, lines)) for fault in faults]
        raise PolicyError(sorted(placed, key=lambda fault: fault.line or 0), path)
    compile_policy(policy)
    return policy


def policy_from_json(text: str) -> Policy:
    """The policy of a database row written by ``policy_to_json``, checked like a file."""
    try:
        policy = msgspec.json.decode(text, type=Policy)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise PolicyError([Fault("bad_json", f"This is not a policy's JSON: {error}.")]) from None
    if faults := list(find_faults(policy)):
        raise PolicyError(faults)
    compile_policy(policy)
    return policy


def _bad_toml(message: str, text: str) -> Fault:
    found = re.search(r"\(at line (\d+), column \d+\)", message)
    line = int(found[1]) if found else text.rstrip().count("\n") + 1
    reason = re.sub(r"\s*\(at [^)]*\)$", "", message)
    return Fault("bad_toml", f"This is not TOML: {reason}.", (), line)


def _line(key: Key, lines: Mapping[Key, int]) -> int:
    """The line of a key, or of the nearest table around it when the key is missing."""
    while key:
        if key in lines:
            return lines[key]
        key = key[:-1]
    return 1


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{value!r} is not a text; write words in quotes.")
    return value.strip()


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither true nor false; write one of them without quotes.")
    return value


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{value!r} is not a whole number; write one like 1, without quotes.")
    return value


def _date(value: object) -> datetime.date:
    if not isinstance(value, datetime.date) or isinstance(value, datetime.datetime):
        raise ValueError(f"{value!r} is not a date; write it like 2024-12-01, without quotes.")
    return value


def _words(value: object) -> tuple[str, ...]:
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not items or not all(isinstance(item, str) and item for item in items):
        raise ValueError(f'{value!r} is not a list of texts; write ["one", "two"].')
    return tuple(items)


def _one_of(*known: str) -> Read:
    def read(value: object) -> str:
        if not isinstance(value, str) or value not in known:
            raise ValueError(f"{value!r} is not one of {', '.join(known)}; {nearest(str(value), known)}")
        return value

    return read


def _some_of(*known: str) -> Read:
    one = _one_of(*known)
    return lambda value: tuple(one(word) for word in _words(value))


class _Reader:
    """One pass over the raw tables; ``faults`` collects what could not be read."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.unit: Currency | None = None

    def fault(self, code: str, message: str, key: Key) -> None:
        self.faults.append(Fault(code, message, key))

    def take(self, raw: Mapping[str, Any], fields: Mapping[str, _Field], key: Key) -> dict[str, Any]:
        """The values of a table by its fields, leaving out what is absent or can't be read."""
        taken: dict[str, Any] = {}
        for name, value in raw.items():
            field = fields.get(name)
            if field is None:
                self.fault("unknown_key", f"There is no key {name!r} here; {nearest(name, fields)}", (*key, name))
                continue
            try:
                taken[name] = field.read(value)
            except PolicyError as error:
                self.faults += [msgspec.structs.replace(fault, key=(*key, name)) for fault in error.faults]
            except ValueError as error:
                self.fault(field.code, str(error), (*key, name))
        for name, field in fields.items():
            if field.required and name not in raw:
                self.fault("missing_key", f"The key {name!r} is missing.", (*key, name))
        return taken

    def tables(self, raw: Mapping[str, Any], name: str, key: Key) -> list[tuple[dict[str, Any], Key]]:
        """The tables of an array of tables, each with its key path."""
        items = raw.get(name, [])
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            kind = '{from = 0, rate = "1%"}' if key else f"[[{name}]]"
            self.fault("wrong_type", f"{name!r} is a list of tables; write each as {kind}.", (*key, name))
            return []
        return [(item, (*key, name, place)) for place, item in enumerate(items)]

    def amount(self, value: object) -> int:
        """An amount of the policy's currency that can be paid, in minor units."""
        return self._amount_of(self.unit, value)

    def above(self, value: object) -> int:
        """The first minor unit above an amount."""
        return self.amount(value) + 1

    def _amount_of(self, unit: Currency | None, value: object) -> int:
        if unit is None:
            message = 'An amount needs a currency; add currency = "IDR" at the top of the policy.'
            raise PolicyError([Fault("currency_missing", message)])
        return read_amount(value, unit, unit.quantum)

    def policy(self, raw: dict[str, Any]) -> Policy:
        head = {name: value for name, value in raw.items() if name not in ("rule", "waiver")}
        fields = {**_HEAD, "rule": _Field(_text), "waiver": _Field(_text)}
        self.unit = CURRENCIES.get(str(raw.get("currency", "")))
        taken = self.take(head, fields, ())
        if "currency" in raw and self.unit is None:
            known = ", ".join(sorted(CURRENCIES))
            self.fault(
                "unknown_currency", f"Currency {raw['currency']!r} is unknown; use one of {known}.", ("currency",)
            )
            self.unit = CURRENCIES["IDR"]  # so that amounts are still looked at; the policy is refused all the same
        return Policy(
            id=taken.get("id", ""),
            version=taken.get("version", 1),
            name=taken.get("name", ""),
            valid_from=taken.get("valid_from", datetime.date.min),
            valid_to=taken.get("valid_to"),
            source=taken.get("source", ""),
            currency=self.unit.code if self.unit else "",
            exchange_rates=self.exchange_rates(taken.get("exchange_rate", {})),
            rules=tuple(self.rule(item, key) for item, key in self.tables(raw, "rule", ())),
            waivers=tuple(self.waiver(item, key) for item, key in self.tables(raw, "waiver", ())),
        )

    def exchange_rates(self, raw: Mapping[str, Any]) -> tuple[ExchangeRate, ...]:
        rates = []
        for pair, value in raw.items():
            try:
                (of, per), number = read_pair(pair), read_rational(value)
            except ValueError as error:
                self.fault("bad_exchange_rate", str(error), ("exchange_rate", pair))
            else:
                rates.append(ExchangeRate(of=of, per=per, numerator=number.numerator, denominator=number.denominator))
        return tuple(rates)

    def rule(self, raw: dict[str, Any], key: Key) -> Rule:
        amount = _Field(self.amount, "bad_amount")
        own = {**_RULE, "flat": amount, "floor": amount, "cap": amount, "quantum": _Field(self.amount, "bad_quantum")}
        fields = {**own, **self.eligibility_fields(), **_THRESHOLD}
        head = {name: value for name, value in raw.items() if name not in ("bands", "steps")}
        taken = self.take(head, {**fields, "bands": _Field(_text), "steps": _Field(_text)}, key)
        rate_ppm = taken.get("rate", 0 if "rate" in raw else None)
        if "flat" in raw and "flat" not in taken and rate_ppm is None:
            rate_ppm = 0  # an unreadable flat part is one fault, not also a rule that charges nothing
        return Rule(
            id=taken.get("id", str(key)),
            kind=taken.get("kind", "fee"),
            bearer=taken.get("bearer", "merchant"),
            group=taken.get("group", ""),
            eligible=self.eligible(taken, raw, key),
            base=taken.get("base", "amount"),
            rate_ppm=rate_ppm,
            flat=taken.get("flat", 0),
            bands=self.bands(raw, "bands", key),
            steps=self.bands(raw, "steps", key),
            floor=taken.get("floor"),
            cap=taken.get("cap"),
            rounding=Rounding(taken.get("rounding", "half_up")),
            quantum=taken.get("quantum"),
            threshold=self.threshold(taken, raw, key),
        )

    def waiver(self, raw: dict[str, Any], key: Key) -> Waiver:
        taken = self.take(raw, {**_WAIVER, **self.eligibility_fields(), **_THRESHOLD}, key)
        return Waiver(
            id=taken.get("id", str(key)),
            rules=taken.get("rules", ()),
            eligible=self.eligible(taken, raw, key),
            share_ppm=taken.get("share", 1_000_000),
            threshold=self.threshold(taken, raw, key),
        )

    def eligibility_fields(self) -> dict[str, _Field]:
        amounts = {"amount_from": self.amount, "amount_above": self.above, "amount_to": self.amount}
        return {**_ELIGIBLE, **{name: _Field(read, "bad_amount") for name, read in amounts.items()}}

    def eligible(self, taken: Mapping[str, Any], raw: Mapping[str, Any], key: Key) -> Eligibility:
        if "amount_from" in raw and "amount_above" in raw:
            self.fault("conflicting_keys", "Give amount_from or amount_above, not both.", (*key, "amount_above"))
        named = {name: taken[name] for name in _ELIGIBLE if name in taken}
        least = taken.get("amount_above", taken.get("amount_from"))
        return Eligibility(**named, amount_from=least, amount_to=taken.get("amount_to"))

    def bands(self, raw: Mapping[str, Any], name: str, key: Key) -> tuple[Band, ...]:
        fields = {
            "from": _Field(self.amount, "bad_amount"),
            "above": _Field(self.above, "bad_amount"),
            "rate": _Field(read_rate, "bad_rate", required=True),
        }
        if name == "steps":
            fields["flat"] = _Field(self.amount, "bad_amount")
        bands: list[Band] = []
        for item, at in self.tables(raw, name, key):
            taken = self.take(item, fields, at)
            if ("from" in item) == ("above" in item):
                message = "A band begins somewhere; write from = 500_000 (included) or above = 500_000 (not included)."
                self.fault("missing_key", message, (*at, "from"))
            unread = bands[-1].start + 1 if bands else 0
            start = taken.get("above", taken.get("from", unread))
            bands.append(Band(start=start, rate_ppm=taken.get("rate", 0), flat=taken.get("flat", 0)))
        return tuple(bands)

    def threshold(self, taken: Mapping[str, Any], raw: Mapping[str, Any], key: Key) -> Threshold | None:
        given = [name for name in _THRESHOLD if name in raw]
        if not given:
            return None
        kind = taken.get("threshold_kind", "notch")
        wanted = ("threshold_from", "threshold_to") if kind == "sliding" else ("threshold",)
        for name in ("threshold", "threshold_from", "threshold_to"):
            if name in wanted and name not in raw:
                self.fault("missing_key", f"A threshold of kind {kind!r} needs the key {name!r}.", (*key, name))
            if name in raw and name not in wanted:
                message = f"A threshold of kind {kind!r} is given by {' and '.join(wanted)}, not by {name!r}."
                self.fault("conflicting_keys", message, (*key, name))
        code = taken.get("threshold_currency", self.unit.code if self.unit else "")
        limits = [self.limit(raw[name], CURRENCIES.get(code), (*key, name)) for name in wanted if name in raw]
        if len(limits) != len(wanted) or None in limits:
            return None
        return Threshold(
            kind=kind,
            over=taken.get("threshold_over", "calendar_year"),
            base=taken.get("threshold_base", "rail"),
            currency=code,
            start=limits[0] or 0,
            end=limits[-1] or 0,
        )

    def limit(self, value: object, unit: Currency | None, key: Key) -> int | None:
        """One threshold amount, None when unreadable. An unknown currency is reported once, by ``find_faults``."""
        try:
            return self._amount_of(unit or self.unit, value)
        except PolicyError as error:
            self.fault(error.code, error.message, key)
        except ValueError as error:
            self.fault("bad_amount", str(error), key)
        return None


def _rates_table(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError('exchange_rate is a table; write [exchange_rate] and below it "IDR per USD" = "13340".')
    return value


_HEAD = {
    "id": _Field(_text, required=True),
    "version": _Field(_whole, required=True),
    "name": _Field(_text, required=True),
    "valid_from": _Field(_date, required=True),
    "valid_to": _Field(_date),
    "source": _Field(_text, required=True),
    "currency": _Field(_text),
    "exchange_rate": _Field(_rates_table),
}
_ELIGIBLE = {
    "country": _Field(_words),
    "not_country": _Field(_words),
    "curated": _Field(_flag),
    "mentored": _Field(_flag),
    "size_class": _Field(_some_of("micro", "small", "medium", "large"), "unknown_value"),
    "category": _Field(_words),
    "rail": _Field(_words),
}
_RULE = {
    "id": _Field(_text, required=True),
    "kind": _Field(_one_of("fee", "tax"), "unknown_value", required=True),
    "bearer": _Field(_one_of("merchant", "buyer", "operator"), "unknown_value"),
    "group": _Field(_text),
    "base": _Field(_one_of("amount", "fees"), "unknown_value"),
    "rate": _Field(read_rate, "bad_rate"),
    "rounding": _Field(_one_of(*(rule.value for rule in Rounding)), "unknown_rounding"),
}
_WAIVER = {
    "id": _Field(_text, required=True),
    "rules": _Field(_words, required=True),
    "share": _Field(read_rate, "bad_rate"),
}
_THRESHOLD = {
    "threshold": _Field(lambda value: value),  # read later, when its currency is known
    "threshold_from": _Field(lambda value: value),
    "threshold_to": _Field(lambda value: value),
    "threshold_currency": _Field(_text),
    "threshold_kind": _Field(_one_of("notch", "kink", "sliding"), "unknown_value"),
    "threshold_over": _Field(_one_of("deal", "calendar_year"), "unknown_value"),
    "threshold_base": _Field(_one_of("world", "indonesia", "rail"), "unknown_value"),
}
