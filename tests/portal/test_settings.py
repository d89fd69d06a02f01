"""A real installation refuses to start unsafely, and says which setting to change."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SAFE = {
    "PORTAL_DEMO": "0",
    "PORTAL_DEV": "0",
    "PORTAL_BASE_URL": "https://portal.example",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRST",
    "DATABASE_URL": "postgres://application@localhost/portal",
    "PORTAL_MASTER_KEYS": "first:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    "GITHUB_CLIENT_ID": "id",
    "GITHUB_CLIENT_SECRET": "secret",
}


SPEAK = "import portal.settings as s; print('DEBUG', s.DEBUG)"
LOCKED = """
import portal.settings as s
assert s.SESSION_COOKIE_NAME == "__Host-session" and s.CSRF_COOKIE_NAME == "__Host-csrf"
assert s.SESSION_COOKIE_SECURE and s.SESSION_COOKIE_HTTPONLY and s.SESSION_COOKIE_SAMESITE == "Lax"
assert s.CSRF_COOKIE_SECURE and s.CSRF_COOKIE_HTTPONLY and s.COOKIE_PREFIX == "__Host-"
assert s.SECURE_SSL_REDIRECT and s.SECURE_HSTS_SECONDS >= 31_536_000 and s.SECURE_HSTS_INCLUDE_SUBDOMAINS
assert s.SECURE_PROXY_SSL_HEADER is None and s.ALLOWED_HOSTS == ["portal.example"]
"""


def start(program: str = SPEAK, **changes: str) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": os.environ["PATH"], **SAFE, **changes}
    return subprocess.run(  # noqa: S603 - programs of this file
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_starts_when_everything_is_set() -> None:
    started = start()

    assert (started.returncode, started.stdout.strip()) == (0, "DEBUG False")


def test_cookies_and_connections_are_locked_in_production() -> None:
    started = start(LOCKED)

    assert (started.returncode, started.stderr) == (0, "")


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "only-for-demo-and-development-never-for-people-who-trust-you"}, "SECRET_KEY"),
        ({"PORTAL_MASTER_KEYS": ""}, "PORTAL_MASTER_KEYS is not set"),
        ({"PORTAL_MASTER_KEYS": "first:MDEy"}, "PORTAL_MASTER_KEYS: The key “first” has 3 bytes"),
        (
            {"PORTAL_MASTER_KEYS": "mine:b25seS1mb3ItZGVtby1hbmQtZGV2ZWxvcG1lbnQtMzI="},
            "PORTAL_MASTER_KEYS holds the key of the demo",
        ),
        ({"DEBUG": "1"}, "DEBUG"),
        ({"PORTAL_BASE_URL": ""}, "PORTAL_BASE_URL"),
        ({"PORTAL_BASE_URL": "http://portal.example"}, "PORTAL_BASE_URL"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"DATABASE_URL": ""}, "DATABASE_URL"),
        ({"GITHUB_CLIENT_ID": ""}, "GITHUB_CLIENT_ID"),
        ({"GITHUB_APP_ID": "1"}, "GITHUB_APP_PRIVATE_KEY"),
        ({"GITHUB_API_URL": "http://api.github.com"}, "GITHUB_API_URL"),
        ({"GITHUB_WEBHOOK_SECRETS": "short"}, "GITHUB_WEBHOOK_SECRETS"),
        ({"GITHUB_WEBHOOK_SECRETS": "one-that-is-long-enough,short"}, "GITHUB_WEBHOOK_SECRETS"),
        ({"PORTAL_POLICY": "/nowhere/policy.toml"}, "PORTAL_POLICY"),
        ({"CVE_SERVICES_ORG": "example_cna"}, "CVE_SERVICES_ORG is set"),
        ({"CVE_SERVICES_URL": "http://cve.example/api/"}, "CVE_SERVICES_URL"),
        ({"IMAP_URL": "imap://me:secret@mail.example"}, "IMAP_URL must begin with imaps://"),
    ],
)
def test_it_refuses_and_names_the_setting(changes: dict[str, str], setting: str) -> None:
    started = start(**changes)

    assert started.returncode != 0
    assert f"ImproperlyConfigured: {setting}" in started.stderr


def test_the_demo_starts_with_nothing_set() -> None:
    started = start(PORTAL_DEMO="1", SECRET_KEY="", DATABASE_URL="", PORTAL_BASE_URL="")

    assert started.returncode == 0
