"""Django's settings. What a pharmacy decides comes from the environment, see docs/configuration.md."""

import logging
import os
from datetime import time, timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from pestle.config.database import database_settings
from pestle.config.logs import configure_structlog, logging_settings
from pestle.config.state import secret_key, state_folder

HERE = Path(__file__).resolve().parents[1]


def _is_on(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "on", "true", "yes"}


def _names(name: str) -> list[str]:
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


def _time_or_off(name: str, usual: str) -> str:
    given = os.environ.get(name) or usual
    if given != "off":
        try:
            time.fromisoformat(given)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} is a time of day such as 02:30, or off; it says {given!r}.") from error
    return given


# ------------------------------------------------------------------------------------------------------------ the house

SECRET_KEY = secret_key()
DEBUG = _is_on("PESTLE_DEBUG")
ROOT_URLCONF = "pestle.config.urls"
WSGI_APPLICATION = "pestle.config.wsgi.application"
AUTH_USER_MODEL = "records.Account"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en-us"
USE_I18N = False
USE_TZ = True
# Moments are kept in UTC; each pharmacy's own time zone is used to show them.
TIME_ZONE = "UTC"

INSTALLED_APPS = [
    "pestle.records",
    "pestle.pages",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_structlog",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "pestle.pages.house.answers.GoOn",
    "pestle.config.middleware.act.ActOfTheRequest",
    "pestle.config.middleware.looks.LooksAreWritten",
    "pestle.config.middleware.station.WorkerOfTheStation",
    # Last, so that a locked-out sign-in is answered before any view sees it.
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "pages" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pestle.pages.house.frame.frame",
            ],
        },
    },
]

# ------------------------------------------------------------------------------------------------------------- database

DATABASES = {"default": database_settings(os.environ)}

# --------------------------------------------------------------------------------------------------------- static files

STATIC_URL = "/static/"
STATIC_ROOT = state_folder() / "static"
# `pestle run` collects the files first; tests and other commands read them where they lie.
_IS_COLLECTED = _is_on("PESTLE_STATIC_IS_COLLECTED")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _IS_COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not _IS_COLLECTED
MEDIA_ROOT = state_folder() / "media"

# -------------------------------------------------------------------------------------------------------------- sign-in

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# OWASP ASVS 5.0.0 V6.2: at least 15 characters without a second look, known passwords refused, no forced change.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "people:start"
# A link to choose a password works for a day.
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60
ACCOUNT_ADAPTER = "pestle.config.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
# Wrong passwords are counted by axes in the database; these count codes, per person, since one address serves all.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "10/300s/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Pestle"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
# By name only: all stations of a pharmacy may share one address, and one clumsy finger must not close the pharmacy.
AXES_LOCKOUT_PARAMETERS = ["username"]
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "pestle.config.sign_in.name_tried"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "pestle.config.sign_in.locked_out"

# Who must set up a second factor; whoever has one is always asked for it. Where the counter's own networks are named
# (PESTLE_COUNTER_NETWORKS=10.1.0.0/16), everybody who comes from elsewhere must have one too.
SECOND_FACTOR_ROLES = ("administrator", "pharmacist in charge")
SECOND_FACTOR_IN_PRACTICE = _is_on("PESTLE_SECOND_FACTOR_IN_PRACTICE")
COUNTER_NETWORKS = _names("PESTLE_COUNTER_NETWORKS")
# Languages other than English whose sentences for patients a qualified translator has read: es.
REVIEWED_LANGUAGES = frozenset(_names("PESTLE_REVIEWED_LANGUAGES"))

# 45 CFR 164.312(a)(2)(iii): each pharmacy says after how many idle minutes a bench locks itself (Pharmacy.
# idle_lock_minutes); nobody stays signed in past twelve hours without signing in anew.
SIGNED_IN_AT_MOST = timedelta(hours=12)
SESSION_ENGINE = "pestle.records.sessions"
SESSION_COOKIE_AGE = int(SIGNED_IN_AT_MOST.total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# ------------------------------------------------------------------------------------------------ headers and cookies

SERVED_OVER_HTTPS = _is_on("PESTLE_HTTPS")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *_names("PESTLE_HOSTS")]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in _names("PESTLE_HOSTS")] if SERVED_OVER_HTTPS else []
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SERVED_OVER_HTTPS else None
SECURE_SSL_REDIRECT = SERVED_OVER_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if SERVED_OVER_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SERVED_OVER_HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SERVED_OVER_HTTPS
SESSION_COOKIE_NAME = "__Host-session" if SERVED_OVER_HTTPS else "pestle_session"
CSRF_COOKIE_NAME = "__Host-csrf" if SERVED_OVER_HTTPS else "pestle_csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Strict"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF, "data:"],
        "object-src": [SELF],
        "frame-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
# A scanned prescription of several pages fits; a film does not.
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# ----------------------------------------------------------------------------------------------------------------- logs

configure_structlog()
LOGGING = logging_settings()
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = "pk"

# ----------------------------------------------------------------------------------------------------- jobs and proof

PROCRASTINATE_IMPORT_PATHS = ["pestle.stations.jobs"]
# Outside the database, where whoever rewrites the database does not reach it.
HEADS_FILE = state_folder() / "audit-heads.jsonl"

# ------------------------------------------------------------------------------------------------------------- back-ups

# Best on another disk or a network share; beside the pharmacy's own rows a back-up helps only against mistakes.
BACKUP_FOLDER = Path(os.environ.get("PESTLE_BACKUP_FOLDER") or state_folder() / "backups").expanduser().absolute()
# What shuts them: the public half of a key kept elsewhere, or a pass phrase, or a key made in the state folder.
BACKUP_RECIPIENT = os.environ.get("PESTLE_BACKUP_RECIPIENT", "")
BACKUP_PHRASE_FILE = os.environ.get("PESTLE_BACKUP_PASSPHRASE_FILE", "")
BACKUP_KEY_FILE = state_folder() / "backup_key"
# When each day, in the pharmacy's own time; “off” for a house that is backed up by other means.
BACKUP_AT = _time_or_off("PESTLE_BACKUP_AT", "02:30")
BACKUP_KEEP_DAYS = int(os.environ.get("PESTLE_BACKUP_KEEP_DAYS") or 14)
BACKUP_KEEP_MONTHS = int(os.environ.get("PESTLE_BACKUP_KEEP_MONTHS") or 12)
