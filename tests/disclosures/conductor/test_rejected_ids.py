"""A rejected CVE ID leaves GitHub, and one that nobody here has read yet is never written over (P15, P16)."""

import pytest

from disclosures import cves, spreading
from disclosures.conductor import beginning
from disclosures.enums import CveState
from disclosures.models import CveRequest
from portal.sandbox_models import SandboxAdvisory
from portal.viewer import SYSTEM, acting_as
from reports.enums import EventKind
from reports.models import ReportEvent
from tests import factories
from tests.disclosures.conductor.stage import Stage

pytestmark = pytest.mark.django_db

ID, OTHER = "CVE-2026-40001", "CVE-2026-40002"


def wish_of(stage: Stage) -> CveRequest:
    """The one that counts."""
    with acting_as(SYSTEM):
        found = CveRequest.objects.exclude(state=CveState.REJECTED).select_related("report", "advisory")
        return found.get(advisory=stage.advisory)


def reject(stage: Stage) -> None:
    with acting_as(factories.looking(stage.person)):
        spreading.reject(wish_of(stage), reason="It is none.", by=stage.person, now=stage.now)


def give(stage: Stage, name: str, cve_id: str) -> None:
    """GitHub, or somebody there, puts it on the advisory."""
    SandboxAdvisory.objects.filter(pk=stage.on_github(name).pk).update(cve_id=cve_id)


def write_again(stage: Stage) -> None:
    with acting_as(SYSTEM):
        beginning.write_everywhere(stage.fresh(), changed="Something came.", now=stage.now)
    stage.later(minutes=1)
    stage.conduct()


def there(stage: Stage) -> list[str]:
    return [stage.on_github(name).cve_id for name in ("wadm", "wash")]


def taken_off(stage: Stage) -> int:
    with acting_as(SYSTEM):
        changed = ReportEvent.objects.filter(report=stage.report, kind=EventKind.CVE_CHANGED)
        return changed.filter(details__deed="taken-off-github").count()


@pytest.fixture
def called(going: Stage) -> Stage:
    """Published in two repositories, and both name its ID."""
    going.release_all()
    going.conduct()
    with acting_as(SYSTEM):
        cves.arrived(wish_of(going), ID, now=going.now)
    write_again(going)
    assert there(going) == [ID, ID]
    return going


@pytest.mark.clause("P16")
def test_a_rejected_id_is_taken_off_every_advisory_on_github_once(called: Stage) -> None:
    reject(called)
    called.conduct()
    write_again(called)

    assert (there(called), taken_off(called)) == (["", ""], 2)
    assert [ID in called.notes(name) for name in ("wadm", "wash")] == [False, False]


@pytest.mark.clause("P16")
def test_one_that_came_meanwhile_and_was_not_read_stays_and_is_read(called: Stage) -> None:
    reject(called)
    give(called, "wash", OTHER)
    called.conduct()

    assert there(called) == ["", OTHER]
    assert (wish_of(called).cve_id, wish_of(called).state) == (OTHER, CveState.ASSIGNED)


@pytest.mark.clause("P16")
def test_ours_is_not_written_over_another_one_that_people_have_to_choose_from(called: Stage) -> None:
    give(called, "wash", OTHER)
    write_again(called)
    with acting_as(SYSTEM):
        spreading.settle(now=called.now)

    assert there(called) == [ID, OTHER]
    assert wish_of(called).spread_at is None
    assert wish_of(called).problem == f"Another ID has come, {OTHER}. Say which of the two is kept."


@pytest.mark.clause("P15", "P16")
@pytest.mark.parametrize("keeps_other", [False, True])
def test_once_one_of_two_is_kept_the_other_is_written_over(called: Stage, *, keeps_other: bool) -> None:
    give(called, "wash", OTHER)
    with acting_as(factories.looking(called.person)):
        spreading.keep_one(wish_of(called), other=OTHER, keeps_other=keeps_other, by=called.person, now=called.now)
        if keeps_other:
            spreading.spread(wish_of(called), by=called.person, now=called.now)
    called.later(minutes=1)
    called.conduct()
    with acting_as(SYSTEM):
        spreading.settle(now=called.now)

    assert wish_of(called).spread_at == called.now
    kept = OTHER if keeps_other else ID
    assert there(called) == [kept, kept]


@pytest.mark.clause("P16")
def test_rejected_before_publication_it_does_not_go_out(going: Stage) -> None:
    with acting_as(SYSTEM):
        cves.arrived(cves.need(going.fresh().advisories.get(), now=going.now), ID, now=going.now)
    going.conduct()
    drafted = there(going)
    reject(going)
    going.release_all()
    going.later(minutes=3)
    going.conduct()

    assert (drafted, there(going), taken_off(going)) == ([ID, ID], ["", ""], 2)
    assert [going.on_github(name).state for name in ("wadm", "wash")] == ["published", "published"]
