"""Releases and advisories of the demo's GitHub, changed by hand, and what everybody sees of them."""

from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from portal.demo.cast import FINDER, NEWCOMER
from portal.demo.github import state
from portal.github import Account, AdvisoryState, Affected, NotThere, RepositoryAdvisory, Unavailable
from portal.models import GitHubDelivery
from portal.sandbox_models import (
    SandboxAccount,
    SandboxAdvisory,
    SandboxFault,
    SandboxRelease,
    SandboxRepository,
    SandboxVerb,
)
from tests.github.sandboxed import BODY, WASH, sandbox_client
from tests.github.sandboxed import wash as wash_now
from tests.queries import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo_urls")]

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def its_own_address(settings: Settings) -> None:
    settings.GITHUB_WEB_URL = f"{settings.BASE_URL}/sandbox/github"


@pytest.fixture
def wash() -> SandboxRepository:
    state.settle(now=NOW)
    return wash_now()


@pytest.fixture
def release(wash: SandboxRepository) -> SandboxRelease:
    return SandboxRelease.objects.filter(repository=wash).latest("published_at")


@pytest.fixture
def draft(wash: SandboxRepository) -> RepositoryAdvisory:
    return sandbox_client().create_advisory(wash.full_name, BODY)


def post(where: str, pk: int, **form: object) -> int:
    return Client().post(reverse(where, args=[pk]), form).status_code


def page(where: str, pk: int) -> str:
    return Client().get(reverse(where, args=[pk])).content.decode()


def seen_by_all(url: str) -> int:
    return Client().get(urlsplit(url).path).status_code


def told() -> list[str]:
    return [f"{each.event} {each.action}" for each in GitHubDelivery.objects.order_by("pk")]


def row() -> SandboxAdvisory:
    return SandboxAdvisory.objects.get()


def account(login: str) -> str:
    return str(SandboxAccount.objects.get(login=login).pk)


# --- Releases -----------------------------------------------------------------------------------------------


def test_a_draft_is_published_once_and_told_twice(wash: SandboxRepository) -> None:
    form = {"tag": "v9", "author": account("tlindqvist"), "draft": "on", "notes": "Notes"}
    assert post("demo-github-release", wash.pk, **form) == 302
    draft = SandboxRelease.objects.get(tag="v9")
    before = (draft.draft, draft.published_at, seen_by_all(f"{settings.GITHUB_WEB_URL}/{WASH}/releases/tag/v9"))

    assert [post("demo-github-publish-release", draft.pk) for _ in range(2)] == [302, 302]

    draft.refresh_from_db()
    assert before == (True, None, 404)
    assert (draft.draft, draft.notes, draft.published_at is None) == (False, "Notes", False)
    assert seen_by_all(f"{settings.GITHUB_WEB_URL}/{WASH}/releases/tag/v9") == 200
    assert told() == ["release created", "release published", "release released"]


def test_a_release_is_deleted_and_another_takes_its_tag(wash: SandboxRepository, release: SandboxRelease) -> None:
    client, form = sandbox_client(), {"tag": release.tag, "author": account("tlindqvist")}

    assert post("demo-github-delete-release", release.pk) == 302
    with pytest.raises(NotThere):
        client.release_of(WASH, release.tag)
    assert post("demo-github-release", wash.pk, **form) == 302

    assert client.release_of(WASH, release.tag).id != release.pk
    assert told()[0] == "release deleted"


def test_a_tag_is_moved_without_a_word_and_shows_by_its_date(release: SandboxRelease) -> None:
    before = sandbox_client().release(WASH, release.pk)

    assert post("demo-github-move-tag", release.pk) == 302

    after = sandbox_client().release(WASH, release.pk)
    assert (after.id, after.tag, after.published_at) == (before.id, before.tag, before.published_at)
    assert after.created_at != before.created_at
    assert after.target != before.target
    assert told() == []


def test_notes_are_changed_and_shown(release: SandboxRelease) -> None:
    assert post("demo-github-notes", release.pk, notes="**Bold** words") == 302

    assert "**Bold** words" in page("demo-github-one-release", release.pk)
    url = sandbox_client().release(WASH, release.pk).html_url
    assert "<strong>Bold</strong>" in Client().get(urlsplit(url).path).content.decode()
    assert told() == ["release edited"]


