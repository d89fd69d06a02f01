"""A disclosure before the release: what the reporter hears, what the advisory must say, and what is owed afterwards."""

import pytest
from django.urls import reverse

from disclosures.conductor import beginning
from disclosures.enums import ExceptionKind, StepKind, StepState
from disclosures.models import RuleException
from portal.viewer import SYSTEM, acting_as
from reports.enums import State
from reports.guards import Refused
from reports.models import Message, Report
from tests import factories
from tests.disclosures.conductor.stage import Stage
from tests.people import browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P12", "P13")]


def agree_to_go_early(stage: Stage, *, mitigation: str = "Switch the provider off.") -> None:
    with acting_as(SYSTEM):
        Report.objects.filter(pk=stage.report.pk).update(state=State.FIXING)
        RuleException.objects.create(
            report=stage.report,
            kind=ExceptionKind.EARLY,
            reason="It is exploited.",
            mitigation=mitigation,
            proposed_by=factories.member(),
            proposed_at=stage.now,
            agreed_by=factories.member(),
            agreed_at=stage.now,
        )


def messages(stage: Stage) -> list[str]:
    with acting_as(SYSTEM):
        return [message.body for message in Message.objects.filter(report=stage.report).order_by("pk")]


@pytest.mark.clause("P10")
def test_the_reporter_hears_of_the_release_that_comes_later_once(ready: Stage) -> None:
    agree_to_go_early(ready)
    ready.start(message="We publish it now.")
    ready.conduct()
    early = (ready.state(), messages(ready))

    ready.later(days=3)
    ready.release_all()
    ready.conduct()
    ready.later(minutes=5)
    ready.conduct()

    assert early == (State.DISCLOSED, ["We publish it now."])
    assert ready.step(StepKind.RELEASED).state == StepState.DONE
    (_, later) = messages(ready)
    assert "The release with the fix is out now for wadm and wash." in later


def test_the_letter_to_begin_with_speaks_of_no_release(ready: Stage) -> None:
    agree_to_go_early(ready)

    page = browser_of(ready.person).get(reverse("report-day", args=[ready.report.reference]))

    assert "before its fix is released" in page.context["start_form"].initial["message"]


def test_an_advisory_without_a_workaround_is_of_no_use_before_the_release(ready: Stage) -> None:
    agree_to_go_early(ready)
    with acting_as(SYSTEM):
        advisory = ready.advisory
        advisory.workaround = ""
        advisory.save(update_fields=["workaround"])

    with acting_as(factories.looking(ready.person)), pytest.raises(Refused, match="all that people can do"):
        beginning.start(ready.fresh(), message="We publish it now.", by=ready.person, now=ready.now)


def test_where_it_is_public_anyway_none_need_be_known(ready: Stage) -> None:
    agree_to_go_early(ready, mitigation="")
    with acting_as(SYSTEM):
        advisory = ready.advisory
        advisory.workaround = ""
        advisory.save(update_fields=["workaround"])

    ready.start(message="We publish it now.")

    assert ready.step(StepKind.PAGE).state == StepState.WAITING
