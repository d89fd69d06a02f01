"""How the sandbox goes wrong when somebody at the demo's GitHub has said so."""

import time
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from django.db.models import F

from portal.sandbox_models import SandboxFault, SandboxRepository, SandboxVerb

How = SandboxFault.How

HANGS: Final = 30.0
"""Seconds: as long as the portal waits for GitHub."""
LIMIT: Final = timedelta(minutes=1)
STATUSES: Final = {
    How.BROKEN: HTTPStatus.INTERNAL_SERVER_ERROR,
    How.BAD_GATEWAY: HTTPStatus.BAD_GATEWAY,
    How.LIMITED: HTTPStatus.TOO_MANY_REQUESTS,
    How.FORBIDDEN: HTTPStatus.FORBIDDEN,
    How.MISSING: HTTPStatus.NOT_FOUND,
}
"""Of the faults with which nothing is done."""
AFTERWARDS: Final = frozenset({How.LOST_AFTER, How.HANGS_AFTER})


def take(repository: SandboxRepository | None, verb: SandboxVerb | None) -> How | None:
    """What goes wrong with this call; the next one has one less to go."""
    waiting = SandboxFault.objects.filter(repository=repository, verb=verb, times__gt=0)
    fault = waiting.first() if repository and verb else None
    if fault is None or not waiting.filter(pk=fault.pk).update(times=F("times") - 1):
        return None
    return How(fault.how)


def hang(how: How) -> None:
    if how in {How.HANGS_BEFORE, How.HANGS_AFTER}:
        time.sleep(HANGS)
