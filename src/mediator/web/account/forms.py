"""allauth's forms as ours look: a label above each field and no words inside it, and short hints that help."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from mediator.people.models import ZONES, Person

PASSWORD_HINT = _("At least 10 characters. Several words are easier to remember than odd signs.")
CODE_HINT = _("Six digits; they change every 30 seconds.")
_LABELS = {
    "login": _("E-mail"),
    "email": _("E-mail"),
    "password": _("Password"),
    "oldpassword": _("Your password now"),
    "password1": _("New password"),
    "password2": _("New password once more"),
    "code": _("Code"),
}


class Plain:
    """Labels instead of placeholders, in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, forms.Field] = self.fields  # type: ignore[attr-defined]
        for name, field in fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = PASSWORD_HINT if name == "password1" else ""
            field.label = _LABELS.get(name, field.label)


class LoginForm(Plain, account.LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class SignupForm(Plain, account.SignupForm):  # type: ignore[misc]
    """Name, address, password; the language is the one the page was read in."""

    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    field_order = ("name", "email", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("Password")

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not name.isprintable():
            raise ValidationError(_("Write your name without special signs."))
        return name

    def signup(self, request: HttpRequest, user: Person) -> None:
        """allauth's hook after the person is saved."""
        user.name = self.cleaned_data["name"]
        user.language = get_language() or "id"
        user.zone = ZONES[0]
        user.save(update_fields=("name", "language", "zone"))

    def custom_signup(self, request: HttpRequest, user: Person) -> None:
        self.signup(request, user)


class ResetPasswordForm(Plain, account.ResetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordKeyForm(Plain, account.ResetPasswordKeyForm):  # type: ignore[misc]
    pass


class ChangePasswordForm(Plain, account.ChangePasswordForm):  # type: ignore[misc]
    pass


class PasswordAgainForm(Plain, account.ReauthenticateForm):  # type: ignore[misc]
    pass


class EmailForm(Plain, account.AddEmailForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New e-mail")


class _OneAtATime:
    """A code is tried while nobody else tries one of that person's: a recovery code sent twice at once counts once."""

    def clean_code(self) -> str:
        refused: ValidationError | None = None
        code = ""
        user: Person = self.user  # type: ignore[attr-defined]
        with transaction.atomic():
            list(Authenticator.objects.select_for_update().filter(user=user).values_list("pk", flat=True))
            try:
                code = super().clean_code()  # type: ignore[misc]
            except ValidationError as error:
                # Raised only outside, or what the throttle counted would be undone with the transaction.
                refused = error
        if refused is not None:
            raise refused
        return code


class CodeForm(Plain, _OneAtATime, mfa.AuthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = format_lazy("{} {}", CODE_HINT, _("A recovery code works too."))
        self.fields["code"].widget.attrs.update(inputmode="numeric", autofocus=True)


class CodeAgainForm(Plain, _OneAtATime, mfa.ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = format_lazy("{} {}", CODE_HINT, _("A recovery code works too."))
        self.fields["code"].widget.attrs.update(inputmode="numeric", autofocus=True)


class ActivateForm(Plain, totp.ActivateTOTPForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("The code that the app shows")
        self.fields["code"].help_text = CODE_HINT
        self.fields["code"].widget.attrs.update(inputmode="numeric")
