"""A key for each purpose: what is made for one opens, signs and finds nothing of another (SEC-03)."""

import pytest
from pytest_django.fixtures import Settings

from portal import keys
from portal.sealed.secrets import Secret, index_of, secret


def test_each_purpose_has_a_key_of_its_own() -> None:
    made = {keys.derive(purpose, "1") for purpose in ("notice", "link", "network", keys.AUDIT)}

    assert len(made) == 4
    assert {len(key) for key in made} == {43}


@pytest.mark.django_db
def test_what_is_found_by_one_index_is_not_found_by_another() -> None:
    assert len({secret(name) for name in Secret}) == len(Secret)
    assert len({index_of("kolibri", by=name) for name in Secret}) == len(Secret)


def test_a_new_secret_signs_and_the_earlier_ones_still_verify(settings: Settings) -> None:
    before = keys.secrets_for(keys.AUDIT)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the next key of this installation, as long as it has to be"

    signing, *verifying = keys.secrets_for(keys.AUDIT)

    assert signing not in before
    assert verifying == list(before)
