"""GitHub rings when a release or an advisory changes: then it is asked, and nothing of the ringing is believed."""

from datetime import datetime

from disclosures.conductor import looking
from disclosures.enums import StepKind, StepState, Task
from disclosures.models import Step
from portal.github import deliveries
from portal.queue import enqueue
from teams.models import Project

WAITED_FOR = (StepKind.RELEASE, StepKind.VISIBLE)


def hear(delivery: int, *, now: datetime) -> None:
    """`delivery`: the number of one that was kept. What waits for something in its repository is due now."""
    word = deliveries.told_of(delivery)
    if word is None or word.repository_id is None:
        return
    project = Project.objects.filter(github_id=word.repository_id).first()
    if project is None:
        return
    waiting = Step.objects.filter(project=project, kind__in=WAITED_FOR, state=StepState.WAITING)
    waiting.update(next_attempt_at=now)
    for report in waiting.order_by("report_id").values_list("report_id", flat=True).distinct():
        enqueue(Task.CONDUCT, report)
    looking.ring_for(project)
