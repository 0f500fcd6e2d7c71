"""A weighing that answers at once: one waiver, some sliders, the same model and the same numbers as ``weigh``.

live = Live.ready("alipay-now")
answer = live.answer(Question(threshold_usd=300_000, kind="kink"))
"""

from .answer import DRAWS, Live, LiveAnswer
from .question import BASES, CHANNELS, FIXABLE, KINDS, RATES_PPM, THRESHOLDS_USD, WHO, YEARS, Question, question_faults

__all__ = [
    "BASES",
    "CHANNELS",
    "DRAWS",
    "FIXABLE",
    "KINDS",
    "RATES_PPM",
    "THRESHOLDS_USD",
    "WHO",
    "YEARS",
    "Live",
    "LiveAnswer",
    "Question",
    "question_faults",
]
