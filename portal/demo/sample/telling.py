"""Lets the sample's stories happen: by the portal's own verbs, in the order of their moments, at those moments."""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings

from disclosures import late_ids
from portal.demo.sample import deeds, disclosing, past_days
from portal.demo.sample.story import Hear, Invite, SayCredit, Step, Story
from portal.file_store import Store
from portal.keys import derive
from portal.viewer import SYSTEM, UserViewer, acting_as
from reports import clocks, conversation, history, intake, notices, reminders
from reports.enums import CreditWish, EventKind, NoticeKind, Role
from reports.intake import Submission
from reports.models import AccessKey, Grant, Report, Reporter, StagedFile
from reports.models.people import hash_key
from teams.models import Project, User

WATCHED = timedelta(days=12)
GLANCE = timedelta(days=1)
"""How often the clocks were looked at during the last days; earlier, only when something happened."""

type Happening = tuple[datetime, str, int, Story | Step | None]


@dataclass
class Telling:
    """`people`: by login. A story's report and reporter are found by its key."""

    people: dict[str, User]
    now: datetime
    projects: dict[str, Project] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)
    reporters: dict[str, Reporter] = field(default_factory=dict)

    def tell(self, stories: Iterable[Story]) -> None:
        """All of it, as if it had happened. Nobody is mailed about the past."""
        swept: datetime | None = None
        with acting_as(SYSTEM):
            self.projects = {project.name: project for project in Project.objects.all()}
            for moment, key, _, happening in sorted([*self._happenings(stories), *self._glances()], key=_order):
                if swept is None or moment - swept >= GLANCE:
                    swept = moment
                    clocks.sweep(now=moment)
                    reminders.sweep(now=moment)
                match happening:
                    case Story():
                        self._receive(happening, moment)
                    case Step():
                        self._continue(key, happening, moment)
            late_ids.remind(now=self.now)
            past_days.deliver()

    def _happenings(self, stories: Iterable[Story]) -> list[Happening]:
        happenings: list[Happening] = []
        for story in stories:
            arrival = self._arrival(story)
            happenings.append((arrival, story.key, 0, story))
            for place, step in enumerate(story.steps, 1):
                moment = self.now - step.ago if step.after is None else arrival + step.after
                happenings.append((moment, story.key, place, step))
        return happenings

    def _glances(self) -> list[Happening]:
        return [(self.now - GLANCE * count, "", 0, None) for count in range(WATCHED // GLANCE)]

    def _arrival(self, story: Story) -> datetime:
        """When it came; or the latest hour but one from which its clock would now warn, but not be late."""
        if story.near is None:
            return self.now - story.ago
        deadline, policy = clocks.DEADLINES[story.near], settings.POLICY
        arrival = self.now - timedelta(hours=1)
        while deadline.warn_at(arrival, policy=policy) > self.now:
            arrival -= timedelta(hours=1)
        return arrival - timedelta(hours=1)

    def _receive(self, story: Story, moment: datetime) -> None:
        token = str(uuid.uuid4())
        submission = Submission(
            token=token,
            summary=story.summary,
            description=story.description,
            projects=[self.projects[name] for name in story.projects],
            project_unknown=not (story.projects or story.dependency),
            dependency_name=story.dependency[0] if story.dependency else "",
            dependency_version=story.dependency[1] if story.dependency else "",
            affected_versions=story.affected_versions,
            reproduction=story.reproduction,
            impact=story.impact,
            already_public=bool(story.public_where),
            public_where=story.public_where,
            exploited=bool(story.exploit_evidence),
            exploit_evidence=story.exploit_evidence,
            reporter_discloses_on=(self.now + timedelta(days=story.discloses_in_days)).date()
            if story.discloses_in_days
            else None,
            name=story.name,
            email=story.email,
            credit_wish=story.credit_wish,
            files=[_stage(name, content, token=token, now=moment) for name, content in story.files],
        )
        receipt = intake.receive(submission, now=moment, quarantined=story.quarantined)
        self.reports[story.key], self.reporters[story.key] = receipt.report, receipt.reporter

    def _continue(self, key: str, step: Step, moment: datetime) -> None:
        match step:
            case Hear():
                self._hear(self.reporters[key], step, moment)
            case Invite():
                _invite(self.reporters[key], step, moment)
            case SayCredit(by=""):
                disclosing.say_credit(step, self.reports[key], who=self.reporters[key], now=moment)
            case _:
                by = self.people[step.by]
                with acting_as(UserViewer(user_id=by.pk, is_member=True)):
                    report = Report.objects.select_related("coordinator").get(pk=self.reports[key].pk)
                    deeds.do(step, report, by=by, now=moment, telling=self)

    def _hear(self, reporter: Reporter, step: Hear, moment: datetime) -> None:
        files = [_stage(*step.file, token=str(uuid.uuid4()), now=moment)] if step.file else []
        conversation.hear(reporter, step.message, now=moment, files=files)


def _order(happening: Happening) -> tuple[datetime, int]:
    return happening[0], happening[2]


def _stage(name: str, content: bytes, *, token: str, now: datetime) -> StagedFile:
    stored = Store(settings.FILES_ROOT).save([content], limit=len(content))
    return StagedFile.objects.create(
        token_hash=hashlib.sha256(uuid.uuid4().bytes).hexdigest(),
        submission=hash_key(token),
        name=name,
        size=stored.size,
        sha256=stored.sha256,
        secret=stored.secret,
        storage_key=stored.key,
        created_at=now,
    )


def _invite(inviting: Reporter, step: Invite, moment: datetime) -> None:
    report = inviting.report
    grant = Grant.objects.create(
        report=report, role=Role.CO_REPORTER, reason="Invited by the reporter.", granted_at=moment, sees_from=moment
    )
    invited = Reporter.objects.create(
        report=report, grant=grant, invited_by=inviting, name=step.name, email=step.email, credit_wish=CreditWish.ASK
    )
    key = derive("co-reporter", str(uuid.uuid4()))
    AccessKey.objects.create(report=report, reporter=invited, key_hash=hash_key(key), created_at=moment)
    history.append(report, EventKind.CO_REPORTER_INVITED, by=inviting, now=moment)
    notices.tell_reporter(invited, NoticeKind.INVITATION, fact=f"reporter:{invited.pk}", now=moment)
