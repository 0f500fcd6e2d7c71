"""One way to read any data the replay knows: ``read(folder)`` gives orders and bad rows as they come."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from mediator.replay import olist, olist_tables, rows, tokopedia
from mediator.replay.delays import DATA
from mediator.replay.orders import BadRow, Order, ReplayInputError

BUNDLED = {"tokopedia": DATA / "prdect_id", "olist_like": DATA / "olist_like"}
"""What comes with Mediator: 5,400 real purchases, and fifteen made-up orders in the shape of Olist's."""

DEFAULT_SEED = 1


def recognise(folder: Path) -> Literal["tokopedia", "olist"]:
    """Which reader a folder is for, by the names of its files. ReplayInputError when it is neither or both."""
    if not folder.is_dir():
        raise ReplayInputError("missing_folder", f"{folder} is not a folder; give the folder that holds the CSV files.")
    is_tokopedia = rows.find(folder, tokopedia.FILES) is not None
    is_olist = rows.find(folder, olist_tables.ORDERS) is not None
    if is_tokopedia and is_olist:
        raise ReplayInputError("unknown_kind", f"{folder} holds both kinds of data; say --kind tokopedia or olist.")
    if not is_tokopedia and not is_olist:
        raise ReplayInputError(
            "missing_file",
            f"{folder} holds neither {tokopedia.FILES[0]} (tokopedia) nor {olist_tables.ORDERS[0]} and its six tables "
            "(olist).",
        )
    return "tokopedia" if is_tokopedia else "olist"


def read(
    folder: Path | str, kind: str = "auto", strict: bool = False, seed: int = DEFAULT_SEED
) -> Iterator[Order | BadRow]:
    """The orders of a folder in the order of their times, and a BadRow for each row that makes no sense.

    ``kind`` is ``tokopedia``, ``olist`` or ``auto``. ``seed`` decides what the data leaves open (tokopedia only). With
    ``strict`` the first bad row raises ReplayInputError ``bad_row``. An unusable folder raises at once, not at the
    first row. Orders stream: memory does not grow with the data.
    """
    path = Path(folder)
    if kind not in ("auto", "tokopedia", "olist"):
        raise ReplayInputError("unknown_kind", f"There is no reader {kind!r}; use auto, tokopedia or olist.")
    if not path.is_dir() or kind == "auto":
        kind = recognise(path)
    found: Iterator[Order | BadRow]
    found = tokopedia.read_tokopedia(path, seed) if kind == "tokopedia" else olist.read_olist(path)
    return _stopping(found) if strict else found


def _stopping(found: Iterator[Order | BadRow]) -> Iterator[Order | BadRow]:
    for one in found:
        if isinstance(one, BadRow):
            raise ReplayInputError("bad_row", f"{one.file}, line {one.line}: {one.reason}.")
        yield one
