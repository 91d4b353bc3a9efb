"""Tests: a private data folder, fast password hashes, no static manifest, nudges kept in a list."""

import os
import tempfile

# Before base reads it: tests never touch the data folder of a running site.
os.environ.setdefault("YINLING_DATA", tempfile.mkdtemp(prefix="yinling-test-"))
os.environ.setdefault("LOG_LEVEL", "WARNING")
os.environ.setdefault("MEDIA_MIN_FREE_BYTES", "0")
os.environ.setdefault("PROGRESS_LINGER", "0")

from config.settings.base import *  # noqa: F403
from config.settings.base import STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
