"""Everything an installation can set, read from the environment once; `.env.example` explains each name.

What the organisation has promised is not here but in its policy file (`portal/policy/policy.toml`).
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from portal import mail_settings, postgres
from portal.policy import organisation
from portal.sealed.master import MasterKeyError, MasterKeys

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env", overwrite=False)

DEMO = env.bool("PORTAL_DEMO", default=False)
DEV = env.bool("PORTAL_DEV", default=False)
RELAXED = DEMO or DEV
"""Demo and development may run with an embedded database, without TLS and with a key of their own."""

VAR = Path(env.str("PORTAL_VAR", default=str(BASE_DIR / "var")))
HOST = env.str("PORTAL_HOST", default="127.0.0.1")
PORT = env.int("PORTAL_PORT", default=8000)
WEB_PROCESSES = env.int("PORTAL_WEB_PROCESSES", default=2)
WEB_THREADS = env.int("PORTAL_WEB_THREADS", default=4)
BASE_URL = (env.str("PORTAL_BASE_URL", default="") or (f"http://localhost:{PORT}" if RELAXED else "")).rstrip("/")
"""The address people use, without a trailing slash. Links in mails come from here, never from a Host header."""

# --- What must not go wrong in production -------------------------------------------------------------------

DEFAULT_SECRET_KEY = "only-for-demo-and-development-never-for-people-who-trust-you"  # noqa: S105 - refused below
SHORTEST_SECRET_KEY = 50
SECRET_KEY = env.str("SECRET_KEY", default="") or DEFAULT_SECRET_KEY
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG = env.bool("DEBUG", default=False)

if not RELAXED:
    if SECRET_KEY == DEFAULT_SECRET_KEY:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Give it at least 50 random characters (or set PORTAL_DEMO=1 to try the portal out)."
        )
    if len(SECRET_KEY) < SHORTEST_SECRET_KEY:
        raise ImproperlyConfigured(f"SECRET_KEY is too short: it needs {SHORTEST_SECRET_KEY} random characters.")
    if DEBUG:
        raise ImproperlyConfigured("DEBUG is on. Unset it: its error pages would show reports to strangers.")
    if urlsplit(BASE_URL).scheme != "https" or not urlsplit(BASE_URL).hostname:
        raise ImproperlyConfigured("PORTAL_BASE_URL must be the portal's own address, beginning with https://.")

DEFAULT_MASTER_KEYS = "demo:b25seS1mb3ItZGVtby1hbmQtZGV2ZWxvcG1lbnQtMzI="
master_keys = env.str("PORTAL_MASTER_KEYS", default="") or (DEFAULT_MASTER_KEYS if RELAXED else "")
if not master_keys:
    raise ImproperlyConfigured(
        "PORTAL_MASTER_KEYS is not set. `PORTAL_DEV=1 manage.py new_master_key` prints a key: give it to web and "
        "worker, and keep a copy apart from the backups. Without it nobody can read what is in them, nor can you."
    )
try:
    MASTER_KEYS = MasterKeys.parse(master_keys)
except MasterKeyError as error:
    raise ImproperlyConfigured(f"PORTAL_MASTER_KEYS: {error}") from None
if not RELAXED and not set(MasterKeys.parse(DEFAULT_MASTER_KEYS).keys.values()).isdisjoint(MASTER_KEYS.keys.values()):
    raise ImproperlyConfigured("PORTAL_MASTER_KEYS holds the key of the demo, which everybody knows. Make your own.")

ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS",
    default=["localhost", "127.0.0.1", "[::1]"] if RELAXED else [urlsplit(BASE_URL).hostname or ""],
)
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name hosts: '*' would let a stranger choose the host of our pages.")

# --- The organisation's policy ------------------------------------------------------------------------------

try:
    POLICY = organisation.load(Path(env.str("PORTAL_POLICY", default="") or organisation.SHIPPED))
except organisation.PolicyError as error:
    raise ImproperlyConfigured(f"PORTAL_POLICY: {error}") from None

# --- Parts --------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    "teams",
    "reports",
    "disclosures",
    "portal.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.github",
    "allauth.mfa",
    "allauth.usersessions",
    "django_q",
    "django_htmx",
    "pgtrigger",
    "heroicons",
]

MIDDLEWARE = [
    "portal.middleware.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "portal.bad_requests.BadRequestMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "portal.csrf.ProofOfOriginMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "portal.middleware.SignInMiddleware",
    "portal.limited.RateLimitMiddleware",
    "portal.middleware.ViewerMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.portal",
            ],
            "builtins": [
                "django.templatetags.static",
                "portal.templatetags.drawn",
                "portal.templatetags.portal",
                "portal.templatetags.visible_text",
            ],
        },
    }
]

# --- Database: the application's role here; the owner's only while migrating --------------------------------

DATABASE_URL = env.str("DATABASE_URL", default="")
DATABASE_OWNER_URL = env.str("DATABASE_OWNER_URL", default="")
if not DATABASE_URL:
    if not RELAXED:
        raise ImproperlyConfigured("DATABASE_URL is not set: the application's own role on your PostgreSQL.")
    DATABASE_URL = postgres.addresses(VAR).application
    DATABASE_OWNER_URL = postgres.addresses(VAR).owner

CONNECTION = {
    "CONN_MAX_AGE": env.int("DATABASE_CONN_MAX_AGE", default=60),
    "CONN_HEALTH_CHECKS": True,
    "DISABLE_SERVER_SIDE_CURSORS": True,
}
DATABASES = {"default": {**environ.Env.db_url_config(DATABASE_URL), **CONNECTION}}
DATABASE_OWNER = {**environ.Env.db_url_config(DATABASE_OWNER_URL), **CONNECTION} if DATABASE_OWNER_URL else None
DATABASE_LIMITS = {
    "statement_timeout": env.int("DATABASE_STATEMENT_SECONDS", default=15),
    "lock_timeout": 5,
    "idle_in_transaction_session_timeout": 60,
}
"""Seconds. `manage.py migrate` makes them defaults of the application's role, so that they hold behind a pooler too."""
MIGRATION_LOCK_SECONDS = 5
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "portal.shared_cache.SharedCache"}}

