"""On which line of a TOML text each value stands. ``tomllib`` reads the values but forgets where they were.

``locate`` walks a text that ``tomllib`` has already accepted, so it need not notice mistakes: it only tells apart
headers, keys, strings, arrays, inline tables and comments.
"""

from __future__ import annotations

import re
import tomllib

from .errors import Key

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_SCALAR = re.compile(r"[^,\]}\n#]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}' r"|'''.*?'{3,5}" r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'",
    re.DOTALL,
)


def locate(text: str) -> dict[Key, int]:
    """The line (from 1) of every key path of a valid TOML text.

    A key stands on the line of its name, an element of an array on the line it begins, a table on its header's line.
    """
    return _Walk(text).run()


class _Walk:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Key, int] = {}
        self._line = 1
        self._counted_to = 0

    def run(self) -> dict[Key, int]:
        counts: dict[Key, int] = {}
        table: Key = ()
        self._skip(_SPACE)
        while self.at < len(self.text):
            if self._looking_at("["):
                table = self._header(counts)
            else:
                self._pair(table)
            self._skip(_SPACE)
        return self.lines

    def _header(self, counts: dict[Key, int]) -> Key:
        """``[a.b]`` or ``[[a.b]]``; a step through an array of tables means its newest element."""
        line = self._line_here()
        is_array = self.text.startswith("[[", self.at)
        self.at += 2 if is_array else 1
        names = self._dotted()
        self.at += 2 if is_array else 1
        key: Key = ()
        for place, name in enumerate(names):
            key = (*key, name)
            if is_array and place == len(names) - 1:
                self.lines.setdefault(key, line)
                counts[key] = counts.get(key, 0) + 1
            if key in counts:
                key = (*key, counts[key] - 1)
        self.lines.setdefault(key, line)
        return key

    def _pair(self, table: Key) -> None:
        line = self._line_here()
        key = table
        for name in self._dotted():
            key = (*key, name)
            self.lines.setdefault(key, line)
        self.at += 1  # the equals sign
        self._skip(_BLANK)
        self._value(key)

    def _dotted(self) -> list[str]:
        names = [self._name()]
        while self._looking_at("."):
            self.at += 1
            names.append(self._name())
        return names

    def _name(self) -> str:
        self._skip(_BLANK)
        quoted = _STRING.match(self.text, self.at)
        found = quoted or _BARE_KEY.match(self.text, self.at)
        assert found is not None, "locate is for texts that tomllib accepts"
        self.at = found.end()
        self._skip(_BLANK)
        if quoted:
            return str(tomllib.loads(f"key = {found.group()}")["key"])
        return found.group()

    def _value(self, key: Key) -> None:
        if self._looking_at("["):
            self._array(key)
        elif self._looking_at("{"):
            self._inline_table(key)
        else:
            self._skip(_STRING if self.text[self.at] in "\"'" else _SCALAR)

    def _array(self, key: Key) -> None:
        self.at += 1
        self._skip(_SPACE)
        place = 0
        while not self._looking_at("]"):
            self.lines[(*key, place)] = self._line_here()
            self._value((*key, place))
            place += 1
            self._skip_comma()
        self.at += 1

    def _inline_table(self, key: Key) -> None:
        self.at += 1
        self._skip(_SPACE)
        while not self._looking_at("}"):
            self._pair(key)
            self._skip_comma()
        self.at += 1

    def _skip_comma(self) -> None:
        self._skip(_SPACE)
        if self._looking_at(","):
            self.at += 1
            self._skip(_SPACE)

    def _looking_at(self, mark: str) -> bool:
        return self.text.startswith(mark, self.at)

    def _skip(self, what: re.Pattern[str]) -> None:
        found = what.match(self.text, self.at)
        assert found is not None, "locate is for texts that tomllib accepts"
        self.at = found.end()

    def _line_here(self) -> int:
        self._line += self.text.count("\n", self._counted_to, self.at)
        self._counted_to = self.at
        return self._line
