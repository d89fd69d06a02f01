"""One report and everybody who could want to see it. Whoever has an account has a second factor, too."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from portal import heartbeat
from portal.demo import cast as demo
from portal.viewer import SYSTEM, acting_as
from reports import conversation, intake, staging, submissions
from reports.enums import Role
from reports.intake import Receipt
from reports.models import Attachment, Grant, Invitation, Recusal, Report, SavedView
from teams.models import User
from tests import factories
from tests.people import browser_of, with_second_factor

PICTURE = b"\x89PNG a picture as it was drawn anew"


class Who(StrEnum):
    """The columns of the access matrix, in its order."""

    ANONYMOUS = "anonymous"
    REPORTER = "reporter with key"
    OTHER_REPORTER = "other reporter"
    PATCH_TEAM = "patch-team member"
    MEMBER = "security-team member"
    RECUSED = "recused member"
    MAINTAINER = "maintainer without a grant"
    PLAIN = "plain user"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Stage:
    """`other` is a report of which everybody but its own reporter and the team knows nothing.

    The maintainer without a grant is asked into the patch team, and has not answered yet.
    """

    receipt: Receipt
    other: Receipt
    file: Attachment
    other_file: Attachment
    view: SavedView
    invitation: Invitation
    people: dict[Who, User]

    @property
    def report(self) -> Report:
        return self.receipt.report

    def browser(self, who: Who) -> Client:
        match who:
            case Who.ANONYMOUS:
                return Client()
            case Who.REPORTER:
                return _reporters_browser(self.receipt)
            case Who.OTHER_REPORTER:
                return _reporters_browser(self.other)
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
        invitation = Invitation.objects.create(
            report=receipt.report,
            user=people[Who.MAINTAINER],
            role=Role.REVIEWER,
            reason="Knows it.",
            invited_by=people[Who.MEMBER],
        )
    conversation.hear(receipt.reporter, text, now=timezone.now())
    with acting_as(SYSTEM):
        receipt.report.refresh_from_db()
        file, other_file = (Attachment.objects.get(report=each.report) for each in (receipt, other))
        drawn = staging.store().save([PICTURE], limit=1_000)
        Attachment.objects.filter(pk=file.pk).update(picture_key=drawn.key)
    heartbeat.beat(now=timezone.now())
    return Stage(
        receipt=receipt,
        other=other,
        file=file,
        other_file=other_file,
        view=view,
        invitation=invitation,
        people=people,
    )


def _reporters_browser(receipt: Receipt) -> Client:
    browser = Client()
    browser.post(f"/r/{receipt.key}/")
    return browser


def _received(file_name: str, content: bytes, **fields: object) -> Receipt:
    token = submissions.new(now=timezone.now())
    upload = SimpleUploadedFile(file_name, content)
    kept = staging.stage([upload], submission=token, now=timezone.now()).kept
    files = [each.file for each in kept]
    return intake.receive(factories.submission(token.value, files=files, **fields), now=timezone.now())


def _people(report: Report) -> dict[Who, User]:
    people = {
        Who.PATCH_TEAM: factories.maintainer(name="Pat Patcher"),
        Who.MEMBER: factories.member(name="Mira Member", github_id=demo.CAST[demo.Who.MEMBER].github_id),
        Who.RECUSED: factories.member(name="Rena Recused"),
        Who.MAINTAINER: factories.maintainer(name="Mo Maintainer"),
        Who.PLAIN: factories.UserFactory.create(name="Pia Plain"),
        Who.ADMINISTRATOR: factories.UserFactory.create(name="Ada Administrator", is_administrator=True),
    }
    for user in people.values():
        with_second_factor(user)
    with acting_as(SYSTEM):
        yesterday = timezone.now() - timedelta(days=1)
        Grant.objects.create(
            report=report,
            user=people[Who.PATCH_TEAM],
            role=Role.DEVELOPER,
            reason="Fixes it.",
            granted_at=yesterday,
            sees_from=yesterday,
        )
        Recusal.objects.create(report=report, user=people[Who.RECUSED], reason="Knows the reporter.")
    return people
