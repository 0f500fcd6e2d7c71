"""Promised beside received: an aid for the eye, never a verdict on the goods.

``compare`` either finds the promised print on the received picture and shows where, or says why it cannot compare.
"""

from mediator.mediation.comparison.colour import ColourNote, ciede2000
from mediator.mediation.comparison.compare import Comparison, Region, Verdict, compare
from mediator.mediation.comparison.reasons import WORDS, Reason, Words

__all__ = ["WORDS", "ColourNote", "Comparison", "Reason", "Region", "Verdict", "Words", "ciede2000", "compare"]
