"""The same settings for the tests: a folder of their own, and no waiting."""

import atexit
import os
import shutil
import tempfile

if "RENWANG_TEST_DATA" not in os.environ:
    # The first process makes the folder, hands it to its workers, and removes it.
    os.environ["RENWANG_TEST_DATA"] = tempfile.mkdtemp(prefix="renwang-tests-")
    atexit.register(shutil.rmtree, os.environ["RENWANG_TEST_DATA"], ignore_errors=True)
os.environ["RENWANG_DATA"] = os.environ["RENWANG_TEST_DATA"]
for name in ("RENWANG_KEY_DIR", "RENWANG_KEYS"):
    os.environ.pop(name, None)

from config import catalogues  # noqa: E402
from config.settings import *  # noqa: E402, F403  # everything else is as in a district
from config.settings import DATABASES, RENWANG_DATA, SQLITE  # noqa: E402

# A test that reads a page reads today's words.
catalogues.compile_stale()

# The cost of a real password hash is for attackers, not for a thousand tests.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Most tests are not about the second factor; those that are switch it on.
RENWANG_SECOND_FACTOR = False

# What a test has just written, the next page counts.
RENWANG_COUNTS_KEPT = 0

# Pages are drawn without collecting first.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

if SQLITE:
    # A file, as in a district, so that threads and processes meet the same locks; but a test need not survive a power cut.
    DATABASES["default"]["TEST"] = {"NAME": str(RENWANG_DATA / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