# --- People -------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "teams.User"
AUTHENTICATION_BACKENDS = ["teams.backends.SignInBackend", "reports.access.NeedToKnowBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"

ACCOUNT_ADAPTER = "teams.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
SOCIALACCOUNT_ADAPTER = "teams.adapters.SocialAccountAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_EMAIL_REQUIRED = False
SOCIALACCOUNT_QUERY_EMAIL = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
GITHUB_WEB_URL = env.str("GITHUB_WEB_URL", default=f"{BASE_URL}/sandbox/github" if DEMO else "https://github.com")
SOCIALACCOUNT_PROVIDERS = {
    "github": {
        "SCOPE": ["read:user", "read:org"],
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "client_id": env.str("GITHUB_CLIENT_ID", default="demo" if RELAXED else ""),
                "secret": env.str("GITHUB_CLIENT_SECRET", default="demo" if RELAXED else ""),
            }
        ],
        **({} if GITHUB_WEB_URL == "https://github.com" else {"GITHUB_URL": GITHUB_WEB_URL}),
    }
}
if not RELAXED and not (env.str("GITHUB_CLIENT_ID", default="") and env.str("GITHUB_CLIENT_SECRET", default="")):
    raise ImproperlyConfigured("GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET are not set: nobody could sign in.")
GITHUB_API_URL = env.str("GITHUB_API_URL", default="https://api.github.com").rstrip("/")
GITHUB_APP_ID = env.str("GITHUB_APP_ID", default="")
GITHUB_APP_PRIVATE_KEY = env.str("GITHUB_APP_PRIVATE_KEY", default="")
GITHUB_APP_INSTALLATION_ID = env.int("GITHUB_APP_INSTALLATION_ID", default=0) or None
GITHUB_WEBHOOK_SECRETS = env.list("GITHUB_WEBHOOK_SECRETS", default=[])
"""The secret of the webhook, and the one before it while it is being changed. None: nobody is listened to."""
GITHUB_ADVISORY_COMMENTS = env.bool("GITHUB_ADVISORY_COMMENTS", default=False)
"""Whether the portal writes, as a comment on a private report there, where the conversation goes on. GitHub's interface
for it is a preview since October 2026; without it the team's page shows what to paste.
"""
GITHUB_LISTENERS = {
    "release": ["disclosures.tasks.hear"],
    "repository_advisory": ["disclosures.tasks.hear", "reports.tasks.hear_github"],
}
"""By the kind of delivery, such as `release` and `repository_advisory`: the names of the tasks that get its number."""
SHORTEST_WEBHOOK_SECRET = 20
if GITHUB_APP_ID and not GITHUB_APP_PRIVATE_KEY:
    raise ImproperlyConfigured("GITHUB_APP_PRIVATE_KEY is not set: the key of the app in GITHUB_APP_ID, or its file.")
if not RELAXED and urlsplit(GITHUB_API_URL).scheme != "https":
    raise ImproperlyConfigured("GITHUB_API_URL must begin with https://: our app's token goes there.")
if any(len(secret) < SHORTEST_WEBHOOK_SECRET for secret in GITHUB_WEBHOOK_SECRETS):
    raise ImproperlyConfigured(f"GITHUB_WEBHOOK_SECRETS: each needs {SHORTEST_WEBHOOK_SECRET} random characters.")
