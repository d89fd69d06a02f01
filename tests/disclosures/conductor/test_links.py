"""The notes of a release lead to each advisory of its project, and each is judged by itself (P32)."""

from dataclasses import replace

import pytest

from disclosures.enums import StepKind, StepState
from disclosures.formats import release_notes
from disclosures.models import Advisory, RepositoryAdvisory, Step
from disclosures.publishing import organisation
from disclosures.snapshot import Snapshot
from portal.sandbox_models import SandboxRelease
from portal.viewer import SYSTEM, acting_as
from reports.readiness import readiness_of
from tests.disclosures.conductor.stage import Stage
from tests.disclosures.factories import approved_advisory, complete_draft

pytestmark = [pytest.mark.django_db, pytest.mark.clause("P32")]


@pytest.fixture
def both(ready: Stage) -> Stage:
    """Two advisories tell of wadm, and everything is out."""
    wadm = ready.projects[0]
    draft = replace(complete_draft(wadm), title="Another fault of the file provider")
    approved_advisory(ready.report, draft=draft, now=ready.now)
    ready.start()
    ready.conduct()
    ready.release_all()
    for _ in range(3):
        ready.later(minutes=3)
        ready.conduct()
    return ready


def rows_of(stage: Stage, name: str) -> list[RepositoryAdvisory]:
    with acting_as(SYSTEM):
        found = RepositoryAdvisory.objects.filter(report=stage.report, project__name=name)
        return list(found.select_related("report", "advisory").order_by("advisory_id"))


def unlinked(stage: Stage) -> list[str]:
    with acting_as(SYSTEM):
        return list(readiness_of(stage.fresh(), now=stage.now).disclosure.unlinked)


def take_out(stage: Stage, advisory: Advisory, name: str) -> None:
    """Its paragraph, by somebody's hand."""
    release = SandboxRelease.objects.get(repository=stage.repository(name))
    named = Snapshot(
        identifier=advisory.identifier,
        title="",
        overview="",
        details="",
        fix="",
        organisation=organisation(),
        modified_at=stage.now,
    )
    release.notes = release_notes.without_link(release.notes, named)
    release.save()


def test_the_notes_lead_to_both(both: Stage) -> None:
    notes = both.notes("wadm")

    first, second = rows_of(both, "wadm")
    assert (first.html_url in notes, second.html_url in notes) == (True, True)
    assert (first.linked_at is not None, second.linked_at is not None) == (True, True)
    assert unlinked(both) == []


def test_one_that_is_missing_keeps_the_report_open_though_the_other_is_there(both: Stage) -> None:
    first, second = rows_of(both, "wadm")
    with acting_as(SYSTEM):
        RepositoryAdvisory.objects.filter(pk=second.pk).update(linked_at=None)

    assert unlinked(both) == ["wadm"]
    assert rows_of(both, "wadm")[0].linked_at == first.linked_at


def test_one_that_somebody_took_out_is_put_back_and_the_other_left_alone(both: Stage) -> None:
    first, second = rows_of(both, "wadm")
    take_out(both, second.advisory, "wadm")

    both.look()

    with acting_as(SYSTEM):
        steps = Step.objects.filter(report=both.report, kind=StepKind.NOTES, project=first.project_id)
        waiting = list(steps.filter(state=StepState.WAITING).values_list("advisory", flat=True))
    assert waiting == [second.advisory_id]
    assert [row.linked_at is not None for row in rows_of(both, "wadm")] == [True, False]

    both.later(minutes=3)
    both.conduct()
    assert second.html_url in both.notes("wadm")
    assert unlinked(both) == []


def test_one_that_somebody_put_there_counts(both: Stage) -> None:
    with acting_as(SYSTEM):
        RepositoryAdvisory.objects.filter(report=both.report).update(linked_at=None)
    assert unlinked(both) == ["wadm", "wash"]

    both.look()

    assert unlinked(both) == []
