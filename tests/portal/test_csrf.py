import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def strict() -> Client:
    return Client(enforce_csrf_checks=True)


def post(client: Client, **headers: str) -> int:
    """Post to a public form with the right token and these headers."""
    page = client.get("/track/")
    token = page.context["csrf_token"]
    answer = client.post("/track/", {"csrfmiddlewaretoken": str(token)}, secure=True, headers=headers)
    return answer.status_code


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "https://testserver", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "null"},
        {},
    ],
)
def test_our_own_form_is_taken_though_the_page_hides_its_address(strict: Client, headers: dict[str, str]) -> None:
    assert post(strict, **headers) != 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example"},
        {"Referer": "https://evil.example/"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_another_sites_form_is_refused_even_with_a_token(strict: Client, headers: dict[str, str]) -> None:
    assert post(strict, **headers) == 403


def test_what_another_site_sent_is_not_offered_to_be_sent_on(strict: Client) -> None:
    answer = strict.post("/account/logout/", {"text": "x" * 100}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert "Send it now" not in answer.content.decode()
    assert "x" * 100 in answer.content.decode()
