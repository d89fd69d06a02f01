from http import HTTPStatus

import pytest
from django.test import Client

from portal.viewer import SYSTEM, acting_as
from reports.enums import State
from reports.models import Message, Report
from teams.models import User
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.reports.views.urls")]


@pytest.mark.clause("P7")
def test_a_member_reads_acknowledges_and_answers(desk: Client, member: User) -> None:
    report = factories.receipt().report
    place = f"/reports/{report.reference}/"

    page = desk.get(place)
    acknowledged = desk.post(
        f"{place}acknowledge/", {"message": "I have read it.", "seen": "received", "take_coordination": "on"}
    )
    answered = desk.post(f"{place}write/", {"text": "Which version?", "audience": "reporter", "token": "t1"})
    noted = desk.post(f"{place}write/", {"text": "Reproduced.", "audience": "team", "token": "t2"})

    assert page.status_code == HTTPStatus.OK
    assert "Path traversal in the file provider" in page.content.decode()
    assert "Write the acknowledgement" in page.content.decode()
    assert [answer.status_code for answer in (acknowledged, answered, noted)] == [HTTPStatus.FOUND] * 3
    with acting_as(SYSTEM):
        report = Report.objects.get()
        assert (report.state, report.coordinator) == (State.TRIAGE, member)
        written = [(message.body, message.audience) for message in Message.objects.all()]
    assert written == [("I have read it.", "reporter"), ("Which version?", "reporter"), ("Reproduced.", "team")]
