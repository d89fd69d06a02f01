"""The portal's settings, on a database of the tests' own.

Set before the settings are read, so that neither a developer's `.env` nor a running demo is ever touched.
"""

import hashlib
import os
import shutil
import sys
from pathlib import Path

PROJECT = Path(__file__).parent.parent
MEMORY = Path("/dev/shm")  # noqa: S108 - what is made below belongs to us, or the server refuses it
NEEDED = 3_000_000_000  # bytes


def _quickest_place() -> Path:
    """Memory where there is enough: many tests get a database of their own, made ten times as quickly there."""
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < NEEDED:
        return PROJECT / "var"
    return MEMORY / f"portal-{os.getuid()}-{hashlib.sha256(os.fsencode(PROJECT.resolve())).hexdigest()[:16]}"


if "PORTAL_TESTS" not in os.environ:  # test workers inherit what the first process has set
    base = Path(os.environ.get("PORTAL_VAR") or _quickest_place())
    os.environ |= {
        "PORTAL_TESTS": "1",
        "PORTAL_VAR": str(base / "tests"),
        "PORTAL_DEV": "1",
        "PORTAL_DEMO": "0",
        "PORTAL_MASTER_KEYS": "",
        "DATABASE_URL": "",
        "DATABASE_OWNER_URL": "",
        "GITHUB_APP_ID": "",
        "GITHUB_WEBHOOK_SECRETS": "",
        "CVE_SERVICES_ORG": "",
        "IMAP_URL": "",
        "PORTAL_MAIL_PROVIDER": "",
    }
    if sys.dont_write_bytecode:  # beside the sources; but processes that tests start need not compile all anew
        os.environ |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(base / "tests" / "bytecode")}

from portal.settings import *  # noqa: E402, F403 - the portal's own settings, whatever they are, on what is set above

WHITENOISE_AUTOREFRESH = (
    True  # each client of a test has a handler of its own: looking for all files beforehand is slow
)
