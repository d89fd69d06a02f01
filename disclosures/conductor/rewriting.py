"""Names that have to go leave GitHub too, without anybody's leave (P17)."""

from datetime import datetime

from disclosures import credit_places
from disclosures.conductor import beginning
from disclosures.credit_rewriting import WHY
from disclosures.enums import StepKind, StepState
from disclosures.models import Step
from portal.policy import Clause, enforces


@enforces(Clause.P17)
def sweep(*, now: datetime) -> None:
    """What is being written again already is left to its step."""
    at_it = Step.objects.filter(kind=StepKind.REWRITE).exclude(state__in=(StepState.DONE, StepState.SKIPPED))
    waiting = credit_places.waiting(credit_places.ON_GITHUB).exclude(pk__in=at_it.values("report_id"))
    for report in waiting:
        beginning.write_everywhere(report, changed=WHY, now=now)
