"""Django's settings. Importing them starts nothing and writes nothing: ``database.ensure_database`` does."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from mediator.config.folder import read_secret
from mediator.config.logs import configure_structlog, logging_settings
from mediator.config.mail import read_mail
from mediator.config.target import django_database, pool_size, resolve_target

_target = resolve_target()

# Made by ensure_database at first start; empty until then, and Django refuses to sign anything with an empty key.
SECRET_KEY = read_secret(_target.folder / "secret_key")

DEBUG = False
ALLOWED_HOSTS = [host for host in os.environ.get("MEDIATOR_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if host]
# Where people reach this installation, for links in messages, on labels and in QR codes.
SITE_URL = os.environ.get("MEDIATOR_URL", "http://localhost:8000").rstrip("/")
IS_HTTPS = SITE_URL.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # its widgets are templates, which web.forms.Renderer finds as those of an app
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "mediator.ledger",
    "mediator.deals",
    "mediator.rails",
    "mediator.people",
    "mediator.mediation",
    "mediator.mediation.cases",
    "mediator.shop",
    "mediator.ikm.producers",
    "mediator.ikm.accredited",
    "mediator.ikm.selection",
    "mediator.ikm.mentoring",
    "mediator.ikm.standing",
    "mediator.ikm.strength",
    "mediator.ikm.registers",
    "mediator.ikm.privacy",
    "mediator.notices",
    "mediator.web",
]

# "default" is the application, which can read and write rows; "owner" owns the tables and is for migrations only.
DATABASES: dict[str, dict[str, Any]] = {
    "default": django_database(_target.app, pool_size()),
    "owner": django_database(_target.owner),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mediator.web.middleware.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "mediator.web.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "mediator.web.middleware.RefusedForms",
]
if os.environ.get("MEDIATOR_TIMING") == "1":
    MIDDLEWARE.insert(0, "mediator.web.timing.server_timing")
ROOT_URLCONF = "mediator.config.urls"
ASGI_APPLICATION = "mediator.config.asgi.application"
_WEB = Path(__file__).resolve().parent.parent / "web"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_WEB / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "mediator.web.templatetags.mediator"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "mediator.web.context.every_page",
            ],
        },
    }
]
FORM_RENDERER = "mediator.web.forms.Renderer"

STATIC_URL = "/static/"
STATICFILES_DIRS = [_WEB / "static"]
# Served from the package and the libraries as they are; addresses carry a hash of the content (see static_file).
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 365 * 86_400

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Plain http is for one's own machine: a browser keeps no secure cookie there.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 30 * 86_400
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_TRUSTED_ORIGINS = [SITE_URL] if IS_HTTPS else []
CSRF_FAILURE_VIEW = "mediator.web.faults.csrf_failure"

# Photographs of a phone are up to 12 MB each; a form has at most six of them.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 12
PHOTO_FOLDER = _target.folder / "photos"
PHOTO_STORE = os.environ.get("MEDIATOR_PHOTOS", "")  # s3://bucket/prefix?endpoint=…; empty keeps them in PHOTO_FOLDER

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_ADAPTER = "mediator.web.account.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "mediator.web.account.forms.LoginForm",
    "signup": "mediator.web.account.forms.SignupForm",
    "reset_password": "mediator.web.account.forms.ResetPasswordForm",
    "reset_password_from_key": "mediator.web.account.forms.ResetPasswordKeyForm",
    "change_password": "mediator.web.account.forms.ChangePasswordForm",
    "reauthenticate": "mediator.web.account.forms.PasswordAgainForm",
    "add_email": "mediator.web.account.forms.EmailForm",
}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a change of password, address or second factor is told to whom it concerns
ACCOUNT_CHANGE_EMAIL = True  # one address a person; a new one counts once it is confirmed
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_HTTPS else "http"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # other sessions end by themselves: they hold a mark of the old password
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# Many people of one mobile network share an address: strict by account, generous by address.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "30/m/ip,5/5m/key",
    "signup": "20/10m/ip",
    "reset_password": "20/10m/ip,3/10m/key",
    "reset_password_from_key": "20/10m/ip",
    "confirm_email": "1/3m/key",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "reauthenticate": "10/m/user",
}
# How many proxies of ours stand before the server: only what they wrote of a client's address is believed.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("MEDIATOR_PROXIES") or 0)
MFA_ADAPTER = "mediator.web.account.adapter.MfaAdapter"
MFA_FORMS = {
    "authenticate": "mediator.web.account.forms.CodeForm",
    "reauthenticate": "mediator.web.account.forms.CodeAgainForm",
    "activate_totp": "mediator.web.account.forms.ActivateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Mediator"

# Shared by all web processes: what the throttles count. Figures that may be seconds old stay in each process.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "throttle",
        # Beyond it rows are thrown out at random: so many that nobody can push their own count out.
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
    "figures": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

_mail = read_mail(os.environ.get("MEDIATOR_SMTP_URL", "").strip())
EMAIL_BACKEND = _mail.backend
EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.host_user, _mail.host_password
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.use_tls, _mail.use_ssl
EMAIL_TIMEOUT = 10
MAIL_FOLDER = _target.folder / "mail"  # where e-mails are kept that no server takes
DEFAULT_FROM_EMAIL = os.environ.get("MEDIATOR_MAIL_FROM", "Mediator <mediator@localhost>")

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LOCALE_PATHS = sorted(path for path in (_WEB / "locale").iterdir() if path.is_dir())

configure_structlog()
LOGGING = logging_settings()
