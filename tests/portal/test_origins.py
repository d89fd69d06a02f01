"""Forms of pages that send no referrer."""

import re

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 422),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "same-origin"}, 403),
        ({"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}, 422),
    ],
)
def test_a_withheld_origin_is_ours_only_if_the_browser_says_so(headers: dict[str, str], status: int) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get("/track/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None

    answer = client.post("/track/", {"csrfmiddlewaretoken": token[1]}, headers=headers)

    assert answer.status_code == status


def test_the_forms_own_token_is_asked_for_all_the_same() -> None:
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/track/", headers={"Origin": "null", "Sec-Fetch-Site": "same-origin"})

    assert answer.status_code == 403
