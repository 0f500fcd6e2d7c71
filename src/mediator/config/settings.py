"""Django's settings. Importing them starts nothing and writes nothing: ``database.ensure_database`` does."""

from __future__ import annotations

import os
from typing import Any

from mediator.config.folder import read_secret
from mediator.config.logs import configure_structlog, logging_settings
from mediator.config.target import django_database, resolve_target

_target = resolve_target()

# Made by ensure_database at first start; empty until then, and Django refuses to sign anything with an empty key.
SECRET_KEY = read_secret(_target.folder / "secret_key")

DEBUG = False
ALLOWED_HOSTS = [host for host in os.environ.get("MEDIATOR_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if host]

INSTALLED_APPS = [
    "procrastinate.contrib.django",
    "mediator.ledger",
    "mediator.deals",
    "mediator.rails",
    "mediator.web",
]

# "default" is the application, which can read and write rows; "owner" owns the tables and is for migrations only.
DATABASES: dict[str, dict[str, Any]] = {
    "default": django_database(_target.app),
    "owner": django_database(_target.owner),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "mediator.web.middleware.content_security_policy",
]
ROOT_URLCONF = "mediator.config.urls"
ASGI_APPLICATION = "mediator.config.asgi.application"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {}}]

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]

configure_structlog()
LOGGING = logging_settings()
