"""Settings every profile shares.

Embedded by default, grown-up by setting (DESIGN "Rules", 8): with an empty environment the site needs no
server beside itself. `DATABASE_URL`, `CELERY_BROKER_URL`, `CACHE_URL`, `MEDIA_STORAGE_URL` and `MEDIA_SERVER` put the
same code on PostgreSQL, Redis, object storage and nginx. Everything the software writes lies under `YINLING_DATA`.
"""

from __future__ import annotations

import datetime as dt
import secrets
from pathlib import Path

import environ

from config.logs import logging_config
from core.object_storage import read_storage_url

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()
environ.Env.read_env(str(BASE_DIR / ".env"))

DATA_DIR = Path(env.str("YINLING_DATA", default=str(BASE_DIR / "var"))).resolve()
for _folder in ("", "uploads", "sources", "streams", "work", "images", "logs", "broker", "run", "fetched"):
    (DATA_DIR / _folder).mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    """The key from the environment, or one made once and kept in the data folder."""
    if key := env.str("SECRET_KEY", default=""):
        return key
    path = DATA_DIR / "secret-key"
    try:
        with path.open("x", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50))
        path.chmod(0o600)
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii")


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    # Rooms, top to bottom: docs/architecture.md
    "cms",
    "courses",
    "media_pipeline",
    "accounts",
    "places",
    "core",
    # Wagtail and what it needs
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "accounts.desk_users.DeskUsersConfig",  # wagtail.users
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "csp",
    # Signing in
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.RequestIdMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.presence.KioskMiddleware",
    "accounts.presence.ActingMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.desk_door.DeskDoorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "core.middleware.ContentPolicyMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    # Last: it puts its own page in place of the answer to one try too many.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context_processors.reading_aids",
                "accounts.context_processors.presence",
            ],
        },
    },
]

# Database: SQLite in WAL mode unless DATABASE_URL names a server. IMMEDIATE transactions, so that two writers wait
# for each other instead of failing when a read turns into a write.
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 30,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://yinling")}

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 180 * 24 * 3600  # a senior signs in once, and stays signed in
STAFF_SESSION_AGE = env.int("STAFF_SESSION_AGE", default=12 * 3600)
# CITY, BANNER and ADMIN need a second factor for the desk; off here, so that demo accounts work.
STAFF_MFA_REQUIRED = env.bool("STAFF_MFA_REQUIRED", default=False)
# Proxies of our own in front of the site, whose X-Forwarded-For is believed.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]

# django-axes: wrong passwords are counted by name and address together, in the database.
AXES_FAILURE_LIMIT = env.int("SIGN_IN_FAILURES", default=8)
AXES_COOLOFF_TIME = dt.timedelta(seconds=env.int("SIGN_IN_LOCK", default=30 * 60))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "accounts.lockout.locked_out"
AXES_USERNAME_CALLABLE = "accounts.lockout.attempted_name"
AXES_CLIENT_IP_CALLABLE = "accounts.lockout.attempted_from"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # pressing again doesn't prolong it
AXES_DISABLE_ACCESS_LOG = True  # who signed in from where is nobody's business
AXES_SENSITIVE_PARAMETERS = ["username", "csrfmiddlewaretoken", "phone", "code"]
AXES_VERBOSE = False

# django-allauth (ADR 0012): its stages and its second factor; accounts are made by our own operations.
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone", "username*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = None
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # half a minute either way: clocks of phones differ
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody here has a verified address

# Short messages. Without an address, the embedded gateway prints them.
SMS_GATEWAY_URL = env.str("SMS_GATEWAY_URL", default="")
SMS_GATEWAY = env.str(
    "SMS_GATEWAY",
    default="accounts.sms.http.HttpGateway" if SMS_GATEWAY_URL else "accounts.sms.embedded.EmbeddedGateway",
)
SMS_GATEWAY_KEY = env.str("SMS_GATEWAY_KEY", default="")
SMS_GATEWAY_SECRET = env.str("SMS_GATEWAY_SECRET", default="")
SMS_GATEWAY_TIMEOUT = env.float("SMS_GATEWAY_TIMEOUT", default=8.0)
SMS_SIGNATURE = env.str("SMS_SIGNATURE", default="银龄学堂")
SMS_TEMPLATES = env.dict("SMS_TEMPLATES", default={})  # our name of a template → the provider's
SMS_KEEP_DAYS = env.int("SMS_KEEP_DAYS", default=30)
SIGN_IN_CODES_A_NETWORK_AN_HOUR = env.int("SIGN_IN_CODES_A_NETWORK_AN_HOUR", default=60)

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "core.staticfiles.PackageFinder",
]
# Object storage that many machines share; without it, files on this machine's disk.
OBJECT_STORAGE = read_storage_url(env.str("MEDIA_STORAGE_URL", default=""))
STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "core.staticfiles.ModuleManifestStorage"},
}
if OBJECT_STORAGE is not None:
    STORAGES["default"] = OBJECT_STORAGE.picture_storage()
# Only pictures and documents that editors upload: media of lessons goes through media_pipeline and is never here.
MEDIA_ROOT = DATA_DIR / "images"
MEDIA_URL = "files/"

SERVICE_PHONE = env.str("SERVICE_PHONE", default="0477-000-0000")  # in the footer of every page

