"""A report arrives: whatever the door, one transaction makes of it a report that cannot be lost (P1)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import IntegrityError, transaction

from portal.keys import derive
from portal.openpgp.certificates import Certificate
from portal.policy import Clause, enforces
from portal.queue import enqueue
from portal.viewer import SYSTEM, acting_as
from reports import clocks, history, inherited_walls, notices, reporter_keys, search
from reports.enums import Audience, Channel, ClockKind, CreditWish, EventKind, KeyCame, NoticeKind, Role, Task
from reports.flood import likeness
from reports.models import (
    AccessKey,
    AffectedProject,
    Attachment,
    Grant,
    Message,
    Report,
    Reporter,
    StagedFile,
)
from reports.models.people import hash_key
from teams.models import Project

WORDS = (
    "summary",
    "description",
    "affected_versions",
    "reproduction",
    "impact",
    "dependency_name",
    "dependency_version",
    "public_where",
    "exploit_evidence",
)
"""What a reporter writes in their own words, named alike in a submission and its report."""
FACTS = ("project_unknown", "already_public", "exploited", "reporter_discloses_on")
"""What they tick or choose, named alike too."""
WHO = ("name", "email", "credit_wish")
"""What they say of themselves, named alike in a submission and its reporter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What somebody told us, cleaned and checked. `token`: the form's own secret, by which a repetition is known."""

    token: str
    summary: str
    description: str
    projects: Sequence[Project] = ()
    project_unknown: bool = False
    dependency_name: str = ""
    dependency_version: str = ""
    affected_versions: str = ""
    reproduction: str = ""
    impact: str = ""
    already_public: bool = False
    public_where: str = ""
    exploited: bool = False
    exploit_evidence: str = ""
    reporter_discloses_on: date | None = None
    name: str = ""
    email: str = ""
    openpgp_key: Certificate | None = None
    credit_wish: CreditWish = CreditWish.ASK
    channel: Channel = Channel.WEB
    files: Sequence[StagedFile] = field(default=())

    def says_the_same_as(self, receipt: "Receipt") -> bool:
        """Whether `receipt` is for what became of this, so that nothing new is lost when it comes twice."""
        report, reporter = receipt.report, receipt.reporter
        with acting_as(SYSTEM):
            named = set(AffectedProject.objects.filter(report=report).values_list("project_id", flat=True))
        return (
            all(getattr(self, name) == getattr(report, name) for name in (*WORDS, *FACTS))
            and all(getattr(self, name) == getattr(reporter, name) for name in WHO)
            and self._gives_the_key_of(reporter)
            and {project.pk for project in self.projects} == named
        )

    def _gives_the_key_of(self, reporter: Reporter) -> bool:
        if self.openpgp_key is None:
            return True
        with acting_as(SYSTEM):
            kept = reporter_keys.in_force(reporter)
        return kept is not None and kept.fingerprint == self.openpgp_key.fingerprint


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the reporter takes home. The key is shown once and stored nowhere."""

    report: Report
    reporter: Reporter
    key: str


@enforces(Clause.P1, Clause.P7)
def receive(
    submission: Submission, *, now: datetime, quarantined: bool = False, behind: Report | None = None
) -> Receipt:
    """Keep `submission` as a report with its reporter, clock, event and notices. Sent twice, it is kept once.

    `behind`: it was a part of that report, so the walls around that one stand around it too.
    """
    with acting_as(SYSTEM):
        try:
            with transaction.atomic():
                return _keep(submission, now=now, quarantined=quarantined, behind=behind)
        except IntegrityError:
            earlier = find(submission.token)
            if earlier is None:
                raise
            return earlier


def find(token: str) -> Receipt | None:
    """The receipt of what was sent with `token` before."""
    with acting_as(SYSTEM):
        report = Report.objects.filter(submission=hash_key(token)).first()
        if report is None:
            return None
        reporter = report.reporters.select_related("grant").get(invited_by=None)
        return Receipt(report=report, reporter=reporter, key=derive("reporter", token))


def _keep(submission: Submission, *, now: datetime, quarantined: bool, behind: Report | None) -> Receipt:
    report = Report.objects.create(
        submission=hash_key(submission.token),
        channel=submission.channel,
        received_at=now,
        state_since=now,
        changed_at=now,
        quarantined_at=now if quarantined else None,
        summary=submission.summary,
        description=submission.description,
        affected_versions=submission.affected_versions,
        reproduction=submission.reproduction,
        impact=submission.impact,
        project_unknown=submission.project_unknown,
        dependency_name=submission.dependency_name,
        dependency_version=submission.dependency_version,
        already_public=submission.already_public,
        public_where=submission.public_where,
        exploited=submission.exploited,
        exploit_evidence=submission.exploit_evidence,
        reporter_discloses_on=submission.reporter_discloses_on,
    )
    AffectedProject.objects.bulk_create(
        AffectedProject(report=report, project=project, named_by_reporter=True) for project in submission.projects
    )
    if behind is not None:
        inherited_walls.build(report, behind=behind, now=now)
    key = derive("reporter", submission.token)
    reporter = _admit(report, submission, key=key, now=now)
    claim(submission.files, report=report, reporter=reporter, now=now)
    clocks.start_first(report, ClockKind.ACKNOWLEDGE, now=now)
    search.index_first(report, reporter)
    likeness.index(report)
    kinds = (EventKind.RECEIVED, EventKind.QUARANTINED) if quarantined else (EventKind.RECEIVED,)
    history.begin(report, *kinds, by=reporter, now=now, channel=submission.channel)
    if submission.openpgp_key:
        reporter_keys.offer_key(reporter, submission.openpgp_key, how=KeyCame.REPORT, now=now)
    if quarantined:
        notices.tell_team(report, NoticeKind.QUARANTINE, fact=f"quarantine:{now:%Y%m%d%H}", now=now)
    else:
        notices.tell_of_arrival(report, reporter, now=now)
    return Receipt(report=report, reporter=reporter, key=key)


def _admit(report: Report, submission: Submission, *, key: str, now: datetime) -> Reporter:
    grant = Grant.objects.create(
        report=report, role=Role.REPORTER, reason="Reported it.", granted_at=now, sees_from=report.received_at
    )
    reporter = Reporter.objects.create(
        report=report,
        grant=grant,
        name=submission.name,
        email=submission.email,
        credit_wish=submission.credit_wish,
    )
    AccessKey.objects.create(report=report, reporter=reporter, key_hash=hash_key(key), created_at=now)
    return reporter


def claim(
    files: Sequence[StagedFile],
    *,
    report: Report,
    now: datetime,
    reporter: Reporter | None = None,
    message: Message | None = None,
) -> list[Attachment]:
    """Turn staged files into the report's, or the message's, own. A file that was claimed already stays where it is."""
    claimed = []
    for staged in files:
        taken, _ = StagedFile.objects.filter(pk=staged.pk).delete()
        if taken:
            claimed.append(
                Attachment.objects.create(
                    report=report,
                    message=message,
                    reporter=message.reporter if message else reporter,
                    user=message.user if message else None,
                    audience=message.audience if message else Audience.REPORTER,
                    name=staged.name,
                    size=staged.size,
                    sha256=staged.sha256,
                    secret=staged.secret,
                    storage_key=staged.storage_key,
                    created_at=now,
                )
            )
    if claimed:
        enqueue(Task.REDRAW, *(attachment.pk for attachment in claimed))
    return claimed
