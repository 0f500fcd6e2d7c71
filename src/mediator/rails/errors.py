"""What can go wrong with a rail."""

from __future__ import annotations


class RailError(Exception):
    """``code`` is stable, the text is a sentence for people that says what would be right."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Unreachable(RailError):
    """The rail did not answer, or not so that it can be understood: what became of the request is unknown."""

    def __init__(self, sentence: str = "The rail did not answer; inquire before doing anything else.") -> None:
        super().__init__("rail_unreachable", sentence)


class NotAuthentic(RailError):
    """A notice that was not signed by the rail it claims to come from. Nothing of it is believed."""

    def __init__(self, sentence: str) -> None:
        super().__init__("notice_not_authentic", sentence)
