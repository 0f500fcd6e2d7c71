"""A question as a policy: TOML like any other policy's, read by the same reader, priced by the same rules."""

from __future__ import annotations

from fractions import Fraction

from mediator.policy import Policy, parse_policy

from .question import Question

WHO_KEYS = {
    "all": "",
    "domestic": 'country = "ID"\n',
    "curated": 'country = "ID"\ncurated = true\n',
    "curated_mentored": 'country = "ID"\ncurated = true\nmentored = true\n',
}
WHO_WORDS = {
    "all": "for everyone alike",
    "domestic": "for merchants of Indonesia",
    "curated": "for curated Indonesian producers (IKM)",
    "curated_mentored": "for curated and mentored Indonesian producers (IKM)",
}


def policy_text(question: Question, like: Policy) -> str:
    """The policy's TOML. ``like``: the shipped policy whose dates of validity and exchange rate it takes."""
    until = f"valid_to = {like.valid_to}\n" if like.valid_to else ""
    rate = Fraction(question.rate_ppm, 10_000)
    percent = f"{float(rate):g}%"
    return f'''\
# A waiver to weigh, written by Mediator's page "weigh". Nobody has offered it.
id = "weighed"
version = 1
name = "{_name(question, percent)}"
valid_from = {like.valid_from}
{until}currency = "IDR"
source = """
Assumed: chosen on the page "weigh" to see what it would do. Exchange rate and dates are those of {like.reference}."""

[exchange_rate]
{_exchange_rate(like)}

[[rule]]
id = "fee"
kind = "fee"
rate = "{percent}"

[[waiver]]
id = "waiver"
rules = ["fee"]
{WHO_KEYS[question.who]}{_threshold(question)}'''


def question_policy(question: Question, like: Policy) -> Policy:
    """The policy, checked as a file's is."""
    return parse_policy(policy_text(question, like), "weighed.toml")


def _name(question: Question, percent: str) -> str:
    how = {
        "notch": f"waived below US$ {question.threshold_usd:,} a year",
        "kink": f"the first US$ {question.threshold_usd:,} a year free",
        "sliding": f"waived on a slide around US$ {question.threshold_usd:,} a year",
    }[question.kind]
    return f"Fee {percent}, {how} {WHO_WORDS[question.who]}"


def _threshold(question: Question) -> str:
    usd = question.threshold_usd
    limits = (
        f"threshold_from = {usd // 2:_}\nthreshold_to = {usd * 3 // 2:_}\n"
        if question.kind == "sliding"
        else f"threshold = {usd:_}\n"
    )
    return (
        f'{limits}threshold_currency = "USD"\nthreshold_kind = "{question.kind}"\n'
        f'threshold_over = "calendar_year"\nthreshold_base = "{question.base}"\n'
    )


def _exchange_rate(like: Policy) -> str:
    lines = []
    for rate in like.exchange_rates:
        value = f"{rate.numerator}" if rate.denominator == 1 else f"{rate.numerator}/{rate.denominator}"
        lines.append(f'"{rate.of} per {rate.per}" = "{value}"')
    return "\n".join(lines)
