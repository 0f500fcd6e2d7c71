"""The protocol for people, written from the table: states, clocks, commands, money, refusals, and two diagrams.

``mediator protocol diagram`` puts it between the markers of ``docs/protocol.md``; what people wrote outside stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mediator.protocol.decide import clock_of
from mediator.protocol.guards import SENTENCES
from mediator.protocol.table import CLAIM, CLOCKS, COMMANDS, PARCEL, PURSE, SAME, Move

BEGIN = "<!-- written by `mediator protocol diagram`; changes below are lost -->"
END = "<!-- end of what `mediator protocol diagram` writes -->"

MONEY: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "suspend": (("rail",), ("suspense",)),
    "fund": (("rail", "suspense"), ("held", "buyer")),
    "return_payment": (("rail",), ("buyer",)),
    "return_suspense": (("suspense",), ("buyer",)),
    "dispute": (("held",), ("disputed",)),
    "undispute": (("disputed",), ("held",)),
    "release": (("held", "disputed", "fee_waived"), ("merchant", "fee", "tax")),
    "refund": (("held", "disputed"), ("buyer",)),
    "payout": (("merchant",), ("payout_transit",)),
    "payout_settled": (("payout_transit",), ("rail",)),
    "payout_failed": (("payout_transit",), ("merchant",)),
    "payout_returned": (("rail",), ("merchant",)),
    "payback": (("buyer",), ("refund_transit",)),
    "payback_settled": (("refund_transit",), ("rail",)),
    "payback_failed": (("refund_transit",), ("buyer",)),
    "payback_returned": (("rail",), ("buyer",)),
    "chargeback": (("buyer", "suspense", "held", "disputed", "merchant", "receivable", "loss"), ("rail",)),
    "chargeback_won": (("rail",), ("held", "disputed", "buyer", "merchant", "receivable", "loss")),
    "recover": (("merchant",), ("receivable",)),
    "write_off": (("loss",), ("receivable",)),
}
"""Every kind of entry: accounts debited (a negative posting) and credited (a positive one). Accounts without money in
a case are left out of its entry. A test holds every entry of the exhaustive check against this."""


def write_into(text: str) -> str:
    """``text`` with everything between the markers written anew; the markers are appended when it has none."""
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head.rstrip()}\n\n{BEGIN}\n\n{describe()}\n{END}\n{tail.lstrip()}"


def describe() -> str:
    """The whole protocol as Markdown."""
    return "\n".join(
        (
            "## Clocks\n",
            _clocks(),
            "\n## The parcel\n",
            _diagram(PARCEL, "opened", {"done": "released, refunded or split"}),
            "",
            _moves(PARCEL),
            "\n## The claim\n",
            _diagram(CLAIM, "claimed", {}),
            "",
            _moves(CLAIM),
            "\n## Money in and out, in any state\n",
            _moves(PURSE),
            "\n## Money moves\n",
            "A debit is a negative posting, a credit a positive one (the account is owed more or has taken in).\n",
            _money(),
            "\n## Commands\n",
            _commands(),
            "\n## Refusals\n",
            "A refused command changes nothing. Its answer has the code, the sentence, and what is allowed now.\n",
            _refusals(),
            "",
        )
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"| {' | '.join('---' for _ in head)} |"]
    lines += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join(lines)


def _clocks() -> str:
    return _table(
        ("clock", "default", "when it rings", "to whose benefit", "source"),
        ((f"`{name}`", clock.span, clock.then, clock.benefits, clock.source) for name, clock in CLOCKS.items()),
    )


def _moves(moves: Sequence[Move]) -> str:
    head = ("state", "command", "by", "when", "to", "clock", "effect")
    return _table(head, (_row(move) for move in moves))


def _row(move: Move) -> tuple[str, ...]:
    running = clock_of(move.machine, move.state) if move.command == "lapse" else None
    clock = {"keep": "runs on", "ship_due": "`ship_by` as it was"}.get(move.clock) or (move.clock and f"`{move.clock}`")
    return (
        "any" if move.state == "*" else move.state,
        f"`{move.command}`",
        f"clock (`{running}`)" if running else ", ".join(move.by),
        move.when.replace("_", " "),
        move.to or "–",
        clock,
        move.effect.replace("_", " "),
    )


def _diagram(moves: Sequence[Move], first: str, says: dict[str, str]) -> str:
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {first}"]
    joined: dict[tuple[str, str], list[str]] = {}
    for move in moves:
        target = move.to if move.to != SAME else _aim(move)
        if target:
            joined.setdefault((move.state, target), []).append(move.command)
    for (source, target), commands in joined.items():
        lines.append(f"    {source} --> {target}: {', '.join(dict.fromkeys(commands))}")
    lines += [f"    {state}: {state} ({text})" for state, text in says.items()]
    return "\n".join((*lines, "```"))


_AIMS = {
    "grant_wish": "closed", "grant_offer": "closed", "drop": "closed", "drop_heard": "closed", "execute": "closed",
    "final_decision": "closed", "pay_award": "closed", "forfeit": "closed", "accept_decision": "closed",
}  # fmt: skip


def _aim(move: Move) -> str:
    """Where a row leads whose effect sets the state: an award that asks for it sends the goods back first."""
    return _AIMS.get(move.effect, "") if move.machine == "claim" else ""


def _money() -> str:
    return _table(
        ("entry", "debit", "credit"),
        ((f"`{kind}`", ", ".join(debit), ", ".join(credit)) for kind, (debit, credit) in MONEY.items()),
    )


def _commands() -> str:
    return _table(
        ("command", "says", "needs", "may carry"),
        ((f"`{name}`", ask.says, ", ".join(ask.needs), ", ".join(ask.takes)) for name, ask in COMMANDS.items()),
    )


def _refusals() -> str:
    return _table(("code", "sentence"), ((f"`{code}`", sentence) for code, sentence in SENTENCES.items()))
