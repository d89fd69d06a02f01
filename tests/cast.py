"""One report and everybody who could want to see it. Whoever has an account has a second factor, too."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone

from disclosures import draft, public_record
from disclosures.ecosystems import Ecosystem
from disclosures.enums import AnswerChannel, CreditAnswerKind, CreditKind, CreditPlaceKind, ExceptionKind, StepKind
from disclosures.formats.cve import GITHUB
from disclosures.models import (
    Advisory,
    AffectedProduct,
    AffectedRange,
    Approval,
    Comment,
    Conduct,
    Credit,
    CreditAnswer,
    CreditPlace,
    CveRequest,
    LeakWaiver,
    PublishedAdvisory,
    Reference,
    Release,
    RepositoryAdvisory,
    Revision,
    RuleException,
    Step,
    Withdrawal,
)
from disclosures.snapshot import Organisation, Snapshot
from disclosures.snapshot import RepositoryAdvisory as OnGitHub
from portal import heartbeat
from portal.demo import cast as demo
from portal.viewer import SYSTEM, acting_as
from reports import conversation, intake, staging, submissions, tracking
from reports.correspondence import sources
from reports.enums import Door, MailState, PutAside, Role
from reports.enums import OnGitHub as OnGitHubState
from reports.intake import Receipt
from reports.models import Attachment, GitHubReport, Grant, InboundMail, Invitation, Recusal, Report, SavedView
from teams import record
from teams.enums import AccountEventKind
from teams.models import User
from tests import factories
from tests.people import browser_of, with_second_factor

GHSA_ID = "GHSA-2222-2222-2222"
PICTURE = b"\x89PNG a picture as it was drawn anew"


class Who(StrEnum):
    """Everybody of the access matrix, the kinds with columns of their own first and in its order."""

    ANONYMOUS = "anonymous"
    REPORTER = "reporter with key"
    OTHER_REPORTER = "other reporter"
    PATCH_TEAM = "patch-team member"
    MEMBER = "security-team member"
    RECUSED = "recused member"
    MAINTAINER = "maintainer without a grant"
    PLAIN = "plain user"
    ADMINISTRATOR = "administrator"
    FORMER = "former member"
    EXPIRED = "maintainer whose grant has expired"
    REVOKED = "maintainer whose grant was revoked"
    CO_REPORTER = "co-reporter with key"
    UNARMED = "member without a second factor"
    SWITCHED_OFF = "member whose account is switched off"


STRANGERS = (
    Who.ANONYMOUS,
    Who.OTHER_REPORTER,
    Who.RECUSED,
    Who.MAINTAINER,
    Who.PLAIN,
    Who.ADMINISTRATOR,
    Who.FORMER,
    Who.EXPIRED,
    Who.REVOKED,
    Who.UNARMED,
    Who.SWITCHED_OFF,
)
"""Whoever may not read the report: for them it does not exist."""


@dataclass(frozen=True)
class Thanks:
    """What is asked about credit: of the reporter, for the finder whom they named, of the patch-team member."""

    reporter: Credit
    finder: Credit
    developer: Credit
    place: CreditPlace


@dataclass(frozen=True)
class Stage:
    """`other` is a report of which everybody but its own reporter and the team knows nothing.

    The co-reporter, whose link is made of the form's `invitation`, may read what was written before.
    The maintainer without a grant is asked into the patch team, and has not answered yet.
    """

    receipt: Receipt
    other: Receipt
    invitation: str
    file: Attachment
    other_file: Attachment
    view: SavedView
    asked: Invitation
    mail: InboundMail
    """Put aside; all that it says is the text of the stage."""
    remark: Comment
    published: PublishedAdvisory
    thanks: Thanks
    people: dict[Who, User]

    @property
    def report(self) -> Report:
        return self.receipt.report

    @property
    def advisory(self) -> Advisory:
        return self.remark.advisory

    def browser(self, who: Who) -> Client:
        match who:
            case Who.ANONYMOUS:
                return Client()
            case Who.REPORTER:
                return _reporters_browser(self.receipt.key)
            case Who.OTHER_REPORTER:
                return _reporters_browser(self.other.key)
            case Who.CO_REPORTER:
                return _reporters_browser(tracking.invited_key(self.invitation))
            case Who.UNARMED:
                browser = Client()
                browser.force_login(self.people[who])
                return browser
            case _:
                return browser_of(self.people[who])


def build(
    *, text: str = "a text", file_name: str = "proof.txt", file_content: bytes = b"proof", **fields: object
) -> Stage:
    """Set the stage. `fields` change the report, `text` is what everybody writes on it."""
    receipt = _received(file_name, file_content, **{"projects": [factories.ProjectFactory.create()], **fields})
    other = _received("other.txt", b"other", summary="Something else", email="other@example.net", name="Other")
    people = _people(receipt.report)
    with acting_as(factories.looking(people[Who.MEMBER])):
        conversation.answer(receipt.report, text, by=people[Who.MEMBER], now=timezone.now())
        conversation.note(receipt.report, text, by=people[Who.MEMBER], now=timezone.now())
        view = SavedView.objects.create(user=people[Who.MEMBER], name="Mine", query="q=else")
        asked = Invitation.objects.create(
            report=receipt.report,
            user=people[Who.MAINTAINER],
            role=Role.REVIEWER,
            reason="Knows it.",
            invited_by=people[Who.MEMBER],
        )
    conversation.hear(receipt.reporter, text, now=timezone.now())
    invitation = _invited(receipt)
    with acting_as(SYSTEM):
        receipt.report.refresh_from_db()
        remark = _advisory(receipt.report, text, by=people[Who.MEMBER])
        _towards_the_day(remark.advisory, by=people[Who.MEMBER])
        _on_github(receipt, text)
        file, other_file = (Attachment.objects.get(report=each.report) for each in (receipt, other))
        drawn = staging.store().save([PICTURE], limit=1_000, secret=file.secret)
        Attachment.objects.filter(pk=file.pk).update(picture_key=drawn.key)
    heartbeat.beat(now=timezone.now())
    return Stage(
        receipt=receipt,
        other=other,
        file=file,
        other_file=other_file,
        view=view,
        invitation=invitation,
        asked=asked,
        mail=_mail_put_aside(receipt, text),
        remark=remark,
        published=_published(),
        thanks=_thanks(receipt, people[Who.PATCH_TEAM]),
        people=people,
    )


@contextmanager
def standing(builder: Callable[[], Stage] = build) -> Iterator[Stage]:
    """The stage for many tests, each of which leaves it as it was, at a moment that does not pass; gone afterwards."""
    with time_machine.travel(timezone.now(), tick=False), transaction.atomic():
        yield builder()
        transaction.set_rollback(True)


def _mail_put_aside(receipt: Receipt, text: str) -> InboundMail:
    """About the report, from somebody who says that they are its reporter."""
    name, address = receipt.reporter.name, receipt.reporter.email
    with acting_as(SYSTEM):
        kept = sources.keep(f"From: {address}\nSubject: {text}\n\n{text}".encode(), (), now=timezone.now())
        return InboundMail.objects.create(
            identity="put aside",
            door=Door.MAILBOX,
            arrived_at=timezone.now(),
            state=MailState.ASIDE,
            why=PutAside.UNVERIFIED,
            report=receipt.report,
            header_id=f"<1@{name}>",
            sender_name=name,
            sender_address=address,
            signer=name,
            recipients=f"Cc: {address}",
            subject=text,
            text=text,
            quoted=text,
            html=f"<p>{text}</p>",
            oddities=text,
            refusal=text,
            size=1,
            **sources.claim(kept.source),
        )


def _advisory(report: Report, text: str, *, by: User) -> Comment:
    """An advisory of which each row says `text`, and a remark about it."""
    project = report.affected_projects.get().project
    advisory = Advisory.objects.create(report=report, title=text, overview=text, created_by=by)
    product = AffectedProduct.objects.create(
        report=report, advisory=advisory, project=project, ecosystem=Ecosystem.RUST, package=text
    )
    AffectedRange.objects.create(report=report, product=product, fixed_in=text)
    Reference.objects.create(report=report, advisory=advisory, url=text)
    content = draft.to_json(draft.draft_of(advisory))
    revision = Revision.objects.create(
        report=report, advisory=advisory, number=1, content=content, summary=text, written_by=by
    )
    Approval.objects.create(report=report, revision=revision, approved_by=by)
    LeakWaiver.objects.create(report=report, advisory=advisory, finding="0" * 32, reason=text, waived_by=by)
    return Comment.objects.create(report=report, advisory=advisory, author=by, body=text)


def _reporters_browser(key: str) -> Client:
    browser = Client()
    browser.post(f"/r/{key}/")
    return browser


def _received(file_name: str, content: bytes, **fields: object) -> Receipt:
    token = submissions.new(now=timezone.now())
    upload = SimpleUploadedFile(file_name, content)
    kept = staging.stage([upload], submission=token, now=timezone.now()).kept
    files = [each.file for each in kept]
    return intake.receive(factories.submission(token.value, files=files, **fields), now=timezone.now())


def _thanks(receipt: Receipt, developer: User) -> Thanks:
    now, report, reporter = timezone.now(), receipt.report, receipt.reporter
    with acting_as(SYSTEM):
        asked = {"report": report, "asked_at": now}
        mine = Credit.objects.create(reporter=reporter, kind=CreditKind.REPORTER, **asked)
        finder = Credit.objects.create(named_by=reporter, kind=CreditKind.FINDER, **asked)
        of_fix = Credit.objects.create(user=developer, kind=CreditKind.REMEDIATION_DEVELOPER, **asked)
        CreditAnswer.objects.create(
            report=report, credit=of_fix, answer=CreditAnswerKind.NAMED, channel=AnswerChannel.PAGE
        )
        place = CreditPlace.objects.create(report=report, credit=of_fix, kind=CreditPlaceKind.RELEASE_NOTES)
    return Thanks(reporter=mine, finder=finder, developer=of_fix, place=place)


def _invited(receipt: Receipt) -> str:
    now = timezone.now()
    invitation = submissions.new(now=now).value
    tracking.invite(receipt.reporter, name="Co", email="", may_read_everything=True, token=invitation, now=now)
    return invitation


def _towards_the_day(advisory: Advisory, *, by: User) -> None:
    """A place for it on GitHub, a release, a step that can be tried again, and an exception of the day."""
    report = advisory.report
    project = report.affected_projects.get().project
    RepositoryAdvisory.objects.create(report=report, advisory=advisory, project=project)
    CveRequest.objects.create(report=report, advisory=advisory)
    Release.objects.create(report=report, project=project)
    Step.objects.create(report=report, kind=StepKind.RELEASE, project=project)
    Conduct.objects.create(report=report, started_by=by, message="It is out.", stopped_at=timezone.now())
    RuleException.objects.create(report=report, kind=ExceptionKind.ANOTHER_DAY, reason="It was late.", proposed_by=by)
    Withdrawal.objects.create(report=report, advisory=advisory, reason="There is no such fault.", proposed_by=by)


def _on_github(receipt: Receipt, text: str) -> None:
    """As if it had been reported there, by an account that is nobody's of the cast."""
    GitHubReport.objects.create(
        report=receipt.report,
        reporter=receipt.reporter,
        project=receipt.report.affected_projects.get().project,
        repository_id=7_000,
        ghsa_id=GHSA_ID,
        submitter="7001",
        submitter_login="sam-visits",
        finders=receipt.reporter.name,
        content=json.dumps({"summary": text}),
        state=OnGitHubState.TRIAGE,
    )


