"""How criteria, gates, evidence and results are laid out for templates, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from mediator.ikm.producers.numbers import PERMIT_KINDS
from mediator.ikm.producers.numbers_kinds import REQUIREMENTS
from mediator.ikm.selection.criteria import CriteriaSet
from mediator.ikm.selection.gates import HOLDS, UNVERIFIED, GateState
from mediator.ikm.selection.models import Application, Decision, Evidence, Sheet, Step
from mediator.web.pictures import shown as pictures
from mediator.web.selection import words

Address = Callable[[str], str]


def gates(states: Sequence[GateState]) -> list[dict[str, Any]]:
    """The checklist."""
    return [
        {
            "id": state.gate.id,
            "name": words.told(state.gate, "name"),
            "source": state.gate.source,
            "kinds": _kinds(state),
            "state": words.GATE.get(state.state, state.state),
            "tone": {HOLDS: "good", UNVERIFIED: "wait"}.get(state.state, "bad"),
            "is_shown": state.is_shown,
            "is_origin": bool(state.gate.origin),
            "permit": state.permit,
        }
        for state in states
    ]


def _kinds(state: GateState) -> str:
    if not state.gate.requires:
        return ""
    kinds = REQUIREMENTS[state.gate.requires].kinds
    return _(" or ").join(words.told(PERMIT_KINDS[kind], "name") for kind in kinds)


def items(
    criteria: CriteriaSet, evidence: Sequence[Evidence], address: Address, draft: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Every item with what is shown of it: the newest first, earlier rounds behind; what is typed and not sent before
    both."""
    rows = []
    for item in criteria.items:
        rounds = sorted((each for each in evidence if each.item == item.id), key=lambda each: -each.round)
        typed = (draft or {}).get(item.id)
        said: list[dict[str, Any]] = [
            {"words": each.words, "round": each.round, "photos": _photos(each.photos, address, item), "at": each.at}
            for each in rounds
        ]
        if typed:
            said.insert(0, {"words": typed["words"], "round": None, "photos": _photos(typed["photos"], address, item)})
        newest_words = said[0]["words"] if said else ""
        count = len(said[0]["photos"]) if said else 0
        rows.append(
            {
                "id": item.id,
                "name": words.told(item, "name"),
                "asks": words.told(item, "asks"),
                "criterion": words.CRITERION[item.criterion],
                "weight": item.weight,
                "minimum": item.minimum,
                "photos": item.photos,
                "scale": list(enumerate(words.told(item, "scale"), 1)),
                "said": said[:1],
                "before": said[1:],
                "is_done": bool(newest_words) and count >= item.photos,
            }
        )
    return rows


def _photos(digests: Sequence[str], address: Address, item: Any) -> list[Any]:
    return pictures(digests, address, words.told(item, "name"))


def result(
    criteria: CriteriaSet, decision: Decision, sheets: Sequence[Sheet], names: dict[int, str] | None = None
) -> dict[str, Any]:
    """A decision item by item, with what each sheet said. Curators have numbers, and ``names`` only where given."""
    rows = []
    for item in criteria.items:
        score = decision.items.get(item.id)
        rows.append(
            {
                "name": words.told(item, "name"),
                "score": _score(score),
                "is_below": item.id in decision.below,
                "anchors": words.told(item, "scale"),
                "sheets": [
                    {"who": (names or {}).get(n) or _("Curator %(n)d") % {"n": n}, **sheet.said.get(item.id, {})}
                    for n, sheet in enumerate(sheets, 1)
                ],
                "mend": _mend(sheets, item.id),
            }
        )
    return {
        "decision": decision,
        "grade": words.GRADE[decision.grade],
        "how": words.HOW[decision.how],
        "rows": rows,
        "mend": [row for row in rows if row["mend"]],
        "gates": [words.told(gate, "name") for gate in criteria.gates if gate.id in decision.gates],
    }


def _mend(sheets: Sequence[Sheet], item: str) -> list[str]:
    """What the sheets say is to be mended at one item, each sentence once."""
    said = [sheet.said.get(item, {}).get("mend", "") for sheet in sheets]
    return [words for words in dict.fromkeys(said) if words]


def _score(text: str | None) -> str:
    """A score as people read it: "2½" or "2"."""
    if text is None:
        return ""
    value = Fraction(text)
    return str(value) if value.denominator == 1 else f"{value.numerator // value.denominator}½"


def history(steps: Sequence[Step], names: dict[Any, str] | None = None) -> list[dict[str, Any]]:
    """What happened, the latest first; ``names`` of staff only for officials."""
    return [
        {
            "act": words.ACT.get(step.act, step.act),
            "role": words.ROLE.get(step.role, step.role),
            "who": (names or {}).get(step.person, ""),
            "words": step.words,
            "at": step.at,
            "round": step.round,
        }
        for step in reversed(steps)
    ]


def row(application: Application) -> dict[str, Any]:
    """An application in a list."""
    return {
        "application": application,
        "stage": words.STAGE[application.stage],
        "tone": words.TONE.get(application.stage, "wait"),
    }
