"""The stages of an application, as one table: from which stage who may do what, and where it leads.

Of several rows for one act the first whose condition holds is taken (``rules``). ``when`` names a condition of
``rules``.
"""

from __future__ import annotations

from typing import NamedTuple

PRODUCER, VERIFIER, VALIDATOR, CURATOR, OFFICIAL = "producer", "verifier", "validator", "curator", "official"
SYSTEM, CLOCK = "system", "clock"
ROLES = (PRODUCER, VERIFIER, VALIDATOR, CURATOR, OFFICIAL, SYSTEM, CLOCK)
SAME = "="


class Move(NamedTuple):
    """One row. ``to`` SAME stays; ``due`` is the clock that runs from then on (``rules.due_at``), "" none, SAME
    keeps."""

    stage: str
    act: str
    by: str
    to: str = SAME
    when: str = ""
    due: str = SAME


TABLE: tuple[Move, ...] = (
    # the producer writes it
    Move("draft", "submit", PRODUCER, "submitted", when="is_ready", due=""),
    Move("draft", "withdraw", PRODUCER, "withdrawn", due=""),
    Move("draft", "lapse", CLOCK, "lapsed", due=""),
    # a pendamping verifies: permits, place and photographs are what they say
    Move("submitted", "verify", VERIFIER, "verified", when="gates_hold"),
    Move("submitted", "send_back", VERIFIER, "mending", due="mend"),
    Move("submitted", "withdraw", PRODUCER, "withdrawn"),
    # the dinas of the region validates
    Move("verified", "validate", VALIDATOR, "validated", when="gates_hold"),
    Move("verified", "send_back", VALIDATOR, "mending", due="mend"),
    Move("verified", "withdraw", PRODUCER, "withdrawn"),
    # repaired: the same application, one round on
    Move("mending", "submit", PRODUCER, "submitted", when="is_mended", due=""),
    Move("mending", "withdraw", PRODUCER, "withdrawn", due=""),
    Move("mending", "lapse", CLOCK, "lapsed", due=""),
    # two curators score, each without seeing the other's sheet
    Move("validated", "assign", SYSTEM, "scoring"),
    Move("validated", "withdraw", PRODUCER, "withdrawn"),
    Move("scoring", "assign", SYSTEM),
    Move("scoring", "give_up", CURATOR),
    Move("scoring", "take_away", CLOCK),
    Move("scoring", "hand_in", CURATOR, when="others_write"),
    Move("scoring", "hand_in", CURATOR, "settling", when="sheets_differ"),
    Move("scoring", "hand_in", CURATOR, "decided", due="appeal"),
    # a third settles what they could not
    Move("settling", "assign", SYSTEM),
    Move("settling", "give_up", CURATOR),
    Move("settling", "take_away", CLOCK),
    Move("settling", "hand_in", CURATOR, "decided", due="appeal"),
    # the producer may appeal once
    Move("decided", "accept", PRODUCER, "closed", due=""),
    Move("decided", "appeal", PRODUCER, "appealed", due=""),
    Move("decided", "lapse", CLOCK, "closed", due=""),
    Move("appealed", "assign", SYSTEM),
    Move("appealed", "give_up", CURATOR),
    Move("appealed", "take_away", CLOCK),
    Move("appealed", "hand_in", CURATOR, when="others_write"),
    Move("appealed", "hand_in", CURATOR, "rehearing", when="sheets_differ"),
    Move("appealed", "hand_in", CURATOR, "closed"),
    Move("rehearing", "assign", SYSTEM),
    Move("rehearing", "give_up", CURATOR),
    Move("rehearing", "take_away", CLOCK),
    Move("rehearing", "hand_in", CURATOR, "closed"),
    # a selection ends: by its day, or by two officials
    Move("decided", "ask_revocation", OFFICIAL, when="is_selected"),
    Move("decided", "refuse", OFFICIAL, when="is_anothers_ask"),
    Move("decided", "revoke", OFFICIAL, "revoked", when="is_anothers_ask", due=""),
    Move("closed", "ask_revocation", OFFICIAL, when="is_selected"),
    Move("closed", "refuse", OFFICIAL, when="is_anothers_ask"),
    Move("closed", "revoke", OFFICIAL, "revoked", when="is_anothers_ask"),
    Move("closed", "expire", CLOCK, "lapsed", when="is_selected"),
)

FINALS = frozenset({"closed", "withdrawn", "lapsed", "revoked"})
"""Another application of the product may begin."""
BLIND = frozenset({"scoring", "settling", "appealed", "rehearing"})
"""Sheets of the running instance are hidden from everybody but who writes them."""
STAGES = tuple(dict.fromkeys([move.stage for move in TABLE] + [move.to for move in TABLE if move.to != SAME]))
ACTS = tuple(dict.fromkeys(move.act for move in TABLE))
