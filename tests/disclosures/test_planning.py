"""The plan of a release: advice, a person's decision, and a day that passes without the release."""

from datetime import date, timedelta

import pytest
import time_machine

from disclosures import planning
from disclosures.circumstances import advice_for
from disclosures.crew import crew_of
from disclosures.enums import ReleaseState
from disclosures.models import Release
from disclosures.planning import Part, Plan
from disclosures.tags import fits
from portal.viewer import SYSTEM, acting_as
from reports import figures
from reports.enums import EventKind, NoticeKind, Role, State
from reports.guards import Refused
from reports.models import Notification, ProjectFix, Report
from teams.models import Absence, User
from tests import factories
from tests.disclosures.stage import NOW, Scene, scene
from tests.people import browser_of

pytestmark = pytest.mark.django_db

TUESDAY, WEDNESDAY, FRIDAY = date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 4)


def plan(on: Scene, meant: Plan, *, by: User | None = None) -> list[str]:
    """What was said about the days."""
    who = by or on.member
    with acting_as(factories.looking(who, is_member=who == on.member)):
        return [slot.words for slot in planning.plan(on.report, meant=meant, by=who, now=NOW)]


def refusal(on: Scene, meant: Plan, *, by: User | None = None) -> str:
    with pytest.raises(Refused) as refused:
        plan(on, meant, by=by)
    return str(refused.value)


def planned(on: Scene) -> list[tuple[str, str, str, date | None, str]]:
    with acting_as(SYSTEM):
        return [
            (each.project.name, each.tag, str(each.releaser or ""), each.planned_on, each.day_reason)
            for each in Release.objects.filter(report=on.report).select_related("project", "releaser", "report")
        ]


def day_of(on: Scene) -> date | None:
    with acting_as(SYSTEM):
        return Report.objects.get(pk=on.report.pk).release_planned_on


@pytest.mark.clause("P12", "P14")
def test_each_project_is_planned_for_the_day_of_the_report_or_for_one_of_its_own() -> None:
    on = scene("wadm", "wash")
    wadm, wash = on.projects

    said = plan(
        on,
        Plan(
            day=TUESDAY,
            parts=[
                Part(project=wadm, tag="v0.9.1", releaser=on.releaser),
                Part(project=wash, tag="wash-v1.4.2", releaser=on.releaser, day=WEDNESDAY),
            ],
        ),
        by=on.releaser,
    )

    assert said == ["", ""]
    assert planned(on) == [
        ("wadm", "v0.9.1", "Rita Releaser", TUESDAY, ""),
        ("wash", "wash-v1.4.2", "Rita Releaser", WEDNESDAY, ""),
    ]
    assert day_of(on) == TUESDAY
    assert on.events(EventKind.DAY_PLANNED) == [{"day": "2026-12-01", "advice": "good"}]
    assert on.events(EventKind.RELEASE_PLANNED) == [
        {"project": wadm.pk, "day": "2026-12-01", "advice": "good", "concerns": []},
        {"project": wash.pk, "day": "2026-12-02", "advice": "good", "concerns": []},
    ]


@pytest.mark.clause("P14")
def test_a_day_against_the_advice_takes_a_reason_which_is_kept_with_the_advice() -> None:
    on = scene()
    part = Part(project=on.projects[0], tag="v1.4.2")

    warned = refusal(on, Plan(day=FRIDAY, parts=[part], reason="  "))
    nothing = (planned(on), day_of(on))
    said = plan(on, Plan(day=FRIDAY, parts=[part], reason="Others publish it on Saturday."))

    assert warned == ("Better not on Friday 4 December: Friday. Choose another day, or say why it must be that one.")
    assert nothing == ([], None)
    assert said == ["Friday"]
    assert planned(on) == [("wash", "v1.4.2", "", FRIDAY, "Others publish it on Saturday.")]
    assert on.events(EventKind.RELEASE_PLANNED) == [
        {"project": on.projects[0].pk, "day": "2026-12-04", "advice": "avoid", "concerns": ["unsuitable"]}
    ]


def test_what_was_planned_already_is_not_told_twice() -> None:
    on = scene()
    meant = Plan(day=TUESDAY, parts=[Part(project=on.projects[0], tag="v1.4.2")])

    plan(on, meant)
    plan(on, meant)

    assert len(on.events(EventKind.DAY_PLANNED)) == 1
    assert len(on.events(EventKind.RELEASE_PLANNED)) == 1