DEMO_OPENPGP_KEY = VAR / "openpgp.asc"
OPENPGP_KEY = env.str("PORTAL_OPENPGP_KEY", default=str(DEMO_OPENPGP_KEY) if DEMO and DEMO_OPENPGP_KEY.exists() else "")
"""The secret key that signs and is encrypted to, in ASCII armour, or its file. Empty: there is no encryption (P4)."""
OPENPGP_PASSPHRASE = env.str("PORTAL_OPENPGP_PASSPHRASE", default="")
OPENPGP_RETIRED_KEYS = env.list("PORTAL_OPENPGP_RETIRED_KEYS", default=[])
"""Secret keys that were used before, in the same way: they read mail that still comes to them."""
OPENPGP_RETIRED_PASSPHRASES = env.list("PORTAL_OPENPGP_RETIRED_PASSPHRASES", default=[])
"""Theirs, where they differ from the one above; in any order."""
CVE_SERVICES_URL = env.str("CVE_SERVICES_URL", default="https://cveawg.mitre.org/api/").rstrip("/") + "/"
CVE_SERVICES_ORG = env.str("CVE_SERVICES_ORG", default="")
"""The short name of the organisation as a CNA; empty where it is none, and GitHub is asked for IDs."""
CVE_SERVICES_ORG_ID = env.str("CVE_SERVICES_ORG_ID", default="")
CVE_SERVICES_USER = env.str("CVE_SERVICES_USER", default="")
CVE_SERVICES_API_KEY = env.str("CVE_SERVICES_API_KEY", default="")
if CVE_SERVICES_ORG and not (CVE_SERVICES_ORG_ID and CVE_SERVICES_USER and CVE_SERVICES_API_KEY):
    raise ImproperlyConfigured(
        "CVE_SERVICES_ORG is set: then CVE_SERVICES_ORG_ID, CVE_SERVICES_USER and CVE_SERVICES_API_KEY are needed too."
    )
if not RELAXED and urlsplit(CVE_SERVICES_URL).scheme != "https":
    raise ImproperlyConfigured("CVE_SERVICES_URL must begin with https://: our key goes there.")
MFA_ADAPTER = "teams.adapters.SecondFactorAdapter"
MFA_TOTP_ISSUER = f"{POLICY.organisation.name} security"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = RELAXED
REQUIRE_MFA = env.bool("PORTAL_REQUIRE_MFA", default=True)
"""Security-team members open no report before their account has a second factor (AUT-01)."""

BREAK_GLASS_GITHUB_IDS = env.list("PORTAL_BREAK_GLASS_GITHUB_IDS", cast=int, default=[9_000_011] if DEMO else [])
"""Administrators who may open a single report in an emergency, by their numeric ids; the demo's own is one of them."""

# --- Browsers -----------------------------------------------------------------------------------------------

SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "object-src": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = not RELAXED
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 0 if RELAXED else 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not RELAXED
SECURE_HSTS_PRELOAD = not RELAXED
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
"""How many proxies of ours stand in front; only their part of X-Forwarded-For is believed."""
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None

