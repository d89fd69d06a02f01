"""What people of the sample's stories did about advisories, credit, the day and CVE IDs, by the verbs of the pages."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.conf import settings

from disclosures import approving, credit_answers, cves, drafting, planning
from disclosures.credit_answers import Said
from disclosures.credit_text import naming
from disclosures.credits import ask
from disclosures.crew import crew_of
from disclosures.draft import Draft, DraftProduct, from_json
from disclosures.enums import CreditAnswerKind
from disclosures.models import Credit
from disclosures.planning import Part, Plan
from disclosures.snapshot import Range
from portal.demo.sample import past_days, story
from portal.demo.sample.story import Step
from portal.policy import deadlines
from reports import lifecycle
from reports.guards import Decision
from reports.lifecycle import Move
from reports.models import Report, Reporter
from teams.models import Project, User


def do(step: Step, report: Report, *, by: User, now: datetime) -> None:
    match step:
        case story.Advise():
            _advise(step, report, by=by, now=now)
        case story.Approve():
            advisory = report.advisories.get()
            approving.approve(advisory, approving.newest_revision(advisory).number, by=by, now=now)
        case story.AskCredit():
            ask(report, by=by, now=now)
            past_days.deliver()
        case story.SayCredit():
            say_credit(step, report, who=by, now=now)
        case story.GoOut():
            _go_out(step, report, by=by, now=now)
        case story.NameCve():
            wish = cves.need(report.advisories.get(), now=now)
            cves.arrived(wish, f"CVE-{now.year}-{step.number}", now=now)
            past_days.spread(wish, now=now)
        case story.Close():
            lifecycle.move(report, Move.CLOSE, by=by, decision=Decision(), now=now)


def plan(report: Report, step: story.MakeReady, *, by: User, now: datetime) -> None:
    """Each project by the first person who may release it."""
    wanted = now + timedelta(days=step.in_days)
    day = settings.POLICY.calendar.day_of(wanted) if step.keeps_the_day else _good_day(wanted)
    parts = [
        Part(
            project=each.project,
            tag=f"v{each.fixed_version}",
            releaser=User.objects.get(pk=each.releasers[0].pk) if each.releasers else None,
        )
        for each in planning.plan_of(report, crew=crew_of(report, now=now))
    ]
    reason = "Those who run it were told of this day, and wait for it."
    planning.plan(report, meant=Plan(day=day, parts=parts, reason=reason), by=by, now=now)


def say_credit(step: story.SayCredit, report: Report, *, who: User | Reporter, now: datetime) -> None:
    mine = {"user": who} if isinstance(who, User) else {"reporter": who}
    credit = Credit.objects.select_related("report").get(report=report, **mine)
    kind = CreditAnswerKind.NAMED if step.name else CreditAnswerKind.ANONYMOUS
    handle = who.github_login if isinstance(who, User) else ""
    said = Said(kind=kind, naming=naming(name=step.name, handle=handle, organisation=step.organisation))
    credit_answers.answer(credit, said, agreed=said.text, by=who, now=now)


def _advise(step: story.Advise, report: Report, *, by: User, now: datetime) -> None:
    """Severity and weakness are those that were found for the report."""
    advisory = drafting.begin(report, by=by, now=now)
    begun = approving.newest_revision(advisory)
    draft = replace(
        from_json(begun.content),
        title=step.title,
        overview=step.overview,
        details=step.details,
        fix=step.fix,
        workaround=step.workaround,
        no_workaround=not step.workaround,
    )
    drafting.write(advisory, _with_packages(draft, step), by=by, base_revision=begun.number, now=now)


def _with_packages(draft: Draft, step: story.Advise) -> Draft:
    names = [package.project for package in step.packages]
    projects = {project.name: project for project in Project.objects.filter(name__in=names)}
    return replace(
        draft,
        products=tuple(
            DraftProduct(
                project=projects[package.project].pk,
                ecosystem=package.ecosystem,
                package=package.name,
                ranges=(Range(introduced=package.introduced, fixed_in=package.fixed_in),),
            )
            for package in step.packages
        ),
    )


def _go_out(step: story.GoOut, report: Report, *, by: User, now: datetime) -> None:
    advisory = report.advisories.get()
    past_days.begin(advisory, message=step.message, by=by, now=now)
    lifecycle.move(report, Move.RELEASE, by=by, decision=Decision(message=step.message), now=now)
    past_days.publish(advisory, held_up=step.held_up, now=now)
    if not step.held_up:
        lifecycle.move(report, Move.DISCLOSE, by=by, decision=Decision(), now=now)
        past_days.finish(report, now=now)


def _good_day(moment: datetime) -> date:
    """The first day from then on that suits those who must update."""
    policy = settings.POLICY
    days = deadlines.next_release_days(policy.calendar.day_of(moment), count=10, policy=policy)
    return next(release.day for release in days if release.is_good)
