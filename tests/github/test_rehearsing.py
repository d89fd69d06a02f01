"""Where no demo runs, the sandbox is set up for what is rehearsed on it."""

import pytest

from portal.github import Account, AdvisoryState, PublicPage, Repository
from portal.github.sandbox import by_hand, releasing
from portal.github.sandbox.staging import set_up
from portal.sandbox_models import SandboxAccount, SandboxRepository
from tests.github.sandboxed import BODY, NOW, sandbox_client

pytestmark = pytest.mark.django_db

TOOL = Repository(id=5, full_name="example/tool", archived=False, description="A tool", private_reporting=None)
ADA = Account(id=7, login="ada")


def test_a_whole_day_can_be_rehearsed_there() -> None:
    set_up(TOOL, administered_by=[ADA, Account(id=8, login="sam-visits")])
    client, there = sandbox_client(), SandboxRepository.objects.get()

    draft = client.create_advisory(TOOL, BODY)
    release = releasing.create(there, tag="v1", author=SandboxAccount.objects.get(login="ada"), now=NOW)
    client.update_advisory(TOOL, draft.ghsa_id, {"state": "published"})
    client.update_release_notes(TOOL, release.pk, draft.html_url)
    client.request_cve(TOOL, draft.ghsa_id)
    by_hand.give_cve(there.advisories.get(), cve_id="CVE-2026-12345", now=NOW)

    assert [(each.tag, each.draft) for each in client.releases(TOOL).rows] == [("v1", False)]
    assert client.release_of(TOOL, "v1").notes == draft.html_url
    published = client.advisory(TOOL, draft.ghsa_id)
    assert (published.state, published.cve_id) == (AdvisoryState.PUBLISHED, "CVE-2026-12345")
    assert client.public_page(draft.html_url, naming=draft.ghsa_id) == PublicPage(200, names=True)


def test_setting_up_twice_changes_nothing_but_a_name() -> None:
    first = set_up(TOOL, administered_by=[ADA])
    again = set_up(
        Repository(5, "example/spanner", archived=False, description="", private_reporting=None), administered_by=[ADA]
    )

    assert first.pk == again.pk
    assert SandboxRepository.objects.get().full_name == "example/spanner"
    assert [account.login for account in by_hand.may_publish(again)] == ["ada"]
