"""A forbidden report and a missing one make PostgreSQL do the same work (trap 3). `make bench` measures the time."""

import re

import pytest
from django.db import connection

from portal.viewer import SYSTEM, acting_as
from reports.models import Report
from teams.membership import viewer_for
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P8")]


def work(reference: str) -> list[str]:
    """What PostgreSQL does to find it, leaving out what it planned and then never did."""
    plan = Report.objects.named(reference).only("pk").explain(analyze=True, costs=False, timing=False, summary=False)
    return [line.split("(")[0].strip() for line in plan.splitlines() if "(actual" in line]


WAYS = ["", "nestloop", "hashjoin", "seqscan", "indexscan"]
"""What PostgreSQL's planner does without. It goes by its statistics, and may come to other plans than here and now."""
ASKS_WHO_MAY_READ = re.compile(r'ProjectSet| on reports_grant "U0"')
"""Row-level security's own question, and that of `Report.objects`, by whatever scan: the first to find nothing ends it.
"""


@pytest.fixture
def report() -> Report:
    report = [factories.receipt().report for _ in range(2)][-1]
    with acting_as(SYSTEM):
        Report.objects.get_or_create(pk=1, defaults={"summary": "The first one", "description": "Of all."})
    return report


@pytest.mark.parametrize("way", WAYS)
def test_whoever_may_read_nothing_makes_postgresql_work_as_hard_for_a_missing_reference(
    report: Report, way: str
) -> None:
    with acting_as(viewer_for(factories.UserFactory.create())):
        if way:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config(%s, 'off', true)", [f"enable_{way}"])
        forbidden, missing = work(report.reference), work("WSC-0000-0000")

    assert [step for step in forbidden if ASKS_WHO_MAY_READ.search(step)] != []
    assert forbidden == missing


@pytest.mark.parametrize("reference", ["", "WSC", "%", "WSC-____-____", ".*", "WSC-....-...."])
@pytest.mark.usefixtures("report")
def test_a_part_of_a_reference_names_no_report(reference: str) -> None:
    with acting_as(SYSTEM):
        assert list(Report.objects.named(reference)) == []


def test_a_reference_names_its_report_alone(report: Report) -> None:
    with acting_as(SYSTEM):
        assert list(Report.objects.named(report.reference)) == [report]
        first = Report.objects.get(pk=1)
        assert list(Report.objects.named(first.reference)) == [first]
