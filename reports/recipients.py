"""To whom the mail of a notification goes, if they may still know what it is about (trap 5)."""

from portal.mail import Never
from portal.policy import Clause, enforces
from portal.viewer import UserViewer, Viewer, acting_as
from reports.enums import Answer, NoticeKind
from reports.models import Invitation, Notification, Report
from teams.membership import standing_of


class Moot(Exception):
    """There is nobody to tell any more, or nothing to tell. The message says why, and names nobody."""


def address_of(notice: Notification) -> str:
    """Where the mail goes. Raises `Moot`, or `Never` when the team should see that somebody cannot be told."""
    if notice.address:
        return notice.address
    if notice.reporter is not None:
        _let_in(notice.reporter.viewer, notice.reporter.report)
        if not notice.reporter.email:
            raise Moot("The reporter has taken the address back.")
        return notice.reporter.email
    if notice.user is None or not notice.user.is_active:
        raise Moot("The account is closed.")
    if notice.kind == NoticeKind.ASKED:
        invitation(notice)
    elif notice.report is not None:
        _let_in(eyes_of(notice), notice.report)
    if not notice.user.email:
        raise Never("This person has given no address yet.")
    return notice.user.email


@enforces(Clause.P8)
def _let_in(viewer: Viewer, report: Report) -> None:
    with acting_as(viewer):
        if not Report.objects.filter(pk=report.pk).exists():
            raise Moot("The recipient's access has ended.")


def invitation(notice: Notification) -> Invitation:
    """Whoever is asked may not see the report yet; the open invitation is what they may know."""
    invitation = Invitation.objects.filter(report=notice.report_id, user=notice.user_id, answer=Answer.PENDING).first()
    if invitation is None:
        raise Moot("The invitation is answered or withdrawn.")
    return invitation


def eyes_of(notice: Notification) -> UserViewer:
    """A member without a second factor is told too: the mail says nothing, and the link asks for the factor."""
    if notice.user is None:
        raise Moot("The account is closed.")
    return UserViewer(user_id=notice.user.pk, is_member=standing_of(notice.user).is_member)
