"""Background work about people and projects. Ids in, nothing out, safe to run twice (TSK-07)."""

from django.conf import settings
from django.utils import timezone

from portal.github import NotAllowed, deliveries, github
from portal.queue import discreet
from teams import github_sync, private_reporting, rota, warnings
from teams.enums import Outcome
from teams.models import SyncRun


@discreet
def sync() -> None:
    """Every hour, and when somebody agreed to what it found."""
    began = timezone.now()
    try:
        source = github()
        run = github_sync.sync(source, policy=settings.POLICY.team, clock=timezone.now)
        if run.outcome != Outcome.FAILED:
            private_reporting.ask(source, clock=timezone.now)
    except NotAllowed as reason:
        run = github_sync.note_failure(str(reason), now=timezone.now())
    now = timezone.now()
    rota.plan(now=now)
    github_sync.forget(now=now)
    if run.outcome != Outcome.FAILED:
        deliveries.settle_before(began)
    SyncRun.objects.filter(pk=run.pk).update(warnings=warnings.found(policy=settings.POLICY.team, now=now))


@discreet
def sync_after_delivery(delivery: int) -> None:
    """GitHub rang. What it sent is not believed and its order means nothing: the whole state is read again (WH-04).

    Of many that ring at once the first is enough: what came before it began to ask is settled by it.
    """
    if deliveries.waits(delivery):
        sync()