# --- Advisories ---------------------------------------------------------------------------------------------


def test_an_advisory_is_shown_with_its_text_to_those_who_may(draft: RepositoryAdvisory) -> None:
    shown = page("demo-github-advisory", row().pk)

    for text in (draft.ghsa_id, draft.summary, "Of a certain size.", draft.cvss_v3, "&lt; 1.2.3", "@sam-visits"):
        assert text in shown
    assert draft.ghsa_id in page("demo-github-repository", row().repository_id)


def test_its_public_page_is_not_there_until_it_is_published(draft: RepositoryAdvisory) -> None:
    before = seen_by_all(draft.html_url)

    assert post("demo-github-publish-advisory", row().pk, account=account("tlindqvist")) == 302

    assert (before, seen_by_all(draft.html_url)) == (404, 200)
    assert sandbox_client().advisory(WASH, draft.ghsa_id).state is AdvisoryState.PUBLISHED
    assert told() == ["repository_advisory published"]
    assert post("demo-github-publish-advisory", row().pk, account=account("ines-okafor")) == 302
    assert told() == ["repository_advisory published"]


@pytest.mark.parametrize("login", ["rafduarte", "sam-visits"])
def test_only_administrators_and_security_managers_publish_by_hand(draft: RepositoryAdvisory, login: str) -> None:
    assert post("demo-github-publish-advisory", row().pk, account=account(login)) == HTTPStatus.UNPROCESSABLE_ENTITY
    assert row().state == draft.state == "draft"


def test_it_is_closed_or_withdrawn_in_its_time(draft: RepositoryAdvisory) -> None:
    assert post("demo-github-withdraw-advisory", row().pk) == 302
    assert row().state == "draft"

    SandboxAdvisory.objects.update(state="published", published_at=NOW)
    post("demo-github-close-advisory", row().pk)
    post("demo-github-withdraw-advisory", row().pk)

    withdrawn = sandbox_client().advisory(WASH, draft.ghsa_id)
    assert withdrawn.state is AdvisoryState.WITHDRAWN
    assert withdrawn.withdrawn_at is not None
    assert seen_by_all(draft.html_url) == 200


def test_a_draft_is_closed(draft: RepositoryAdvisory) -> None:
    assert post("demo-github-close-advisory", row().pk) == 302

    assert sandbox_client().advisory(WASH, draft.ghsa_id).state is AdvisoryState.CLOSED


def test_a_cve_arrives_when_somebody_gives_one(draft: RepositoryAdvisory) -> None:
    client = sandbox_client()
    client.request_cve(WASH, draft.ghsa_id)

    refused = [post("demo-github-cve", row().pk, cve_id=wrong) for wrong in ("", "CVE-1", "GHSA-2222-2222-2222")]
    before = client.advisory(WASH, draft.ghsa_id).cve_id
    post("demo-github-cve", row().pk, cve_id="CVE-2026-12345")
    post("demo-github-cve", row().pk, cve_id="CVE-2026-99999")

    assert (refused, before) == ([422] * 3, "")
    assert client.advisory(WASH, draft.ghsa_id).cve_id == "CVE-2026-12345"
    assert told() == []


def test_a_vulnerability_is_reported_in_private(wash: SandboxRepository) -> None:
    words = {"by": FINDER.id, "description": "Look", "severity": "high", "versions": "< 2", "credited": NEWCOMER.id}
    assert post("demo-github-report", wash.pk, **words, summary="") == 422
    assert post("demo-github-report", wash.pk, **words, summary="It leaks") == 302

    (reported,) = sandbox_client().advisories(WASH)
    assert (reported.state, reported.accepted, reported.summary) == (AdvisoryState.TRIAGE, False, "It leaks")
    assert (reported.author, reported.severity) == (Account(id=FINDER.id, login=FINDER.login), "high")
    assert [credit.login for credit in reported.credits] == [FINDER.login, NEWCOMER.login]
    assert reported.affected == (Affected("other", "wash", "< 2", ""),)
    assert told() == ["repository_advisory reported"]


