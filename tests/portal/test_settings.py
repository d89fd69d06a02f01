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
    "GITHUB_CLIENT_ID": "id",
    "GITHUB_CLIENT_SECRET": "secret",
}


def start(**changes: str) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": os.environ["PATH"], **SAFE, **changes}
    return subprocess.run(
        [sys.executable, "-c", "import portal.settings as s; print('DEBUG', s.DEBUG)"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_starts_when_everything_is_set() -> None:
    started = start()

    assert (started.returncode, started.stdout.strip()) == (0, "DEBUG False")


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "only-for-demo-and-development-never-for-people-who-trust-you"}, "SECRET_KEY"),
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
    ],
)
def test_it_refuses_and_names_the_setting(changes: dict[str, str], setting: str) -> None:
    started = start(**changes)

    assert started.returncode != 0
    assert f"ImproperlyConfigured: {setting}" in started.stderr


def test_the_demo_starts_with_nothing_set() -> None:
    started = start(PORTAL_DEMO="1", SECRET_KEY="", DATABASE_URL="", PORTAL_BASE_URL="")

    assert started.returncode == 0
