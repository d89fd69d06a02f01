from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import time_machine
from django.test import override_settings
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from tests import database
from tests.disclosures.conductor.stage import NOON
from tests.disclosures.machine.account import Built, rolled_back
from tests.disclosures.machine.worlds import WORLDS, Outside

CNA = {
    "CVE_SERVICES_URL": "https://cve.example/api/",
    "CVE_SERVICES_ORG": "example",
    "CVE_SERVICES_ORG_ID": "b2b5ea8e-9fb6-4b6b-9d4d-0a1f5b6f9c3e",
    "CVE_SERVICES_USER": "portal@example.org",
    "CVE_SERVICES_API_KEY": "no key",
}


@pytest.fixture(scope="module")
def world_as_built(
    request: pytest.FixtureRequest, django_db_setup: database.Clone, django_db_blocker: DjangoDbBlocker
) -> Iterator[Built]:
    """The world of that name, once for all tests that begin there. All of it is rolled back in the end."""
    del django_db_setup
    outside = Outside()
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr("disclosures.repositories.github", outside.github.as_github)
        patch.setattr("disclosures.numbering.CveServices", outside.ids.of)
        stack.enter_context(override_settings(GITHUB_WEB_URL="http://testserver/sandbox/github"))
        stack.enter_context(django_db_blocker.unblock())
        stack.enter_context(rolled_back())
        reverse("home")
        with time_machine.travel(NOON, tick=False) as clock:
            world = WORLDS[request.param](clock, outside)
        stack.enter_context(override_settings(**CNA if world.is_cna else {}))
        yield Built(request.param, world, outside.github.now_is.copied())


@pytest.fixture
def built(world_as_built: Built) -> Iterator[Built]:
    """The same, at its own time."""
    with time_machine.travel(world_as_built.world.begins_at, tick=False) as clock:
        world_as_built.world.clock = clock
        yield world_as_built