@pytest.mark.clause("P27")
def test_only_who_may_release_a_project_is_planned_for_it_and_only_who_plans_may_plan() -> None:
    on = scene("wadm", "wash")
    wadm, wash = on.projects
    developer = on.grant(factories.maintainer(project=wash, name="Dora Developer"), Role.DEVELOPER)

    other = refusal(on, Plan(day=TUESDAY, parts=[Part(project=wadm, releaser=developer)]))
    unplanned = refusal(on, Plan(day=TUESDAY, parts=[Part(project=wash)]), by=developer)
    plan(on, Plan(day=TUESDAY, parts=[Part(project=wash, releaser=developer)]))

    assert other == "Dora Developer is not on the patch team as somebody who may release wadm."
    assert unplanned == "Your role on this report does not include that."
    assert planned(on) == [("wash", "", "Dora Developer", TUESDAY, "")]


def test_the_tag_is_one_of_the_version_that_the_checklist_names() -> None:
    on = scene()
    with acting_as(SYSTEM):
        ProjectFix.objects.create(report=on.report, project=on.projects[0], fixed_version="1.4.2")

    said = refusal(on, Plan(day=TUESDAY, parts=[Part(project=on.projects[0], tag="v1.4.3")]))

    assert said == (
        "“v1.4.3” is no tag of 1.4.2, which is named as the version with the fix in wash: change one of the two."
    )


@pytest.mark.parametrize(
    ("tag", "version", "fitting"),
    [
        ("v1.4.2", "1.4.2", True),
        ("1.4.2", "v1.4.2", True),
        ("wash-v1.4.2", "1.4.2", True),
        ("wash/1.4.2", "1.4.2", True),
        ("v11.4.2", "1.4.2", False),
        ("v0.1.4.2", "1.4.2", False),
        ("v1.4.2-rc.1", "1.4.2", False),
        ("", "1.4.2", True),
        ("v1.4.2", "", True),
    ],
)
def test_a_tag_fits_its_version_whatever_stands_before_it(tag: str, version: str, *, fitting: bool) -> None:
    assert fits(tag, version) is fitting


def test_what_cannot_be_planned_is_refused_with_its_reason() -> None:
    on = scene("wadm", "wash")
    wadm, wash = on.projects
    stranger = factories.ProjectFactory.create(name="stranger")

    past = refusal(on, Plan(day=NOW.date() - timedelta(days=1), parts=[Part(project=wash)]))
    unnamed = refusal(on, Plan(day=TUESDAY, parts=[Part(project=stranger)]))
    nobodys = refusal(on, Plan(day=TUESDAY, parts=[Part(project=each, day=WEDNESDAY) for each in (wadm, wash)]))
    with acting_as(SYSTEM):
        Report.objects.filter(pk=on.report.pk).update(state=State.CLOSED, closed_at=NOW)
        on.report.refresh_from_db()
    closed = refusal(on, Plan(day=TUESDAY, parts=[]))

    assert past == "That day is over: choose today or a later one."
    assert unnamed == "stranger is not named as affected."
    assert nobodys == "No project is released on 1 December: choose a day that one of them keeps."
    assert closed == "It is closed: there is nothing to release any more."


@pytest.mark.clause("P14")
def test_the_advice_knows_who_is_away_what_else_is_planned_and_what_the_reporter_means_to_do() -> None:
    on = scene(reporter_discloses_on=WEDNESDAY)
    Absence.objects.create(user=on.releaser, first_day=TUESDAY, last_day=TUESDAY)
    other = factories.receipt(now=NOW).report
    with acting_as(SYSTEM):
        Report.objects.filter(pk=other.pk).update(release_planned_on=WEDNESDAY)

    with acting_as(factories.looking(on.member)):
        said = {slot.day: slot.words for slot in advice_for(on.report, crew=crew_of(on.report, now=NOW), now=NOW).slots}
    with acting_as(factories.looking(on.releaser, is_member=False)):
        theirs = {
            slot.day: slot.words for slot in advice_for(on.report, crew=crew_of(on.report, now=NOW), now=NOW).slots
        }

    crowded, late = "another disclosure that week", "the reporter tells everybody on 2 December, before it"
    alone = "too few who approve advisories are there"
    assert said[TUESDAY] == f"nobody who releases wash is there; {alone}; {crowded}"
    assert said[WEDNESDAY] == crowded
    assert said[FRIDAY] == f"{late}; Friday; {crowded}"
    assert theirs[WEDNESDAY] == ""  # who may not see the other report learns nothing of it


