"""Forms that cannot be taken now come back with everything that was typed."""

import re

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory

from portal.pages import errors
from tests import factories
from tests.visitor import Visitor, hidden, page_of

LONG = "First line.\nSecond line with <markup>."


def answer_while_the_database_is_away(rf: RequestFactory) -> HttpResponse:
    try:
        raise OperationalError("the connection is closed")  # noqa: TRY301 - the handler looks at what is being handled
    except OperationalError:
        return errors.broken(rf.post("/report/new/", {"description": LONG, "summary": "Short"}))


def test_a_form_sent_while_the_database_is_away_comes_back_whole(rf: RequestFactory) -> None:
    answer = answer_while_the_database_is_away(rf)
    page = answer.content.decode()

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "First line.\nSecond line with &lt;markup&gt;." in page
    assert 'name="summary" value="Short"' in page
    assert 'action="/report/new/"' in page
    assert "security@wasmcloud.com" in page


@pytest.mark.django_db
def test_an_answer_whose_proof_of_origin_expired_can_be_sent_from_where_it_is() -> None:
    visitor = Visitor(checks_origin=True)
    receipt = factories.receipt()
    opening = f"/r/{receipt.key}/"
    token = hidden(page_of(visitor.get(opening)), "csrfmiddlewaretoken")[0]
    place = visitor.post(opening, {"csrfmiddlewaretoken": token})["Location"]

    kept = visitor.post(place, {"submission": visitor.submission(place), "text": LONG})
    page = page_of(kept)
    again = visitor.post(
        place,
        {
            "csrfmiddlewaretoken": hidden(page, "csrfmiddlewaretoken")[0],
            "submission": hidden(page, "submission")[0],
            "text": LONG,
        },
    )

    assert kept.status_code == 403
    assert re.search(r"<textarea[^>]*name=\"text\"[^>]*>\nFirst line\.\nSecond line", page)
    assert again.status_code == 302