def _published() -> PublishedAdvisory:
    """What the world was told of something else."""
    at = timezone.now()
    ours = settings.POLICY.organisation
    told = Snapshot(
        identifier="WSC-SA-7K3M-9QXD",
        title="An older one",
        overview="It was so.",
        details="Thus.",
        fix="Update.",
        cve_id="CVE-2025-22222",
        cve_assigner=GITHUB,
        repository_advisories=(
            OnGitHub(
                repository="wasmCloud/wash",
                ghsa_id="GHSA-2222-2222-2222",
                url="https://github.com/wasmCloud/wash/security/advisories/GHSA-2222-2222-2222",
            ),
        ),
        organisation=Organisation(name=ours.name, namespace=ours.homepage),
        published_at=at,
        modified_at=at,
    )
    public_record.write(told, now=at)
    return PublishedAdvisory.objects.get(identifier=told.identifier)


def _people(report: Report) -> dict[Who, User]:
    people = {
        Who.PATCH_TEAM: factories.maintainer(name="Pat Patcher"),
        Who.MEMBER: factories.member(name="Mira Member", github_id=demo.CAST[demo.Who.MEMBER].github_id),
        Who.RECUSED: factories.member(name="Rena Recused"),
        Who.MAINTAINER: factories.maintainer(name="Mo Maintainer"),
        Who.PLAIN: factories.UserFactory.create(name="Pia Plain"),
        Who.ADMINISTRATOR: factories.UserFactory.create(name="Ada Administrator", is_administrator=True),
        Who.FORMER: factories.member(name="Finn Former"),
        Who.EXPIRED: factories.maintainer(name="Emma Expired"),
        Who.REVOKED: factories.maintainer(name="Rufus Revoked"),
        Who.UNARMED: factories.member(name="Uma Unarmed"),
        Who.SWITCHED_OFF: factories.member(name="Sven Switched", is_active=False),
    }
    for who, user in people.items():
        if who is not Who.UNARMED:
            with_second_factor(user)
        record.append(user, AccountEventKind.SIGNED_IN, by=user, now=timezone.now())
    yesterday = timezone.now() - timedelta(days=1)
    people[Who.FORMER].security_team_memberships.update(until=yesterday)
    with acting_as(SYSTEM):
        _let_in(people[Who.PATCH_TEAM], report)
        _let_in(people[Who.SWITCHED_OFF], report)
        _let_in(people[Who.EXPIRED], report, expires_at=yesterday)
        _let_in(people[Who.REVOKED], report, revoked_at=yesterday)
        Recusal.objects.create(report=report, user=people[Who.RECUSED], reason="Knows the reporter.")
    return people


def _let_in(user: User, report: Report, **end: datetime) -> None:
    """As a developer, since the day before yesterday."""
    since = timezone.now() - timedelta(days=2)
    Grant.objects.create(
        report=report, user=user, role=Role.DEVELOPER, reason="Fixes it.", granted_at=since, sees_from=since, **end
    )
