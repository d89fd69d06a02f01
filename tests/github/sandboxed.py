"""The demo's GitHub, with an advisory in it, and what was done there."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from portal.github.client import Client
from portal.github.sandbox import Sandbox
from portal.sandbox_models import SandboxFault, SandboxRepository, SandboxVerb, SandboxWrite

NOW: Final = datetime(2026, 11, 25, 12, tzinfo=UTC)
WASH: Final = "wasmCloud/wash"
BODY: Final[Mapping[str, object]] = {
    "summary": "A key is printed",
    "description": "Of a certain size.\n\nEverywhere.",
    "vulnerabilities": [
        {
            "package": {"ecosystem": "rust", "name": "wash"},
            "vulnerable_version_range": "< 1.2.3",
            "patched_versions": "1.2.3",
        }
    ],
    "cvss_vector_string": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
    "cwe_ids": ["CWE-532"],
    "credits": [{"login": "sam-visits", "type": "finder"}],
}


def sandbox_client() -> Client:
    return Client(Sandbox(), organisation="wasmCloud")


def wash() -> SandboxRepository:
    return SandboxRepository.objects.get(full_name=WASH)


def let_fail(verb: SandboxVerb, how: SandboxFault.How, *, times: int = 1) -> None:
    SandboxFault.objects.create(repository=wash(), verb=verb, how=how, times=times)


def done() -> list[tuple[str, int | None]]:
    """Each effect that the portal had there, and what it was answered."""
    return [(write.verb, write.status) for write in SandboxWrite.objects.filter(is_done=True).order_by("pk")]