def test_where_private_reporting_is_off_nobody_reports_in_private(wash: SandboxRepository) -> None:
    assert post("demo-github-private-reports", wash.pk) == 302
    refused = post("demo-github-report", wash.pk, by=FINDER.id, summary="It leaks")

    assert (refused, sandbox_client().advisories(WASH)) == (422, ())
    assert sandbox_client().repository(WASH).private_reporting is False
    assert post("demo-github-private-reports", wash.pk) == 302
    assert sandbox_client().repository(WASH).private_reporting is True


def test_a_private_report_is_changed_and_accepted_by_hand(wash: SandboxRepository) -> None:
    post("demo-github-report", wash.pk, by=FINDER.id, summary="It leaks", severity="high")
    (reported,) = sandbox_client().advisories(WASH)
    pk = SandboxAdvisory.objects.get(ghsa_id=reported.ghsa_id).pk

    refused = post("demo-github-rewrite-advisory", pk, summary="")
    changed = post("demo-github-rewrite-advisory", pk, summary="It leaks much", severity="low")
    accepted = post("demo-github-accept-advisory", pk)

    found = sandbox_client().advisory(WASH, reported.ghsa_id)
    assert (refused, changed, accepted) == (422, 302, 302)
    assert (found.summary, found.severity, found.state) == ("It leaks much", "low", AdvisoryState.DRAFT)
    assert found.updated_at is not None
    assert found.created_at is not None
    assert found.updated_at > found.created_at


# --- What goes wrong ----------------------------------------------------------------------------------------


def test_it_goes_wrong_as_often_as_was_said_and_can_be_made_well(
    wash: SandboxRepository, draft: RepositoryAdvisory
) -> None:
    client, fault = sandbox_client(), {"verb": "read_advisory", "how": "502"}

    assert post("demo-github-fault", wash.pk, **fault, times="3") == 302
    assert SandboxFault.How.BAD_GATEWAY.label in page("demo-github-repository", wash.pk)
    with pytest.raises(Unavailable):
        client.advisory(WASH, draft.ghsa_id)
    assert post("demo-github-fault", wash.pk, **fault, times="0") == 302

    assert client.advisory(WASH, draft.ghsa_id) == draft


@pytest.mark.parametrize(
    "form", [{"verb": "dance", "how": "502", "times": "1"}, {"verb": "look", "how": "404", "times": "-1"}]
)
def test_what_cannot_go_wrong_is_refused(wash: SandboxRepository, form: dict[str, str]) -> None:
    assert post("demo-github-fault", wash.pk, **form) == 422
    assert not SandboxFault.objects.exists()


def test_a_page_that_takes_a_while_is_not_there_for_anybody(wash: SandboxRepository, draft: RepositoryAdvisory) -> None:
    client = sandbox_client()
    client.update_advisory(WASH, draft.ghsa_id, {"state": "published"})
    SandboxFault.objects.create(repository=wash, verb=SandboxVerb.LOOK, how=SandboxFault.How.MISSING)

    assert [seen_by_all(draft.html_url), client.public_page(draft.html_url, naming="").status] == [404, 404]
    assert [seen_by_all(draft.html_url), client.public_page(draft.html_url, naming="").status] == [200, 200]


def test_what_became_of_what_was_written_is_shown(draft: RepositoryAdvisory) -> None:
    sandbox_client().request_cve(WASH, draft.ghsa_id)
    sandbox_client().request_cve(WASH, draft.ghsa_id)

    shown = Client().get(reverse("demo-github-writes")).content.decode()

    for words in ("answered 201, done", "answered 202, done", "answered 422, nothing changed", draft.summary):
        assert words in shown


def test_more_of_everything_takes_no_more_queries(wash: SandboxRepository, draft: RepositoryAdvisory) -> None:
    where = reverse("demo-github-repository", args=[wash.pk])
    of_one = queries_of(Client(), where)
    for _ in range(2):
        sandbox_client().create_advisory(WASH, BODY)

    assert draft.ghsa_id in Client().get(where).content.decode()
    assert queries_of(Client(), where) == of_one
