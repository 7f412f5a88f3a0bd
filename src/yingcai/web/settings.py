"""All settings. Each environment variable is read once, here, by a typed reader that refuses bad values."""

from datetime import date
from pathlib import Path
from typing import Any

import csp.constants as csp
from environs import Env
from marshmallow.validate import OneOf, Range

from yingcai.identity.passwords import MAXIMUM_DAYS, VALIDATORS
from yingcai.web.database import database_config
from yingcai.web.secret import secret_key

env = Env()

# -- what a deployment may set -------------------------------------------------------------------
# Where the database, uploads, static files, keys and published audit roots live.
DATA_DIR: Path = env.path("YINGCAI_DATA_DIR", default=Path("var")).resolve()
# The folder of the city's pack, or a folder with just one; empty: ./packs, else those shipped.
_PACKS = Path("packs") if Path("packs").is_dir() else Path(__file__).parents[1] / "packs"
PACK_DIR: Path = env.path("YINGCAI_PACK", default=_PACKS).resolve()
# sqlite:///path or postgresql://user:password@host:port/name; empty: a file in DATA_DIR.
DATABASE_URL: str = env.str("YINGCAI_DATABASE_URL", default="")
# The day the product takes for today (demos and tests); empty: the real day.
YINGCAI_TODAY: date | None = env.date("YINGCAI_TODAY", default=None)
# Behind HTTPS: secure cookies, HSTS.
HTTPS: bool = env.bool("YINGCAI_HTTPS", default=False)
# The names under which the site is reached, comma-separated.
ALLOWED_HOSTS: list[str] = env.list("YINGCAI_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
# How many proxies of yours stand in front: so many entries of X-Forwarded-For are believed.
PROXIES: int = env.int("YINGCAI_PROXIES", default=0, validate=Range(min=0, max=5))
# Other addresses under which the site is reached, with scheme: https://talent.example.cn.
CSRF_TRUSTED_ORIGINS: list[str] = env.list("YINGCAI_ORIGINS", default=[])
# The key that signs sessions; empty: made once and kept in DATA_DIR/secret.key.
SECRET_KEY: str = env.str("YINGCAI_SECRET_KEY", default="") or secret_key(DATA_DIR)
# Keys used before, so that what they encrypted and signed can still be read.
SECRET_KEY_FALLBACKS: list[str] = env.list("YINGCAI_OLD_SECRET_KEYS", default=[])
# default: AES-256-GCM and SHA-256; gm: SM4-GCM and SM3 (GB/T 32907, 32905). What is sealed names its own.
CRYPTO: str = env.str("YINGCAI_CRYPTO", default="default", validate=OneOf(["default", "gm"]))
# The file with the keys of personal values; empty: made once in DATA_DIR. Back it up apart from the data.
KEY_FILE = Path(env.str("YINGCAI_KEY_FILE", default="") or DATA_DIR / "registry.keys")
# How each register is asked, comma-separated: social-insurance=simulated, or *=simulated for all.
REGISTERS: dict[str, str] = env.dict("YINGCAI_REGISTERS", default={})
# Hosts of inner networks that events may be pushed to, by http too, comma-separated: host or host:port.
PUSH_HOSTS: list[str] = env.list("YINGCAI_PUSH_HOSTS", default=[])
# Keys of the audit chain, 64 hexadecimal digits each, the last one in use; empty: DATA_DIR/audit.key.
AUDIT_KEYS: list[str] = env.list("YINGCAI_AUDIT_KEYS", default=[])
# djbh3: GB/T 22239 third level (kinds of characters, age); asvs: length and common list only.
PASSWORD_PROFILE: str = env.str(
    "YINGCAI_PASSWORD_PROFILE", default="djbh3", validate=OneOf(["djbh3", "asvs"])
)
# Who without a second factor can do nothing but set one up: nobody, who holds a role (staff), everybody (required).
SECOND_FACTOR: str = env.str(
    "YINGCAI_SECOND_FACTOR", default="available", validate=OneOf(["available", "staff", "required"])
)
# The operator's own map review number (审图号), printed under every public map.
MAP_NUMBER: str = env.str("YINGCAI_MAP_NUMBER", default="")

# -- fixed ---------------------------------------------------------------------------------------
DEBUG = False
ROOT_URLCONF = "yingcai.web.urls"
WSGI_APPLICATION = "yingcai.web.wsgi.application"
AUTH_USER_MODEL = "identity.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES: dict[str, dict[str, Any]] = {
    "default": database_config(DATABASE_URL, default=DATA_DIR / "yingcai.sqlite3")
}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "yingcai.audit",
    "yingcai.identity",
    "yingcai.plan",
    "yingcai.registry",
    "yingcai.cases",
    "yingcai.reporting",
    "yingcai.web",
]

MIDDLEWARE = [
    "yingcai.web.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "yingcai.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "yingcai.web.middleware.PrivatePagesMiddleware",
    "yingcai.web.middleware.SessionLimitsMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "yingcai.web.context.shell",
            ],
        },
    },
]

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = VALIDATORS[PASSWORD_PROFILE]
PASSWORD_MAXIMUM_DAYS = MAXIMUM_DAYS[PASSWORD_PROFILE]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
ACCOUNT_ADAPTER = "yingcai.identity.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False  # the session ends with the browser
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # this session stays; all others end
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
MFA_ADAPTER = "yingcai.identity.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1  # the clock of a telephone may be half a minute off
AXES_HANDLER = "yingcai.identity.adapter.LockOut"
AXES_LOCKOUT_CALLABLE = "yingcai.identity.adapter.locked_page"
AXES_CLIENT_IP_CALLABLE = "yingcai.identity.access.client_address"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "yingcai_language"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns about an absent folder
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = DATA_DIR / "evidence"
# Whom a restored backup must not bring back: never restored itself, see docs/deployment.md.
ERASURES = DATA_DIR / "erasures.journal"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [csp.SELF],
        "script-src": [csp.SELF, csp.NONCE],
        "style-src": [csp.SELF, csp.NONCE],
        "img-src": [csp.SELF, "data:"],
        "object-src": [csp.NONE],
        "base-uri": [csp.NONE],
        "frame-ancestors": [csp.NONE],
        "form-action": [csp.SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = False  # the operator's domain, not ours
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# Errors go to the server's own log, with the traceback and without the request's body.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
