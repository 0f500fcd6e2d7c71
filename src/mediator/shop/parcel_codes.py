"""The short code of a deal: what is printed on its parcel, said on the telephone and typed by hand.

Eight letters of Crockford's base 32 (no I, L, O, U) hold the last 40 bits of the deal's id, which are random; two
digits behind them are their remainder by 97, so that a wrong letter or two swapped ones are noticed: ``K7QM-2F9X-42``.
The code names a deal and opens nothing: whoever holds a parcel may read it.
"""

from __future__ import annotations

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "-": "", " ": ""})
_LENGTH = 8


def parcel_code(deal: str) -> str:
    """The code of a deal's id."""
    value = int(deal[-10:], 16)
    text = "".join(LETTERS[value >> shift & 31] for shift in range(35, -5, -5))
    return f"{text[:4]}-{text[4:]}-{value % 97:02d}"


def read_parcel_code(text: str) -> str:
    """The last ten hexadecimal digits of the id that the code names; "" for what is no code."""
    plain = text.upper().translate(_READ_AS)
    letters, check = plain[:_LENGTH], plain[_LENGTH:]
    if len(letters) != _LENGTH or len(check) != 2 or not check.isascii() or not check.isdigit():
        return ""
    value = 0
    for letter in letters:
        digit = LETTERS.find(letter)
        if digit < 0:
            return ""
        value = value << 5 | digit
    return f"{value:010x}" if value % 97 == int(check) else ""
