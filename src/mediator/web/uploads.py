"""Photographs in forms. What was uploaded with a form that was refused is kept and comes back with it.

A view does three things::

    class ClaimForm(Form):
        photos = PhotosField(required=False)

    kept = KeptPhotos(request)
    form = ClaimForm(request.POST, request.FILES)
    if form.is_valid() & kept.take(form, by="buyer:…", now=now):   # & on purpose: both say what is wrong
        digests = form.cleaned_data["photos"]

``take`` works on a form with other faults too, so nothing uploaded is lost. On a fresh form nothing is needed.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from mediator.mediation.keeping import PhotoRefused, take_photo
from mediator.web.pictures import picture, side_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

MOST = 6
_NONCE = "uploads"

FAULTS: dict[str, _StrPromise] = {
    "photo_empty": gettext_lazy("the file is empty; choose the photograph again."),
    "photo_too_large": gettext_lazy("a photograph may be at most 15 MB; send it in a smaller size."),
    "photo_too_many_pixels": gettext_lazy("it has too many pixels; send it in a smaller size."),
    "photo_corrupt": gettext_lazy("it is damaged; take it again, or save it again as a JPEG."),
    "photo_truncated": gettext_lazy("its end is missing, as after a broken upload; choose it again."),
    "photo_animated": gettext_lazy("it moves; send a photograph that stands still."),
    "photo_not_recognised": gettext_lazy("this is not a photograph; send a JPEG, PNG or WebP picture."),
    "photo_kind_refused": gettext_lazy("this is not a JPEG, PNG or WebP picture, whatever its name says."),
    "photo_too_hard": gettext_lazy("it could not be read; take it again, or save it again as a JPEG."),
    "photo_busy": gettext_lazy("many photographs are being read at this moment; send it again in a minute."),
    "photo_not_kept": gettext_lazy("it could not be stored; send it again in a few minutes."),
}
"""What is wrong with a photograph, in the reader's language, by MediationError's code."""


def photo_fault(error: PhotoRefused) -> str:
    """What is wrong with which file, in the reader's language."""
    words = FAULTS.get(error.code, gettext_lazy("it could not be read; take it again, or save it again as a JPEG."))
    return f"{error.file}: {words}"


class PhotosInput(forms.FileInput):
    """A file input for several photographs; with a script they are shown at once, and kept ones are listed."""

    template_name = "core/parts/photos_input.html"
    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        # No HEIC here: an iPhone then converts its pictures by itself.
        super().__init__({"accept": "image/jpeg,image/png,image/webp", "multiple": True} | (attrs or {}))
        self.kept: list[dict[str, str]] = []

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile[Any]]:
        """All files that came under this name."""
        if isinstance(files, MultiValueDict):
            return list(files.getlist(name))
        found = files.get(name)
        return [found] if found else []

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        context["kept"] = self.kept
        return context

    def use_required_attribute(self, initial: Any) -> bool:
        """A browser must not ask again for what is kept already."""
        return super().use_required_attribute(initial) and not self.kept

    def __deepcopy__(self, memo: dict[int, Any]) -> PhotosInput:
        copied: PhotosInput = super().__deepcopy__(memo)
        copied.kept = []
        return copied


class PhotosField(forms.Field):
    """Photographs, at most ``most``. Cleans to a list of files; after ``KeptPhotos.take`` to a list of digests."""

    widget = PhotosInput
    default_error_messages: ClassVar[dict[str, Any]] = {"required": gettext_lazy("Add at least one photograph.")}

    def __init__(self, *, most: int = MOST, required: bool = True, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)  # whether one is there is known when the kept ones are counted
        self.most = most
        self.needs_one = required

    def clean(self, value: Any) -> list[UploadedFile[Any]]:
        """The files. What they are is found out when they are taken in."""
        files = [file for file in value or () if isinstance(file, UploadedFile)]
        if len(files) > self.most:
            raise ValidationError(too_many(self.most))
        return files


def too_many(most: int) -> str:
    """That there are more photographs than a form takes."""
    return ngettext("At most %d photograph.", "At most %d photographs.", most) % most


class KeptPhotos:
    """Photographs uploaded in this session, named in forms by a signature that no other session can make."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    def take(self, form: forms.Form, by: str, now: datetime, name: str = "photos") -> bool:
        """Take in the form's files, join them with those kept before, and put the digests into ``cleaned_data``.

        What is wrong is said at the field; whatever is right is kept and comes back with the form. True if all is well.
        """
        field = form.fields[name]
        assert isinstance(field, PhotosField)
        form.is_valid()
        digests = self._named(form, name)
        faults = []
        for file in form.cleaned_data.get(name) or ():
            if len(digests) >= field.most:
                faults.append(too_many(field.most))
                break
            try:
                digest = take_photo(file, by, now)
            except PhotoRefused as error:
                faults.append(photo_fault(error))
            else:
                digests += [digest] if digest not in digests else []
        if not digests and not faults and field.needs_one:
            faults.append(str(field.error_messages["required"]))
        field.widget.kept = self._listed(digests)
        for fault in faults:
            form.add_error(name, fault)
        form.cleaned_data[name] = digests
        return not faults and name not in form.errors

    def show(self, form: forms.Form, digests: Sequence[str], name: str = "photos") -> None:
        """Have a fresh form bring photographs that are kept already (a listing that is edited)."""
        form.fields[name].widget.kept = self._listed(digests)

    def digest(self, signed: str) -> str:
        """The digest in a signed name; "" if this session did not sign it."""
        try:
            return self._signer().unsign(signed)
        except BadSignature:
            return ""

    def _named(self, form: forms.Form, name: str) -> list[str]:
        data = form.data
        field = form.add_prefix(f"{name}_kept")
        named = data.getlist(field) if hasattr(data, "getlist") else data.get(field, [])
        return list(dict.fromkeys(digest for digest in map(self.digest, named[:20]) if digest))

    def _listed(self, digests: Sequence[str]) -> list[dict[str, str]]:
        signer = self._signer()
        listed = []
        for place, digest in enumerate(digests, 1):
            signed = signer.sign(digest)
            words = _("Photograph %(place)d, uploaded already") % {"place": place}
            listed.append({"signed": signed, "small": f"{reverse('upload', args=[signed])}?side=320", "alt": words})
        return listed

    def _signer(self) -> Signer:
        session = self._request.session
        if _NONCE not in session:
            session[_NONCE] = secrets.token_urlsafe(16)
        return Signer(salt=f"mediator.web.uploads.{session[_NONCE]}")


@require_safe
def upload(request: HttpRequest, signed: str) -> HttpResponse:
    """A photograph that this session uploaded with a form that was not taken yet."""
    digest = KeptPhotos(request).digest(signed) if _NONCE in request.session else ""
    if not digest:
        raise Http404
    return picture(digest, side_of(request), request)
