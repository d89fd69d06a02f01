"""Headers on every answer: pages, errors, static files."""

import pytest
from django.http import HttpResponseBase
from django.test import Client

from tests import factories
from tests.people import browser_of

pytestmark = pytest.mark.django_db


def assert_locked_down(answer: HttpResponseBase) -> None:
    headers = answer.headers
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "no-store" in headers["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/policy/",
        "/team/",
        "/nowhere/",
        "/account/login/",
        "/dashboard/",
        "/admin/",
        "/r/x/",
        "/track/WSC-0000-0000/",
    ],
)
def test_every_answer_is_locked_down(path: str, client: Client) -> None:
    assert_locked_down(client.get(path))


@pytest.mark.urls("tests.portal.sample_urls")
def test_an_error_of_ours_is_locked_down_too() -> None:
    browser = browser_of(factories.member())
    browser.raise_request_exception = False

    answer = browser.get(f"/breaks/{factories.receipt().report.reference}/")

    assert answer.status_code == 500
    assert_locked_down(answer)


def test_security_txt_is_valid_for_a_while_and_says_where_to_report(client: Client) -> None:
    answer = client.get("/.well-known/security.txt")
    fields = [line.split(": ", 1) for line in answer.content.decode().splitlines()]

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert [name for name, _ in fields] == [
        "Contact",
        "Contact",
        "Expires",
        "Policy",
        "Acknowledgments",
        "CSAF",
        "Preferred-Languages",
        "Canonical",
    ]
    assert dict(fields)["Policy"].endswith("/policy/")
    assert client.get(dict(fields)["CSAF"]).status_code == 200
    assert client.get(dict(fields)["Acknowledgments"]).status_code == 200


@pytest.mark.parametrize(
    ("path", "hidden"), [("/", False), ("/policy/", False), ("/team/", False), ("/report/", False), ("/track/", True)]
)
def test_search_engines_may_lead_people_to_the_way_in_and_nowhere_else(path: str, hidden: bool, client: Client) -> None:  # noqa: FBT001
    assert (client.get(path).headers.get("X-Robots-Tag") == "noindex") is hidden
