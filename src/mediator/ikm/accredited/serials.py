"""The serial of a certificate: what is printed on it, read out on the telephone and typed by hand: ``K7QM-2F9X-4T8``.

Ten random letters of Crockford's base 32 (50 bits: no serial leads to the next one) and a check letter. As digits of
GF(32) they are a polynomial with the root x, a primitive element, so every wrong letter and every two swapped letters,
wherever they stand, are noticed.
"""

from __future__ import annotations

import secrets

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "-": "", " ": ""})
_RANDOM = 10
_FIELD = 0b100101  # x^5 + x^2 + 1, primitive over GF(2)


def new_serial() -> str:
    """A serial nobody can guess."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(_RANDOM))
    return _spaced(letters + LETTERS[_times_x(_remainder(letters))])


def read_serial(text: str) -> str:
    """The serial as it is kept, from what a person typed: any case, dashes or none, O for 0; "" for no serial."""
    plain = text.strip().upper().translate(_READ_AS)
    if len(plain) != _RANDOM + 1 or any(letter not in LETTERS for letter in plain) or _remainder(plain):
        return ""
    return _spaced(plain)


def _spaced(letters: str) -> str:
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def _remainder(letters: str) -> int:
    """The polynomial's value at x, by Horner's rule."""
    value = 0
    for letter in letters:
        value = _times_x(value) ^ LETTERS.index(letter)
    return value


def _times_x(value: int) -> int:
    value <<= 1
    return value ^ _FIELD if value & 0b100000 else value