SESSION_ENGINE = "portal.sealed_sessions"
COOKIE_PREFIX = "" if RELAXED else "__Host-"
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}session"
SESSION_COOKIE_SECURE = not RELAXED
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_LONGEST = timedelta(hours=12)
SESSION_COOKIE_AGE = int(SESSION_LONGEST.total_seconds())
SESSION_IDLE = timedelta(minutes=env.int("PORTAL_SESSION_IDLE_MINUTES", default=120))
"""After which time without a visit somebody has to sign in again."""
ADMINISTRATOR_IDLE = timedelta(minutes=30)
"""The same for administrators, where it is shorter."""
SILENCED_SYSTEM_CHECKS = ["security.W003"]
"""It looks for Django's own CSRF middleware by name; ours is derived from it."""
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrf"
CSRF_COOKIE_SECURE = not RELAXED
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.pages.kept.csrf_failure"
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# --- Text, time, files --------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
USE_I18N = False
TIME_ZONE = POLICY.calendar.zone.key
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("PORTAL_STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(VAR / "unused")},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if RELAXED
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = RELAXED
WHITENOISE_AUTOREFRESH = DEBUG
FILES_ROOT = Path(env.str("PORTAL_FILES_ROOT", default=str(VAR / "files")))
"""Where reporters' files are kept: outside everything that is served."""
BACKUPS_ROOT = env.str("PORTAL_BACKUPS_ROOT", default="")
"""Where `deploy/backup` leaves its folders, for readiness to know how old the last one is. Empty: nobody asks."""
FILE_UPLOAD_HANDLERS = ["portal.uploads.BoundedUploadHandler"]
FILE_UPLOAD_TEMP_DIR = str(VAR / "uploads")
Path(FILE_UPLOAD_TEMP_DIR).mkdir(parents=True, exist_ok=True)
# Wider than any form's own limits, so that what is too long or too many is told at its field and nothing is lost.
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 1000
MOST_REQUEST_BYTES = DATA_UPLOAD_MAX_MEMORY_SIZE + 4 * POLICY.uploads.total_bytes
"""What is longer is refused before it is read."""

# --- The record ---------------------------------------------------------------------------------------------

AUDIT_ANCHOR_FILE = Path(_anchors) if (_anchors := env.str("PORTAL_AUDIT_ANCHOR_FILE", default="")) else None
"""Where the ledger's end is written down once a day: best where whoever holds the database cannot write."""
HEADS_UP_ADDRESSES = env.list("PORTAL_HEADS_UP_ADDRESSES", default=["downstream@example.org"] if DEMO else [])
"""Who is told ahead of a disclosure: day, hour, severity and projects, and only when a person of the team says so."""
AUDIT_ANCHOR_ADDRESS = env.str("PORTAL_AUDIT_ANCHOR_ADDRESS", default="")
"""To whom it is mailed once a day."""

# --- Mail ---------------------------------------------------------------------------------------------------

EMAIL = env.email_url("EMAIL_URL", default=f"filemail://{VAR / 'mail'}" if RELAXED else "smtp://localhost:25")
MAILERS = {"default": mail_settings.mailers(EMAIL, folder=VAR / "mail", timeout=env.int("EMAIL_TIMEOUT", default=20))}
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=POLICY.organisation.security_address)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_SERVERS = env.list("PORTAL_MAIL_SERVERS", default=["mx.demo.example"] if DEMO else [])
"""How our own mail server names itself in Authentication-Results. Nobody else's are believed; none: DKIM is checked."""
MAIL_LISTS = env.list("PORTAL_MAIL_LISTS", default=[])
"""List-Id of the groups that are our own addresses, where security@ is kept as one: mail from there is no bulk mail."""
MAIL_CHECKS_DKIM = env.bool("PORTAL_MAIL_CHECKS_DKIM", default=not RELAXED)
"""Whether signatures of senders' domains are looked up in the DNS where our mail server does not vouch for a sender."""
try:
    MAIL_MOST_BYTES = mail_settings.most_bytes(env.int("PORTAL_MAIL_MEGABYTES", default=40))
    """Of one mail that comes in; of a larger one, only the beginning is taken in."""
    REPLY_ADDRESS = mail_settings.reply_address(
        env.str("PORTAL_REPLY_ADDRESS", default="security+{token}@demo.example" if DEMO else "")
    )
    """Where answers by mail come in; `{token}` makes it one recipient's own. Empty: nobody can answer by mail."""
    INBOX = mail_settings.inbox(
        env.str("IMAP_URL", default=""),
        taken_folder=env.str("IMAP_TAKEN_FOLDER", default="Taken in"),
        poll_seconds=env.int("IMAP_POLL_SECONDS", default=60),
        ca_file=env.str("IMAP_CA_FILE", default=""),
    )
    """The mailbox to which people write; None where mail comes in by another way, or not at all."""
    MAIL_PROVIDER = mail_settings.provider(
        env.str("PORTAL_MAIL_PROVIDER", default=""), secrets=env.list("PORTAL_MAIL_PROVIDER_SECRETS", default=[])
    )
    """Who hands mail over by a webhook; None: nobody is listened to."""
except mail_settings.MailSettingsError as error:
    raise ImproperlyConfigured(str(error)) from None

# --- Background work ----------------------------------------------------------------------------------------

Q_CLUSTER = {
    "name": "portal",
    "orm": "default",
    "workers": env.int("PORTAL_WORKERS", default=1),
    "timeout": 60,
    "retry": 120,
    "max_attempts": 5,
    "ack_failures": True,
    "catch_up": False,
    "save_limit": 100,
    "save_limit_per": "func",
    "poll": 1,
    "recycle": 500,
    "label": "Background work",
}

# --- Logs: no report text, no reporter's key ----------------------------------------------------------------

if not DEBUG:
    DEFAULT_EXCEPTION_REPORTER = "portal.error_reports.DiscreetReporter"
LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"scrub": {"()": "portal.logs.ScrubFilter"}, "refusals": {"()": "portal.logs.RefusalFilter"}},
    "formatters": {
        "line": {
            "()": "portal.logs.DiscreetFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "filters": ["scrub", "refusals"], "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {"django": {"handlers": ["stderr"], "level": LOG_LEVEL, "propagate": False}},
}
