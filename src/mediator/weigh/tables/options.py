"""A policy in one sentence, made from the policy itself so that it can't say anything else."""

from __future__ import annotations

from mediator.money import CURRENCIES
from mediator.policy import Eligibility, Policy, Rule, Threshold, Waiver
from mediator.weigh.answer import OptionFacts
from mediator.weigh.scenario import Option

PPM_PER_PERCENT = 10_000


def option_facts(option: Option, policy: Policy) -> OptionFacts:
    """The words of an option and the policy it stands for."""
    return OptionFacts(
        option.name,
        option.title.id,
        option.title.en,
        sentence(policy, "id"),
        sentence(policy, "en"),
        policy.reference,
        policy.digest,
    )


def sentence(policy: Policy, language: str) -> str:
    """What is charged, and what is waived for whom: ``Fee 0.55 %; waived for merchants of ID below USD 1,000,000``."""
    fees = [rule for rule in policy.rules if rule.kind == "fee"]
    charged = " + ".join(_fee(rule, language) for rule in fees) or {"id": "tanpa biaya", "en": "no fee"}[language]
    head = {"id": "Biaya", "en": "Fee"}[language]
    waived = [_waiver(waiver, language) for waiver in policy.waivers]
    nothing = {"id": "tidak ada yang dibebaskan", "en": "nothing is waived"}[language]
    return f"{head} {charged}; {'; '.join(waived) or nothing}."


def _fee(rule: Rule, language: str) -> str:
    if rule.rate_ppm is not None:
        return f"{_decimal(rule.rate_ppm / PPM_PER_PERCENT, language)} %"
    return rule.id


def _waiver(waiver: Waiver, language: str) -> str:
    verb = {"id": "dibebaskan", "en": "waived"}[language]
    share = (
        ""
        if waiver.share_ppm == 100 * PPM_PER_PERCENT
        else f" {_decimal(waiver.share_ppm / PPM_PER_PERCENT, language)} %"
    )
    limit = f" {_threshold(waiver.threshold, language)}" if waiver.threshold else ""
    return f"{verb}{share} {_who(waiver.eligible, language)}{limit}"


def _who(eligible: Eligibility, language: str) -> str:
    is_id = language == "id"
    status = []
    if eligible.curated:
        status.append("terkurasi" if is_id else "curated")
    if eligible.mentored:
        status.append("terbina" if is_id else "mentored")
    if eligible.size_class:
        status.append(" / ".join(eligible.size_class))
    if eligible.country == ("ID",):
        home = "usaha Indonesia" if is_id else "Indonesian merchants"
        return f"bagi {home} {' '.join(status)}".strip() if is_id else f"for {' '.join([*status, home])}"
    who = "usaha" if is_id else "merchants"
    if eligible.country:
        status.append(("dari " if is_id else "of ") + ", ".join(eligible.country))
    if eligible.not_country:
        status.append(("selain dari " if is_id else "not of ") + ", ".join(eligible.not_country))
    if not status:
        return "bagi semua usaha" if is_id else "for all merchants"
    return f"bagi {who} {' '.join(status)}" if is_id else f"for {who} {' '.join(status)}"


def _threshold(threshold: Threshold, language: str) -> str:
    amount = _amount(threshold.start, threshold.currency, language)
    year = {"calendar_year": {"id": "setahun", "en": "a year"}, "deal": {"id": "per transaksi", "en": "a deal"}}
    over = year[threshold.over][language]
    if threshold.kind != "sliding":
        return f"{'beromzet di bawah' if language == 'id' else 'below'} {amount} {over}"
    end = _amount(threshold.end, threshold.currency, language)
    if language == "id":
        return f"beromzet di bawah {amount} {over}, lalu berkurang bertahap sampai {end}"
    return f"below {amount} {over}, then less and less up to {end}"


def _amount(minor: int, code: str, language: str) -> str:
    whole = minor // 10 ** CURRENCIES[code].exponent
    symbol = {"IDR": "Rp", "USD": "US$"}.get(code, code)
    figure = f"{whole:,}"
    return f"{symbol} {figure.replace(',', '.') if language == 'id' else figure}"


def _decimal(value: float, language: str) -> str:
    figure = f"{value:g}"
    return figure.replace(".", ",") if language == "id" else figure
