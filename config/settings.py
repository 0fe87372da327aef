"""The settings of one installation. Everything that differs between two districts is an environment variable.

The variables (all optional): DATABASE_URL, RENWANG_DATA, RENWANG_KEY_DIR, RENWANG_KEYS, RENWANG_DISTRICT, RENWANG_DISTRICT_EN, RENWANG_HOSTS,
RENWANG_ORIGINS, RENWANG_SMPP, RENWANG_QUIET_HOURS, RENWANG_PUBLIC_URL, RENWANG_FONTS, RENWANG_HTTPS, RENWANG_BEHIND_PROXY, RENWANG_SECRET_KEY, RENWANG_DEBUG, RENWANG_DEMO, RENWANG_LOG_LEVEL. docs/how-to/run.md tells each.
"""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import django_stubs_ext
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import database, secret_files
from renwang.foundation.access.engine import keyring

# ModelAdmin[…], Manager[…] and their like may be written at run time as the types say.
django_stubs_ext.monkeypatch()


def _is_on(name: str) -> bool:
    return os.environ.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


def _listed(name: str) -> list[str]:
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


ROOT = Path(__file__).resolve().parent.parent
DEBUG = _is_on("RENWANG_DEBUG")

# --- where the district's data lives: one folder to back up, one folder of keys to keep apart -------------------------
RENWANG_DATA = Path(os.environ.get("RENWANG_DATA", "var")).absolute()
RENWANG_KEY_DIR = Path(os.environ.get("RENWANG_KEY_DIR") or RENWANG_DATA / "keys").absolute()
# Folders in it that belong to the database, and go into a backup with it.
RENWANG_FOLDERS = ("readings",)
secret_files.make_private_folder(RENWANG_DATA)
secret_files.make_private_folder(RENWANG_KEY_DIR)
SECRET_KEY = os.environ.get("RENWANG_SECRET_KEY") or secret_files.read_or_make(RENWANG_KEY_DIR / "secret.key")
RENWANG_LEDGER_KEY_FILE = RENWANG_KEY_DIR / "ledger.key"
# The ring that opens sealed fields: a file made on the first run, or its text in RENWANG_KEYS (then no file is used).
RENWANG_KEYRING_FILE = None if os.environ.get("RENWANG_KEYS") else RENWANG_KEY_DIR / "keyring.json"
if RENWANG_KEYRING_FILE is not None:
    keyring.ensure_keyring_file(RENWANG_KEYRING_FILE)

DATABASES = {
    "default": database.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{quote(str(RENWANG_DATA / 'renwang.sqlite3'))}"
    ),
}
SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- the house, in the order of the data's way: a later app may know an earlier one, never the reverse ----------------
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "axes",
    "django_otp",
    # foundation: knows no word of the domain
    "renwang.foundation.audit",
    "renwang.foundation.access",
    "renwang.foundation.channels",
    "renwang.foundation.sheets",
    "renwang.foundation.documents",
    # the loop: each stage knows only the stages before it
    "renwang.loop.registry",
    "renwang.loop.assignments",
    "renwang.loop.rounds",
    "renwang.loop.cases",
    "renwang.loop.fulfilment",
    "renwang.loop.indicators",
    "renwang.loop.bulletins",
    "renwang.loop.paperwork",
    # screens over several stages
    "renwang.desk",
    # what each office adds; they do not know one another
    "renwang.programmes.health",
    "renwang.programmes.provisions",
    "renwang.programmes.relief",
    "renwang.programmes.enterprise",
    "renwang.programmes.command",
    # plays an emergency through all of the above
    "renwang.drill",
    # joins the stages when all of them are ready
    "config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    # Sets request.actor from the account, its grants and whether the second factor was shown.
    "renwang.foundation.access.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "renwang.desk.middleware.FormAddressMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Last, as its documentation asks: it turns a lock-out raised further in into an answer.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "config.context.actor",
                "config.context.demo",
                "renwang.foundation.access.context.access",
                "renwang.desk.context.frame",
            ],
        },
    },
]

