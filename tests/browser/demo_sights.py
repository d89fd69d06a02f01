"""The pages of the demo's own GitHub, with something on each of them."""

from collections.abc import Iterator

from django.test import Client

from portal.sandbox_models import SandboxAdvisory, SandboxFault, SandboxRelease, SandboxVerb
from tests.browser.sights import LONG, Sight, of
from tests.github.sandboxed import BODY, sandbox_client, wash


def of_the_demos_github() -> Iterator[Sight]:
    repository, stranger = wash(), Client()
    client = sandbox_client()
    advisory = client.create_advisory(repository.full_name, {**BODY, "summary": LONG, "description": LONG})
    release = SandboxRelease.objects.filter(repository=repository).latest("published_at")
    SandboxRelease.objects.filter(pk=release.pk).update(notes=f"## {LONG}")
    SandboxFault.objects.create(repository=repository, verb=SandboxVerb.FORK, how=SandboxFault.How.HANGS_BEFORE)
    row = SandboxAdvisory.objects.get(ghsa_id=advisory.ghsa_id)

    yield of("the demo's GitHub", stranger, "/demo/github/")
    yield of("a repository", stranger, f"/demo/github/{repository.pk}/")
    yield of("a release", stranger, f"/demo/github/releases/{release.pk}/")
    yield of("a draft advisory", stranger, f"/demo/github/advisories/{row.pk}/")
    yield of("what was written", stranger, "/demo/github/writes/")
    client.update_advisory(repository.full_name, advisory.ghsa_id, {"state": "published"})
    place = f"/sandbox/github/{repository.full_name}"
    yield of("a published advisory", stranger, f"{place}/security/advisories/{advisory.ghsa_id}")
    yield of("a published release", stranger, f"{place}/releases/tag/{release.tag}")