WAGTAIL_PASSWORD_RESET_ENABLED = False  # by mail, which nobody here has: by phone code, or an administrator
WAGTAIL_SITE_NAME = "银龄学堂"
WAGTAILADMIN_USER_LOGIN_FORM = "accounts.forms.password.DeskSignInForm"
WAGTAILADMIN_BASE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = False
WAGTAILIMAGES_IMAGE_MODEL = "core.SiteImage"
WAGTAILDOCS_DOCUMENT_MODEL = "core.SiteDocument"
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文")]
WAGTAIL_ENABLE_UPDATE_CHECK = False  # would be a request to a foreign host
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # likewise
WAGTAIL_USER_TIME_ZONES = ["Asia/Shanghai"]
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []  # no oEmbed look-ups outside
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

TAGGIT_CASE_INSENSITIVE = True
TAGGIT_TAGS_FROM_STRING = "core.tags.split_tags"
TAGGIT_STRING_FROM_TAGS = "core.tags.join_tags"

SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail's preview is a frame of our own host
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # Wagtail forms with many blocks
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "work"

# Celery. A message is only a nudge (DESIGN "Rules", 1); what is to be done stands in the database.
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="filesystem://")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "run" / "beat-schedule")
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = (
    {
        "data_folder_in": str(DATA_DIR / "broker"),
        "data_folder_out": str(DATA_DIR / "broker"),
        "control_folder": str(DATA_DIR / "broker" / "control"),
        "polling_interval": 0.2,
    }
    if CELERY_BROKER_URL.startswith("filesystem")
    else {"visibility_timeout": 6 * 3600}
)
CELERY_BEAT_SCHEDULE: dict[str, dict[str, object]] = {
    "courses.count_reports": {"task": "courses.count_reports", "schedule": 30.0, "options": {"expires": 30.0}},
    "media_pipeline.sweep": {"task": "media_pipeline.sweep", "schedule": 15.0, "options": {"expires": 15.0}},
    "accounts.sweep_messages": {"task": "accounts.sweep_messages", "schedule": 10.0, "options": {"expires": 10.0}},
    "accounts.tidy": {"task": "accounts.tidy", "schedule": 600.0, "options": {"expires": 600.0}},
    # More often than daily, so that a clock that stood still at midnight is soon made up for.
    "accounts.settle_groups": {"task": "accounts.settle_groups", "schedule": 3600.0, "options": {"expires": 3600.0}},
    "courses.flip_due_editions": {
        "task": "courses.flip_due_editions",
        "schedule": 20.0,
        "options": {"expires": 20.0},
    },
    "courses.sweep_enrolment": {"task": "courses.sweep_enrolment", "schedule": 60.0, "options": {"expires": 60.0}},
    "core.forget_tables": {"task": "core.forget_tables", "schedule": 24 * 3600.0, "options": {"expires": 24 * 3600.0}},
    "media_pipeline.tidy": {"task": "media_pipeline.tidy", "schedule": 3600.0, "options": {"expires": 3600.0}},
}

# Players' reports (docs/adr/0011). A report waits at most so many seconds for company, and goes with at most so many
# others in one transaction (fewer than the threads of a web process, or it would always wait). After COUNT_AFTER
# seconds a person's reports are counted.
PROGRESS_LINGER = env.float("PROGRESS_LINGER", default=0.1)
PROGRESS_BATCH = env.int("PROGRESS_BATCH", default=12)
PROGRESS_COUNT_AFTER = env.float("PROGRESS_COUNT_AFTER", default=120.0)
# Enrolment. How long a seat that fell free is kept for the first in line, in hours (courses/claim_window.py), and at
# what hour of the day after its list was sealed a lottery is drawn.
CLAIM_HOURS = env.int("CLAIM_HOURS", default=48)
LOTTERY_DRAW_HOUR = env.int("LOTTERY_DRAW_HOUR", default=10)

# The media pipeline. Sizes in bytes, times in seconds.
MEDIA_SERVER = env.str("MEDIA_SERVER", default="django")  # or "nginx": X-Accel-Redirect
MEDIA_INTERNAL_PREFIX = env.str("MEDIA_INTERNAL_PREFIX", default="/_streams/")
MEDIA_MAX_UPLOAD_BYTES = env.int("MEDIA_MAX_UPLOAD_BYTES", default=20 * 1024**3)
MEDIA_QUOTA_BYTES_PER_EDITOR = env.int("MEDIA_QUOTA_BYTES_PER_EDITOR", default=200 * 1024**3)
MEDIA_UPLOAD_EXPIRES_AFTER = env.int("MEDIA_UPLOAD_EXPIRES_AFTER", default=7 * 24 * 3600)
MEDIA_MIN_FREE_BYTES = env.int("MEDIA_MIN_FREE_BYTES", default=1024**3)
MEDIA_MAX_DURATION = env.int("MEDIA_MAX_DURATION", default=6 * 3600)
MEDIA_LEASE = env.float("MEDIA_LEASE", default=60.0)
MEDIA_MAX_ATTEMPTS = 3
MEDIA_LINK_LIFETIME = env.int("MEDIA_LINK_LIFETIME", default=6 * 3600)
FFMPEG = env.str("FFMPEG", default="/usr/bin/ffmpeg")
FFPROBE = env.str("FFPROBE", default="/usr/bin/ffprobe")
# Speech to text is off unless an operator names a model directory (faster-whisper format) on this machine.
SPEECH_MODEL_DIR = env.str("SPEECH_MODEL_DIR", default="")

LOGGING_CONFIG = None
logging_config(level=env.str("LOG_LEVEL", default="INFO"), json=env.bool("LOG_JSON", default=False))

# No page loads anything from another host. `blob:` is how hls.js feeds a video element.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "media-src": ["'self'", "blob:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
    }
}
