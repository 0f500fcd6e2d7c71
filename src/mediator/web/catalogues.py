"""The catalogues of words: English in the sources, Indonesian in ``locale/<area>/id/LC_MESSAGES/django.po``.

``python -m mediator.web.catalogues update`` writes new messages into the catalogues, ``compile`` makes what Django
reads, ``check`` names what is not translated. No program but Python is needed: Babel reads and writes catalogues,
Django itself turns a template into something that Babel can read.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "web" / "locale"
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None, "_now": None, "gettext": None, "gettext_lazy": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
}  # fmt: skip
AREAS = (
    "account", "storefront", "buyer", "merchant", "casework", "operator", "notices",
    "producer", "selection", "mentoring", "accredited", "ministry", "registers",
)  # fmt: skip
"""Folders with words of their own; ``core`` has all others."""


def place(area: str) -> Path:
    """The catalogue of an area."""
    return LOCALE / area / "id" / "LC_MESSAGES" / "django.po"


def areas() -> list[str]:
    """The areas that have a folder."""
    return sorted(path.name for path in LOCALE.iterdir() if path.is_dir())


def sources(area: str) -> Iterator[Path]:
    """The Python files and templates whose words are in that area's catalogue."""
    web = ROOT / "web"
    if area == "core":
        yield from sorted(web.glob("*.py"))
        yield from sorted((web / "templatetags").glob("*.py"))
        yield from sorted((web / "templates" / "core").rglob("*.html"))
        return
    for folder in (web / area, ROOT / area):
        yield from sorted(folder.rglob("*.py"))
    yield from sorted((web / "templates" / area).rglob("*.*"))


def extracted(area: str) -> Catalog:
    """Every message of an area's sources, with where it stands."""
    found = Catalog(domain="django", charset="utf-8")
    for path in sources(area):
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            text = templatize(text, origin=str(path))
        for line, message, comments, _context in extract(
            "python", io.BytesIO(text.encode()), KEYWORDS, options={"encoding": "utf-8"}
        ):
            found.add(message, locations=[(str(path.relative_to(ROOT)), line)], auto_comments=comments)
    return found


def read(area: str) -> Catalog:
    """The catalogue as it stands; empty when there is none yet."""
    if not place(area).is_file():
        return Catalog(locale="id", domain="django", charset="utf-8")
    with place(area).open("rb") as file:
        return read_po(file, locale="id", domain="django")


def update(area: str) -> None:
    """Write the area's new messages into its catalogue and drop those that nothing says any more."""
    kept, found = read(area), extracted(area)
    fresh = Catalog(locale="id", domain="django", charset="utf-8", header_comment="# Indonesian.", fuzzy=False)
    for message in sorted((m for m in found if m.id), key=lambda message: str(message.id)):
        known = kept.get(message.id)
        fresh.add(message.id, known.string if known else None, flags=message.flags)
    place(area).parent.mkdir(parents=True, exist_ok=True)
    out = io.BytesIO()
    write_po(out, fresh, width=120, omit_header=False, no_location=True, sort_output=False)
    lines = [line for line in out.getvalue().decode().splitlines() if not line.startswith(_MOVING)]
    place(area).write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


_MOVING = (
    '"POT-Creation-Date',
    '"PO-Revision-Date',
    '"Generated-By',
    '"Last-Translator',
    '"Report-Msgid',
    '"Project-Id',
)


def untranslated(area: str) -> list[str]:
    """What an Indonesian reader would see in English: messages without words, or not in the catalogue."""
    kept = read(area)
    missing = []
    for message in extracted(area):
        known = kept.get(message.id) if message.id else None
        if message.id and (known is None or known.fuzzy or not _is_said(known.string)):
            missing.append(message.id if isinstance(message.id, str) else message.id[0])
    return missing


def _is_said(words: object) -> bool:
    return all(words) if isinstance(words, tuple) else bool(words)


def compile_stale() -> None:
    """Make what Django reads of every catalogue that changed since."""
    for area in areas():
        source, made = place(area), place(area).with_suffix(".mo")
        if source.is_file() and (not made.is_file() or made.stat().st_mtime < source.stat().st_mtime):
            out = io.BytesIO()
            write_mo(out, read(area))
            made.write_bytes(out.getvalue())


def main(arguments: list[str]) -> int:
    """Do what is asked for the areas named, or for all."""
    verbs = {"update", "compile", "check"}
    if not arguments or arguments[0] not in verbs:
        sys.stderr.write("python -m mediator.web.catalogues update|compile|check [AREA ...]\n")
        return 2
    verb, named = arguments[0], arguments[1:] or areas()
    if verb == "compile":
        compile_stale()
        return 0
    missing = 0
    for area in named:
        if verb == "update":
            update(area)
        for message in untranslated(area):
            missing += 1
            sys.stderr.write(f"{area}: not translated: {message!r}\n")
    return 1 if missing and verb == "check" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
