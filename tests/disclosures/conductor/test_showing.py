"""The page of the day shows what the portal knows of each repository."""

import pytest
from django.urls import reverse

from disclosures.conductor import beginning
from portal.github.sandbox import by_hand, releasing
from portal.sandbox_models import SandboxRelease
from portal.viewer import acting_as
from tests import factories
from tests.disclosures.conductor.stage import Stage
from tests.people import browser_of
from tests.queries import queries_of

pytestmark = pytest.mark.django_db


def page(stage: Stage) -> str:
    day = browser_of(stage.person).get(reverse("report-day", args=[stage.report.reference]))
    return " ".join(day.text.split())


def test_release_and_advisory_stand_there_with_their_links_and_when_they_were_seen(going: Stage) -> None:
    going.release_all()
    going.conduct()

    shown = page(going)
    for name in ("wadm", "wash"):
        kept = going.kept(name)
        assert f'<a href="{kept.html_url}" rel="noopener noreferrer">{kept.ghsa_id}</a>' in shown
        assert f'<a href="{going.seen(name).html_url}" rel="noopener noreferrer">Release <bdi>v1.4.2</bdi></a>' in shown
    assert shown.count("seen by a stranger") == 2
    assert "published by hand" not in shown


def test_what_was_published_by_hand_is_marked(going: Stage) -> None:
    going.conduct()
    by_hand.publish(going.on_github("wadm"), now=going.now)
    going.look()

    assert page(going).count("published by hand") >= 1


def test_the_page_asks_the_database_as_often_whatever_is_on_it(going: Stage) -> None:
    browser, day = browser_of(going.person), reverse("report-day", args=[going.report.reference])
    browser.get(day)
    before = queries_of(browser, day)
    going.conduct()
    going.release("wadm")
    going.later(minutes=3)
    going.conduct()

    assert (before, queries_of(browser, day)) == (14, 14)


def test_a_private_fork_is_named_with_its_link(ready: Stage) -> None:
    with acting_as(factories.looking(ready.person)):
        beginning.prepare(ready.fresh(), with_forks=True, by=ready.person, now=ready.now)
    ready.conduct()
    ready.later(minutes=3)
    ready.conduct()

    fork = ready.kept("wash").fork
    assert f'/sandbox/github/{fork}" rel="noopener noreferrer"><bdi>{fork}</bdi></a>' in page(ready)


def test_a_release_that_is_gone_stands_there_as_gone(going: Stage) -> None:
    going.release("wadm")
    going.conduct()
    releasing.delete(SandboxRelease.objects.get(repository=going.repository("wadm")), now=going.now)
    going.look()

    assert "deleted again" in page(going)