# --- language and time: Chinese first; moments are kept in UTC, days are the district's days -----------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# --- static files: served by the application itself, named by their content, so browsers may keep them for ever --------
STATIC_URL = "/static/"
STATIC_ROOT = RENWANG_DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        ),
    },
}
# A developer need not collect; `renwang serve` collects by itself.
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = RENWANG_DATA / "media"
# A bulk action may name every row of a page of thousands.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# --- who may sign in ------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    # Reads accounts that another system hands over; they are re-hashed at their first sign-in.
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "work_phone")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# The name on the board and on every printed page.
DISTRICT_NAME = os.environ.get("RENWANG_DISTRICT", "坊子区")
# On English pages. Whoever names a district of their own and not its English name gets the name they gave.
DISTRICT_NAME_EN = os.environ.get("RENWANG_DISTRICT_EN", "Fangzi District" if DISTRICT_NAME == "坊子区" else "")

LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
# Pages one may see without signing in: paths that begin so. Everything else asks who is there.
RENWANG_OPEN_PATHS = (
    "/sign-in/",
    "/language/",
    "/s/",
    "/v/",
    "/enterprise/sign-in/",
    "/enterprise/invitation/",
    "/enterprise/gate/",
    "/sw.js",
    "/api/check-ins",
    STATIC_URL,
    "/healthz",
)
# District roles sleep until a one-time code was shown. A demo with invented people may do without ("off").
RENWANG_SECOND_FACTOR = os.environ.get("RENWANG_SECOND_FACTOR", "").strip().lower() not in {"0", "off", "no", "false"}
# A demo with invented people: the page of the second factor shows the current code of the demo's own accounts.
RENWANG_DEMO = _is_on("RENWANG_DEMO")
# Whom to call when the door stays shut: stands on the sign-in page ("Wang, 0536-1234567").
RENWANG_SUPPORT = os.environ.get("RENWANG_SUPPORT", "").strip()

# Five wrong passwords for one account from one address close the door for a quarter of an hour. Account *and* address:
# otherwise anybody could lock out the officer on duty, or one clumsy colleague a whole office behind one address.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_TEMPLATE = "access/locked_out.html"
AXES_CLIENT_IP_CALLABLE = "config.proxy.client_address"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "password"]

SESSION_COOKIE_AGE = 12 * 3600  # one long shift
SESSION_COOKIE_NAME = "renwang_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "renwang_csrf"
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_NAME = "renwang_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"

# --- messages: the line to a short-message centre, and when nobody's phone rings for what can wait ---------------------------
# smpp://account:password@host:2775?source=10690000&window=50&rate=100; without it there are no short messages.
RENWANG_SMPP = os.environ.get("RENWANG_SMPP", "").strip()
RENWANG_QUIET_HOURS = os.environ.get("RENWANG_QUIET_HOURS", "21:00-08:00").strip()
# Where residents' phones find this installation: the beginning of the links in messages ("https://rw.example.cn").
RENWANG_PUBLIC_URL = os.environ.get("RENWANG_PUBLIC_URL", "").strip().rstrip("/")

# --- documents: a folder of fonts beside those of the system, for machines on which nothing can be installed -----------------
RENWANG_FONTS = os.environ.get("RENWANG_FONTS", "").strip()

# --- transport --------------------------------------------------------------------------------------------------------------
ALLOWED_HOSTS = _listed("RENWANG_HOSTS") or ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = _listed("RENWANG_ORIGINS")
RENWANG_BEHIND_PROXY = _is_on("RENWANG_BEHIND_PROXY")
if RENWANG_BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
RENWANG_HTTPS = _is_on("RENWANG_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = RENWANG_HTTPS
SECURE_SSL_REDIRECT = RENWANG_HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if RENWANG_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = RENWANG_HTTPS
SECURE_HSTS_PRELOAD = RENWANG_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

# Nothing from elsewhere, nothing inline: an injected script has nowhere to run. `data:` is for Tabler's own small icons.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    },
}

_LEVEL = os.environ.get("RENWANG_LOG_LEVEL", "INFO").strip().upper()
if _LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
    raise ImproperlyConfigured("RENWANG_LOG_LEVEL is one of DEBUG, INFO, WARNING, ERROR, CRITICAL.")

# --- what is told while running: never a body, a query string or a name ------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": _LEVEL},
    "loggers": {"django": {"handlers": [], "propagate": True}, "axes": {"level": "WARNING"}},
}
