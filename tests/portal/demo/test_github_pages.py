"""The demo's GitHub, changed by hand."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.demo.github import state
from portal.models import GitHubDelivery
from portal.sandbox_models import (
    SandboxAccount,
    SandboxCollaborator,
    SandboxMood,
    SandboxRelease,
    SandboxRepository,
    SandboxTrouble,
    SandboxWrite,
)
from tests.queries import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.demo_urls")]

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def wash() -> SandboxRepository:
    state.settle(now=NOW)
    return SandboxRepository.objects.get(full_name="wasmCloud/wash")


def post(where: str, repository: SandboxRepository, **form: str) -> int:
    return Client().post(reverse(where, args=[repository.pk]), form).status_code


def page(repository: SandboxRepository) -> str:
    return Client().get(reverse("demo-github-repository", args=[repository.pk])).content.decode()


def told() -> list[tuple[str, str, int | None]]:
    return [(each.event, each.action, each.repository_id) for each in GitHubDelivery.objects.order_by("pk")]


def somebody() -> SandboxAccount:
    return SandboxAccount.objects.get(login="sam-visits")


def test_a_repository_is_archived_and_taken_out_again(wash: SandboxRepository) -> None:
    assert post("demo-github-archive", wash) == 302
    archived = SandboxRepository.objects.get(pk=wash.pk).archived
    assert post("demo-github-archive", wash) == 302

    assert [archived, SandboxRepository.objects.get(pk=wash.pk).archived] == [True, False]
    assert told() == [("repository", "archived", wash.pk), ("repository", "unarchived", wash.pk)]


def test_a_repository_is_renamed_and_leaves_its_former_name_behind(wash: SandboxRepository) -> None:
    assert post("demo-github-rename", wash, name="shell") == 302

    wash.refresh_from_db()
    assert (wash.full_name, wash.former_names) == ("wasmCloud/shell", ["wasmCloud/wash"])
    assert told() == [("repository", "renamed", wash.pk)]


@pytest.mark.parametrize("name", ["", "wadm", "WADM", "a/b", "..", "a b"])
def test_a_name_that_cannot_be_had_is_refused_beside_its_field(wash: SandboxRepository, name: str) -> None:
    assert post("demo-github-rename", wash, name=name) == 422
    assert told() == []


def test_a_role_is_given_and_taken(wash: SandboxRepository) -> None:
    role = SandboxCollaborator.objects.get(repository=wash, account=somebody())

    assert post("demo-github-role", wash, account=str(somebody().pk), role_name="maintain") == 302
    assert "maintain" in page(wash)
    role.refresh_from_db()
    given = role.role_name
    assert post("demo-github-role", wash, account=str(somebody().pk), role_name="") == 302
    role.refresh_from_db()

    assert [given, role.role_name, role.contributions] == ["maintain", "", 2]
    assert told() == [("member", "edited", wash.pk), ("member", "removed", wash.pk)]


def test_a_role_that_github_does_not_know_is_refused(wash: SandboxRepository) -> None:
    assert post("demo-github-role", wash, account="1", role_name="emperor") == 422


def test_a_release_is_published_once_and_told_twice(wash: SandboxRepository) -> None:
    form = {"tag": "v9.0.0", "author": str(somebody().pk)}

    assert [post("demo-github-release", wash, **form), post("demo-github-release", wash, **form)] == [302, 422]

    release = SandboxRelease.objects.get(tag="v9.0.0")
    assert (release.author, release.prerelease) == (somebody(), False)
    assert told() == [("release", "published", wash.pk), ("release", "released", wash.pk)]


@pytest.mark.usefixtures("wash")
def test_it_is_made_to_fail_and_made_well_again() -> None:
    where = reverse("demo-github-trouble")

    Client().post(where, {"trouble": "broken"})
    shown = Client().get(reverse("demo-github")).content.decode()
    Client().post(where, {"trouble": "on fire"})
    kept = SandboxMood.objects.get().trouble
    Client().post(where, {"trouble": ""})

    assert SandboxTrouble.BROKEN.label in shown
    assert kept == SandboxTrouble.BROKEN
    assert not SandboxMood.objects.exists()


def test_what_the_portal_writes_is_shown() -> None:
    where = reverse("demo-github-writes")
    nothing = Client().get(where).content.decode()
    SandboxWrite.objects.create(at=timezone.now(), method="POST", path="/repos/a/b/x", body={"summary": "A <b>"})

    page_of_one = Client().get(where).content.decode()

    assert "Nothing yet" in nothing
    assert "POST /repos/a/b/x" in page_of_one
    assert "A &lt;b&gt;" in page_of_one


def test_without_the_sample_the_page_says_how_to_load_it() -> None:
    assert "sample_organisation" in Client().get(reverse("demo-github")).content.decode()


def test_more_repositories_take_no_more_queries() -> None:
    account = SandboxAccount.objects.create(github_id=1, login="ada")

    def add(name: str) -> None:
        repository = SandboxRepository.objects.create(full_name=f"wasmCloud/{name}")
        SandboxCollaborator.objects.create(repository=repository, account=account, role_name="admin")

    add("one")
    of_one = queries_of(Client(), reverse("demo-github"))
    add("two")
    add("three")

    assert of_one == queries_of(Client(), reverse("demo-github")) == 4
