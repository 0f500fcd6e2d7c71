"""A merchant's book on the operator's desk: looking it up, stopping it, letting it go on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from mediator.deals import freezes
from mediator.deals.freezes import FreezeError
from mediator.web import acting
from mediator.web.guards import person_of
from mediator.web.operator import books, words
from mediator.web.operator.forms import ReasonForm
from mediator.web.operator.views import in_words, operator
from mediator.web.throttle import limited

HOURS = freezes.LAPSES_AFTER // timedelta(hours=1)


@require_GET
@operator
@never_cache
def find(request: HttpRequest) -> HttpResponse:
    """Look a book up; one that is the only one found is opened."""
    text = request.GET.get("q", "")[:120].replace("\x00", "")
    found = books.find_books(text)
    if len(found) == 1:
        return redirect("operator-book", found[0].id)
    return render(request, "operator/books.html", {"q": text, "found": found})


@require_GET
@operator
@never_cache
def book(request: HttpRequest, book: Any) -> HttpResponse:
    """A book, its money, its freezes, and what can be done."""
    return _page(request, str(book))


def _page(
    request: HttpRequest, book: str, freezing: ReasonForm | None = None, lifting: ReasonForm | None = None
) -> HttpResponse:
    row = books.book_rows([book]).get(book)
    if row is None:
        raise Http404
    now = acting.now()
    stops = books.stops_of(book, now)
    running = next((stop for stop in stops if stop.is_in_force), None)
    shown, _before = books.actions(book=book)
    context = {
        "book": row,
        "me": str(person_of(request).pk),
        "now": now,
        "hours": HOURS,
        "balances": [(words.account(name), amount) for name, amount in books.balances_of(book)],
        "stops": [stop for stop in stops if stop is not running],
        "running": running,
        "freezing": freezing or ReasonForm(),
        "lifting": lifting or ReasonForm(prefix="lift"),
        "actions": in_words(shown),
    }
    refused = any(form is not None and form.is_bound for form in (freezing, lifting))
    return render(request, "operator/book.html", context, status=422 if refused else 200)


@require_POST
@operator
@limited("operator")
def freeze(request: HttpRequest, book: Any) -> HttpResponse:
    """Stop the book at once."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, str(book), freezing=form)
    by, key = str(person_of(request).pk), form.cleaned_data["key"]
    try:
        freezes.freeze(str(book), by, form.cleaned_data["reason"], key, acting.now())
    except FreezeError as error:
        if error.code == "no_such_book":
            raise Http404 from error
        form.refuse("reason", words.refusal(error))
        return _page(request, str(book), freezing=form)
    messages.success(request, _("The book is stopped. Another operator must confirm it within 24 hours."))
    return redirect("operator-book", str(book))


@require_POST
@operator
@limited("operator")
def ask_lift(request: HttpRequest, book: Any, stop: Any) -> HttpResponse:
    """Ask that the book may go on."""
    form = ReasonForm(request.POST, prefix="lift")
    if not form.is_valid():
        return _page(request, str(book), lifting=form)
    by = str(person_of(request).pk)
    try:
        freezes.ask_lift(str(book), str(stop), by, form.cleaned_data["reason"], acting.now())
    except FreezeError as error:
        if error.code == "no_such_freeze":
            raise Http404 from error
        form.refuse("reason", words.refusal(error))
        return _page(request, str(book), lifting=form)
    messages.success(request, _("Asked. The book goes on as soon as another operator agrees."))
    return redirect("operator-book", str(book))


def _second_word(act: Callable[..., object], done: Callable[[], str]) -> Callable[..., HttpResponse]:
    """The view of a button that only another operator than the first may press."""

    @require_POST
    @operator
    @limited("operator")
    def press(request: HttpRequest, book: Any, stop: Any) -> HttpResponse:
        try:
            act(str(book), str(stop), str(person_of(request).pk), acting.now())
        except FreezeError as error:
            if error.code == "no_such_freeze":
                raise Http404 from error
            messages.error(request, words.refusal(error))
        else:
            messages.success(request, done())
        return redirect("operator-book", str(book))

    return press


confirm = _second_word(freezes.confirm, lambda: _("The stop is confirmed; it stays until two let the book go on."))
confirm_lift = _second_word(freezes.confirm_lift, lambda: _("The book goes on."))
