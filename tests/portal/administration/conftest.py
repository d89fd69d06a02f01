"""Who corrects what, in the administration."""

import pytest
from django.utils import timezone

from portal.viewer import acting_as
from reports import conversation
from reports.enums import Door, MailState, PutAside
from reports.models import InboundMail, Recusal, Report
from teams.models import User
from tests import factories
from tests.canaries import canaries, stage
from tests.portal.administration.rows import CANARY

__all__ = ["canaries", "stage"]


@pytest.fixture
def team() -> User:
    return factories.member()


@pytest.fixture
def administrator() -> User:
    return factories.UserFactory.create(is_administrator=True)


@pytest.fixture
def report(team: User) -> Report:
    """With a canary in everything that people wrote."""
    project = factories.ProjectFactory.create()
    receipt = factories.receipt(
        summary=f"Summary {CANARY}",
        description=f"Description {CANARY}",
        affected_versions=CANARY,
        reproduction=CANARY,
        impact=CANARY,
        public_where=CANARY,
        dependency_name=CANARY,
        exploit_evidence=CANARY,
        projects=[project],
    )
    with acting_as(factories.looking(team)):
        seen = Report.objects.get(pk=receipt.report.pk)
        conversation.note(seen, f"Note {CANARY}", by=team, now=timezone.now())
        Recusal.objects.create(report=seen, user=factories.member())
        InboundMail.objects.create(
            report=seen, identity="of-the-report", door=Door.PIPE, arrived_at=timezone.now(), state=MailState.ASIDE,
            why=PutAside.UNVERIFIED, subject=CANARY, text=CANARY, sender_name=CANARY, size=1,
        )  # fmt: skip
    return receipt.report
