"""The locator against tomllib: every value that tomllib sees has a line, and it is the right one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mediator.policy.locate import locate

TEXT = '''# a comment with [brackets] and = signs
title = "a # in a string" # and after
multi = """
[not.a.header]
x = 1 \\" """
plain = \'\'\'
y = 2\'\'\'
"quoted key" = [ # a comment
  1, [2,
  3], {a = 1, b.c = "x"},
]
[table]
key.'part two' = true
[[list]]
a = 1
[[list]]
b = 2
[list.inner]
c = 1979-05-27T07:32:00Z
[[list.deep]]
d = [
]
'''


def paths(value: Any, key: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if key:
        yield key
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        yield from paths(inner, (*key, name))


def test_each_key_is_found_on_its_line() -> None:
    lines = locate(TEXT)
    expected = {
        ("title",): 2,
        ("multi",): 3,
        ("plain",): 6,
        ("quoted key",): 8,
        ("quoted key", 0): 9,
        ("quoted key", 1, 0): 9,
        ("quoted key", 1, 1): 10,
        ("quoted key", 2, "b", "c"): 10,
        ("table",): 12,
        ("table", "key", "part two"): 13,
        ("list", 0): 14,
        ("list", 0, "a"): 15,
        ("list", 1, "b"): 17,
        ("list", 1, "inner", "c"): 19,
        ("list", 1, "deep", 0, "d"): 21,
    }
    assert {key: lines[key] for key in expected} == expected


def test_nothing_that_tomllib_reads_is_without_a_line() -> None:
    assert set(paths(tomllib.loads(TEXT))) == set(locate(TEXT))


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=12), max_size=8))
def test_strings_of_any_content_do_not_shift_the_lines_after_them(contents: list[str]) -> None:
    escaped = [
        "".join(f"\\U{ord(letter):08x}" if letter not in "#[]{}=,'" else letter for letter in c) for c in contents
    ]
    text = "".join(f'k{place} = "{content}" # "\n' for place, content in enumerate(escaped))
    assert list(tomllib.loads(text).values()) == contents
    assert locate(text) == {(f"k{place}",): place + 1 for place in range(len(contents))}
