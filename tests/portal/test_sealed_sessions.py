import base64

import pytest
from django.contrib.sessions.models import Session

from portal.sealed_sessions import SessionStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def session() -> SessionStore:
    store = SessionStore()
    store["typed"] = "Kolibri"
    store.save()
    return store


def test_what_is_kept_comes_back_and_cannot_be_read_in_the_database(session: SessionStore) -> None:
    row = Session.objects.get()

    assert SessionStore(session.session_key).load() == {"typed": "Kolibri"}
    assert b"Kolibri" not in base64.b64decode(row.session_data)


def test_a_session_copied_over_another_is_empty(session: SessionStore) -> None:
    other = SessionStore()
    other.create()
    Session.objects.filter(pk=other.session_key).update(
        session_data=Session.objects.get(pk=session.session_key).session_data
    )

    assert SessionStore(other.session_key).load() == {}


@pytest.mark.parametrize("forged", ["", "no base64 at all", "AAAA", "eyJhIjoxfQ:signed:earlier"])
def test_what_cannot_be_opened_is_nobodys_session(session: SessionStore, forged: str) -> None:
    Session.objects.update(session_data=forged)

    assert SessionStore(session.session_key).load() == {}