@pytest.mark.clause("P14")
def test_what_is_exploited_is_released_on_any_day_and_waiting_takes_the_reason() -> None:
    on = scene(exploited=True)
    today = date(2026, 11, 25)

    waiting = refusal(on, Plan(day=TUESDAY, parts=[Part(project=on.projects[0])]))
    at_once = plan(on, Plan(day=today, parts=[Part(project=on.projects[0])]))

    assert waiting.startswith("Better not on Tuesday 1 December: it is exploited for 6 more days.")
    assert at_once == [""]


# --- A day that passes --------------------------------------------------------------------------------------

LATER = NOW + timedelta(days=7)
"""The day after `TUESDAY`."""


def told(on: Scene) -> list[str]:
    with acting_as(SYSTEM):
        rows = Notification.objects.filter(report=on.report, kind=NoticeKind.DAY_PASSED).select_related("user")
        return sorted(str(row.user) for row in rows)


def sweep() -> None:
    with acting_as(SYSTEM):
        planning.ask_about_days_that_passed(now=LATER)


@pytest.mark.clause("P12")
def test_a_day_that_passes_without_the_release_asks_once_and_publishes_nothing() -> None:
    on = scene("wadm", "wash")
    lead = on.grant(factories.maintainer(name="Lena Lead"), Role.LEAD)
    plan(on, Plan(day=TUESDAY, parts=[Part(project=each, releaser=on.releaser) for each in on.projects]))

    sweep()
    sweep()

    assert told(on) == [str(lead), "Mira Member", "Rita Releaser"]
    assert on.events(EventKind.DAY_PASSED) == [{"project": project.pk, "day": "2026-12-01"} for project in on.projects]
    with acting_as(SYSTEM):
        report = Report.objects.get(pk=on.report.pk)
        states = set(Release.objects.filter(report=report).values_list("state", flat=True))
    assert (report.state, states) == (State.FIXING, {ReleaseState.PLANNED})


@pytest.mark.clause("P12")
def test_another_day_that_passes_asks_again() -> None:
    on = scene()
    part = Part(project=on.projects[0])
    plan(on, Plan(day=TUESDAY, parts=[part]))
    sweep()
    with acting_as(factories.looking(on.member)):
        planning.plan(on.report, meant=Plan(day=date(2026, 12, 3), parts=[part]), by=on.member, now=LATER)

    sweep()
    with acting_as(SYSTEM):
        planning.ask_about_days_that_passed(now=LATER + timedelta(days=7))

    assert [event["day"] for event in on.events(EventKind.DAY_PASSED)] == ["2026-12-01", "2026-12-03"]


@pytest.mark.clause("P12")
@pytest.mark.parametrize("seen", ["released", "closed", "archived"])
def test_nobody_is_asked_about_what_is_out_or_over(seen: str) -> None:
    on = scene()
    plan(on, Plan(day=TUESDAY, parts=[Part(project=on.projects[0])]))
    with acting_as(SYSTEM):
        match seen:
            case "released":
                Release.objects.filter(report=on.report).update(
                    state=ReleaseState.PUBLISHED, published_at=NOW, github_id=1
                )
            case "closed":
                Report.objects.filter(pk=on.report.pk).update(state=State.CLOSED, closed_at=NOW)
            case _:
                on.projects[0].archived_at = NOW
                on.projects[0].save(update_fields=["archived_at"])

    sweep()

    assert (told(on), on.events(EventKind.DAY_PASSED)) == ([], [])


def test_whoever_may_not_see_a_report_sees_no_day_of_it_that_passed() -> None:
    on = scene()
    plan(on, Plan(day=TUESDAY, parts=[Part(project=on.projects[0])]))
    outsider = factories.maintainer()

    with acting_as(factories.looking(on.member)):
        ours = list(planning.passed(now=LATER).values_list("project__name", flat=True))
    with acting_as(factories.looking(outsider, is_member=False)):
        theirs = list(planning.passed(now=LATER))

    assert (ours, theirs) == (["wash"], [])


@pytest.mark.clause("P12")
def test_the_dashboard_says_of_which_reports_a_day_passed() -> None:
    on = scene("wadm", "wash")
    plan(on, Plan(day=TUESDAY, parts=[Part(project=each) for each in on.projects]))
    with acting_as(SYSTEM):
        figures.compute(now=LATER)

    with time_machine.travel(LATER, tick=False):
        page = browser_of(on.member).get("/dashboard/").content.decode()

    assert "A release day has passed" in page
    assert page.count(f'href="/reports/{on.report.reference}/day/plan/"') == 1
