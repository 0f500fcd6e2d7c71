"""What must always hold, checked from outside: from the answers, from the tables, and by what the rails saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec
from django.db import connection

from mediator.deals.batch import APPLIED, REPLAYED, Result
from mediator.deals.keys import WIDTH
from mediator.protocol import Command, Deal
from mediator.protocol.deal import State, Terms
from mediator.protocol.explore import OWED, Fault, check_state
from mediator.simulate.stage import Broken
from mediator.simulate.traders import STRANGER

UNBALANCED = """
SELECT deal_id::text FROM posting WHERE book_id = ANY(%s::uuid[])
GROUP BY book_id, seq, n, deal_id HAVING sum(amount) <> 0
"""
ACCOUNTS = """
SELECT book_id::text, deal_id::text, account, sum(amount)::bigint FROM posting WHERE book_id = ANY(%s::uuid[])
GROUP BY 1, 2, 3
"""
BALANCES = "SELECT book_id::text, account, amount FROM balance WHERE book_id = ANY(%s::uuid[])"
DEALS = "SELECT book_id::text, id::text, version, terms, state, keys, status FROM deal WHERE book_id = ANY(%s::uuid[])"
LINES = "SELECT book_id::text, body FROM journal WHERE book_id = ANY(%s::uuid[]) ORDER BY book_id, seq"
EVENTS = "SELECT deal_id::text, count(*) FROM outbox WHERE book_id = ANY(%s::uuid[]) GROUP BY 1"

Key = tuple[str, str, str]


class Watch:
    """Follows the answers of one simulation and looks into its books."""

    def __init__(self, books: Iterable[str]) -> None:
        self.books = list(books)
        self.codes: Counter[str] = Counter()
        self._taken: dict[Key, tuple[int, bytes]] = {}
        self._rails: dict[str, int] = {}

    def hear(self, answers: Sequence[tuple[Command, Result]]) -> None:
        """Invariants 5 and 6, from the answers alone; and what each rail must have seen."""
        for command, result in answers:
            self.codes[result.code] += 1
            if result.code in (APPLIED, REPLAYED):
                self._once(command, result)
            elif not result.message:
                raise Broken("5", f"{command.name} was refused with {result.code} and no sentence")

    def _once(self, command: Command, result: Result) -> None:
        if command.actor.id == STRANGER:
            raise Broken("6", f"a stranger moved a deal with {command.name}")
        key = (command.book, command.deal, command.key)
        content = msgspec.json.encode((command.name, command.actor, command.details))
        known = self._taken.get(key)
        if known is None:
            self._taken[key] = (result.version, content)
            self._see_money(command, result)
        elif known != (result.version, content):
            raise Broken("5", f"{command.name} took effect twice: versions {known[0]} and {result.version}")

    def _see_money(self, command: Command, result: Result) -> None:
        """The rail's own statement: plus what came in, minus what went out."""
        name, details, deal = command.name, command.details, result.deal
        amount = details.amount if isinstance(details.amount, int) else 0
        if name in ("pay", "chargeback_won", "chargeback"):
            if name == "chargeback_won" and deal is not None:
                amount = next(c.amount for c in deal.state.chargebacks if c.reference == details.reference and c.won)
            signed = -amount if name == "chargeback" else amount
        elif name in ("payout_settled", "payback_settled", "payout_returned", "payback_returned") and deal is not None:
            sent = next(t.amount for t in deal.state.transfers if t.reference == details.reference)
            signed = -sent if name.endswith("settled") else sent
        else:
            return
        account = f"rail.{command.actor.id}"
        self._rails[account] = self._rails.get(account, 0) + signed

    def look(self, *, final: bool = False) -> None:
        """Invariants 1 to 3 and 5 from the tables; with ``final`` also 4: every deal has come to its end."""
        with connection.cursor() as cursor:

            def read(query: str) -> list[tuple[object, ...]]:
                cursor.execute(query, [self.books])
                return list(cursor.fetchall())

            unbalanced, accounts, balances = read(UNBALANCED), read(ACCOUNTS), read(BALANCES)
            deals, lines, events = read(DEALS), read(LINES), read(EVENTS)
        if unbalanced:
            raise Broken("1", f"an entry of deal {unbalanced[0][0]} does not sum to zero")
        self._check_balances(accounts, balances)
        self._check_deals(deals, accounts, lines, events, final)

    def _check_balances(self, accounts: list[tuple[object, ...]], balances: list[tuple[object, ...]]) -> None:
        sums: dict[tuple[object, object], int] = {}
        rails: dict[str, int] = {}
        for book, _deal, account, amount in accounts:
            assert isinstance(amount, int)
            sums[book, account] = sums.get((book, account), 0) + amount
            if str(account).startswith("rail."):
                rails[str(account)] = rails.get(str(account), 0) - amount
        kept = {(book, account): amount for book, account, amount in balances}
        if {place: amount for place, amount in sums.items() if amount} != {p: a for p, a in kept.items() if a}:
            raise Broken("3", "balances are not the sums of their postings")
        below = {place: amount for place, amount in kept.items() if place[1] in OWED and int(str(amount)) < 0}
        if below:
            raise Broken("3", f"an account that is owed fell below zero: {below}")
        seen = {account: amount for account, amount in self._rails.items() if amount}
        if {account: amount for account, amount in rails.items() if amount} != seen:
            raise Broken("3", f"the rails say {seen}, the books {rails}")

    def _check_deals(
        self,
        deals: list[tuple[object, ...]],
        accounts: list[tuple[object, ...]],
        lines: list[tuple[object, ...]],
        events: list[tuple[object, ...]],
        final: bool,
    ) -> None:
        purses: dict[str, dict[str, int]] = {}
        for _book, deal, account, amount in accounts:
            if amount:
                purses.setdefault(str(deal), {})[str(account)] = int(str(amount))
        records: Counter[str] = Counter()
        for _book, body in lines:
            records.update(msgspec.json.decode(line)[0] for line in str(body).split("\n"))
        heard = {str(deal): count for deal, count in events}
        for book, deal_id, version, terms, state, keys, _status in deals:
            assert isinstance(version, int)
            deal = Deal(str(deal_id), str(book), _terms(str(terms)), _state(str(state)), version)
            try:
                check_state(deal)
            except Fault as fault:
                raise Broken("2", str(fault)) from fault
            if purses.get(deal.id, {}) != deal.state.purse:
                raise Broken("3", f"deal {deal.id} has {deal.state.purse}, its postings say {purses.get(deal.id)}")
            assert isinstance(keys, bytes | memoryview)
            if not records[deal.id] == version == len(keys) // WIDTH == heard.get(deal.id):
                raise Broken("5", f"deal {deal.id} has version {version}, but {records[deal.id]} journal records, "
                                  f"{len(keys) // WIDTH} keys and {heard.get(deal.id)} events")  # fmt: skip
            if final and deal.due_at is not None:
                raise Broken("4", f"deal {deal.id} never ends: {deal.status}")


_terms = msgspec.json.Decoder(Terms).decode
_state = msgspec.json.Decoder(State).decode
