"""What each kind of mail says. Mails cross networks and lock screens that nobody here controls: they carry the
reference and the link, never a summary, a product, a severity or a name (EML-06).
"""

from dataclasses import dataclass

from reports import told_ahead
from reports.enums import NoticeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """`{reference}` and `{due}` are filled in; sentences in `by_when` are left out when nothing is due."""

    subject: str
    says: tuple[str, ...]
    button: str
    by_when: str = ""
    page: str = "report"
    """The report's page that it leads a member to, by its name."""
    reporters_page: str = "track"
    """The one that it leads the reporter's side to."""


_KEEP = "The link opens the report without an account. Keep it to yourself: whoever has it can read and write there."
_LINK_AT_HAND = (
    "Use the secret link you were given. If it is not at hand, the page sends you a new one to this address."
)

WORDING: dict[NoticeKind, Wording] = {
    NoticeKind.RECEIPT: Wording(
        subject="We have received your report",
        says=(
            (
                "Thank you. Your report has arrived under the reference {reference}. This mail was sent automatically:"
                " no person has read your report yet."
            ),
            "On its page you see where it stands, and you can add to it or take questions from us.",
            _KEEP,
        ),
        by_when="A person will answer by {due}.",
        button="Open your report",
    ),
    NoticeKind.LINK: Wording(
        subject="The link to your report",
        says=(
            "Somebody, most likely you, asked us to send the link to {reference} again.",
            _KEEP,
            "Earlier links still work. On the page you can replace them all with a new one.",
            "If it was not you, there is nothing to do: the link went to this address alone.",
        ),
        button="Open your report",
    ),
    NoticeKind.INVITATION: Wording(
        subject="You are invited to follow a report",
        says=(
            "Somebody reported a vulnerability to us and asks you to follow it with them, as {reference}.",
            _KEEP,
            "If you do not expect this, there is nothing to do.",
        ),
        button="Open the report",
    ),
    NoticeKind.MOVED: Wording(
        subject="Your report has taken a step",
        says=(
            "Your report {reference} has taken a step. Its page says where it stands now, and what happens next.",
            _LINK_AT_HAND,
        ),
        button="See where it stands",
    ),
    NoticeKind.ANSWERED: Wording(
        subject="There is an answer to your report",
        says=("The security team has written to you about {reference}.", _LINK_AT_HAND),
        button="Read the answer",
    ),
    NoticeKind.REMINDER: Wording(
        subject="We wait for your answer",
        says=(
            "We asked you something about {reference} and need your answer to go on.",
            "If you cannot say more, a line that says so helps too.",
            _LINK_AT_HAND,
        ),
        button="Answer on its page",
    ),
    NoticeKind.NEW_REPORT: Wording(
        subject="A new report has arrived",
        says=("A new report has arrived: {reference}. It waits for a person to acknowledge it.",),
        by_when="An answer is promised by {due}.",
        button="Open the report",
    ),
    NoticeKind.QUARANTINE: Wording(
        subject="Reports wait in quarantine",
        says=(
            "Reports came in faster than usual and were set aside.",
            "Please look through them: a real one may be among them, and its clock is running.",
        ),
        button="Look through the quarantine",
    ),
    NoticeKind.REPORTER_WROTE: Wording(
        subject="The reporter has written",
        says=("The reporter of {reference} has written.",),
        button="Read it",
    ),
    NoticeKind.WITHDRAWAL: Wording(
        subject="The reporter asks to withdraw",
        says=(
            "The reporter of {reference} asks to withdraw it.",
            "Whether it is closed is yours to decide: a vulnerability stays one.",
        ),
        button="Open the report",
    ),
    NoticeKind.HANDED_OVER: Wording(
        subject="You coordinate this report now",
        says=("The coordination of {reference} was handed over to you.",),
        by_when="The next promise on it is due by {due}.",
        button="Open the report",
    ),
    NoticeKind.UNOWNED: Wording(
        subject="Nobody coordinates this report now",
        says=("Whoever coordinated {reference} may not read it any more. Somebody else has to take it.",),
        by_when="The next promise on it is due by {due}.",
        button="Take it",
    ),
    NoticeKind.DEADLINE_NEAR: Wording(
        subject="A promise comes due",
        says=("A promise to the reporter of {reference} comes due.",),
        by_when="It has to be kept by {due}.",
        button="Keep it",
    ),
    NoticeKind.DEADLINE_MISSED: Wording(
        subject="A promise was missed",
        says=(
            "A promise to the reporter of {reference} was not kept in time. The miss is on record.",
            "The reporter still waits. Whoever reads this first, please answer.",
        ),
        by_when="It was due by {due}.",
        button="Answer the reporter",
    ),
    NoticeKind.SHARED: Wording(
        subject="Something confidential was shared with you",
        says=(
            "The security team needs your help with something confidential, {reference}.",
            "What it is, the page tells you after you have signed in. Please keep it to yourself until it is public.",
        ),
        button="See what it is",
    ),
    NoticeKind.ASKED: Wording(
        subject="You are asked to help with something confidential",
        says=(
            "The security team asks for your help with something confidential.",
            "What it is, you learn once you have agreed to keep it to yourself. You need no reason to decline.",
        ),
        button="Agree or decline",
    ),
    NoticeKind.TEAM_CHANGED: Wording(
        subject="The patch team has changed",
        says=(
            "Somebody joined the patch team of {reference}, would rather not, or is on it no longer.",
            "Its page says who, and whether the team is still complete.",
        ),
        button="See the team",
    ),
    NoticeKind.GLASS_BROKEN: Wording(
        subject="A report was opened in an emergency",
        says=(
            "An administrator who does not belong to the team has opened {reference} for one hour.",
            "Who it was, and why, stands in the report's history. On its sharing page you can end it at once.",
        ),
        button="See who and why",
    ),
    NoticeKind.OFFERED: Wording(
        subject="Please take over this report",
        says=(
            "The coordination of {reference} is offered to you.",
            "On its page you accept it, or decline so that somebody else can be asked.",
        ),
        by_when="The next promise on it is due by {due}.",
        button="Answer",
    ),
    NoticeKind.DECLINED: Wording(
        subject="You still coordinate this report",
        says=("Whom you offered {reference} to has declined. You still coordinate it, and can ask somebody else.",),
        by_when="The next promise on it is due by {due}.",
        button="Open the report",
    ),
    NoticeKind.UNANSWERED: Wording(
        subject="Nobody has taken over a report",
        says=("{reference} was offered to somebody, who has not answered in time. Somebody should take it.",),
        by_when="The next promise on it is due by {due}.",
        button="Open the report",
    ),
    NoticeKind.ON_DUTY: Wording(
        subject="A new report, and you are on duty",
        says=(
            "A new report has arrived: {reference}. You are on duty this week, so it is yours to take first.",
            "If you cannot, hand it over: somebody should be at it.",
        ),
        by_when="An answer is promised by {due}.",
        button="Open the report",
    ),
    NoticeKind.MEMBERSHIP_ENDED: Wording(
        subject="You are no longer on the security team",
        says=(
            "Your membership of the security team has ended. Why, your page in the portal tells you after signing in.",
            (
                "What you coordinated was handed over. The page also says what to remove on GitHub by hand, and how to"
                " object if something is wrong."
            ),
        ),
        button="See why",
    ),
    NoticeKind.MEMBER_LEFT: Wording(
        subject="Somebody has left the security team",
        says=(
            "Somebody has left the security team. What they coordinated was handed over or waits for one of you.",
            "Please look through what GitHub lets them do: the portal cannot take that away.",
        ),
        button="See the team",
    ),
    NoticeKind.CREDIT_OF_WORK: Wording(
        subject="May we name you for your work?",
        says=(
            "You worked on a fix, and we would like to thank you for it in public once it is out.",
            "Your page shows exactly what would be printed. Nothing is, unless you agree.",
            "Without an answer you are thanked without a name.",
        ),
        button="Read it and answer",
    ),
    NoticeKind.CREDIT_ASKED: Wording(
        subject="How may we thank you?",
        says=(
            "We would like to thank you in public for {reference}. Nothing is printed unless you agree.",
            "On its page you read exactly what would be printed, and say yes, otherwise, or not at all.",
            _LINK_AT_HAND,
        ),
        button="Read it and answer",
        reporters_page="track-credit-answer",
    ),
    NoticeKind.CREDIT_AGAIN: Wording(
        subject="May we name you?",
        says=(
            "We asked how you want to be thanked for {reference}, and have no answer yet.",
            "Without one we thank nobody by name. You can still change that later.",
            _LINK_AT_HAND,
        ),
        button="Read it and answer",
        reporters_page="track-credit-answer",
    ),
    NoticeKind.THANKS: Wording(
        subject="Thank you",
        says=(
            "What you reported to us as {reference} is published, and what to do about it. Thank you.",
            "Its page leads to the advisory, and keeps what you wrote with us.",
            _LINK_AT_HAND,
        ),
        button="See what was published",
    ),
    NoticeKind.CVE_CAME: Wording(
        subject="There is a CVE ID now",
        says=(
            "What you reported to us as {reference} has its CVE ID now. Everything that we published names it.",
            _LINK_AT_HAND,
        ),
        button="See it on its page",
    ),
    NoticeKind.APPROVAL_ASKED: Wording(
        subject="An advisory waits for your eyes",
        says=(
            "An advisory on {reference} is written, and needs the approval of somebody who has not written it.",
            "If you have a quarter of an hour: read it as somebody would who has never heard of it.",
        ),
        button="Read it",
        page="report-advisories",
    ),
    NoticeKind.SECOND_ASKED: Wording(
        subject="A decision waits for a second person",
        says=("On {reference} somebody proposes a step that takes two people. Please look whether you agree.",),
        button="See what it is",
    ),
    NoticeKind.DAY_PASSED: Wording(
        subject="A release day has passed",
        says=(
            "The day that was planned for the fix of {reference} is over, and the release was not seen.",
            "Nothing is published because a day came. Please plan another day, or say what holds it up.",
        ),
        button="Plan another day",
        page="report-release-plan",
    ),
    NoticeKind.RELEASE_LOST: Wording(
        subject="A release is gone",
        says=(
            "A release with the fix of {reference} was there, and is gone or was changed since.",
            "Please look at it before anything else is published.",
        ),
        button="See which one",
        page="report-day",
    ),
    NoticeKind.STEP_FAILED: Wording(
        subject="A step of the disclosure failed",
        says=(
            "Something about the disclosure of {reference} could not be done, though it was tried repeatedly.",
            "Its page says what, and why. Nothing that was done is undone.",
        ),
        button="See which step",
        page="report-day",
    ),
    NoticeKind.DISCLOSED: Wording(
        subject="It is public now",
        says=(
            "{reference} is disclosed: release, advisory and our own page are there.",
            "What remains to be done until it can be closed stands on its page.",
        ),
        button="See what remains",
        page="report-day",
    ),
    NoticeKind.BY_HAND: Wording(
        subject="An advisory was published by hand",
        says=(
            "Somebody published an advisory on {reference} on GitHub, and not through the portal.",
            "The portal goes on from there. Please look whether the release is out, and what else it needs.",
        ),
        button="See how far it is",
        page="report-day",
    ),
    NoticeKind.CVE_LATE: Wording(
        subject="A CVE ID is late",
        says=(
            "The CVE ID for {reference} was asked for some time ago, and has not come.",
            "Its page says since when, and what else can be tried.",
        ),
        button="See since when",
        page="report-cve",
    ),
    NoticeKind.CREDIT_GONE: Wording(
        subject="A name has to go",
        says=(
            "Somebody who was named for {reference} does not want to be any more.",
            "Its page lists every place where the name was printed, and what is left for a person to change.",
        ),
        button="See the list",
        page="report-credit",
    ),
    NoticeKind.KEY_CHANGED: Wording(
        subject="Your encryption key was changed",
        says=(
            "The OpenPGP key for our mails about {reference} was changed. Its page shows the fingerprint.",
            "If it was you, please confirm it there. Until then nothing is encrypted to the new key.",
            "If it was not you, take it away there, and renew your link: somebody else may hold it.",
        ),
        button="See which key",
    ),
    NoticeKind.PUBLICITY_ASKED: Wording(
        subject="May your report become public?",
        says=(
            "We have looked at {reference}, and believe that it can be talked about in the open.",
            "Its page shows what would be published, word by word. Nothing is published unless you agree.",
        ),
        button="See what would be published",
    ),
    NoticeKind.MAIL_WAITS: Wording(
        subject="A mail was put aside",
        says=(
            "A mail came that belongs to {reference}, or says so, and we cannot tell that it is from whom it names.",
            "Please look at it, and either take it in or refuse it.",
        ),
        button="Look at it",
    ),
    NoticeKind.BOUNCED: Wording(
        subject="A mail to the reporter came back",
        says=(
            "A mail about {reference} could not be delivered to the reporter.",
            "What you wrote stands on their page, but they may not know of it.",
            "If it acknowledged the report, they have not been told, and the promise is not kept.",
        ),
        by_when="The next promise on it is due by {due}.",
        button="See which mail",
    ),
    NoticeKind.UNOPENED: Wording(
        subject="A mail could not be opened",
        says=(
            "An encrypted mail came for {reference}, and the portal has no key that opens it.",
            "It is kept whole. Whoever has the key can take it from its page, and open it on their own machine.",
        ),
        button="Open the report",
    ),
    NoticeKind.GITHUB_CHANGED: Wording(
        subject="A report was changed on GitHub",
        says=("Somebody changed what GitHub has of {reference}. Please look whether it still says what you mean.",),
        button="See what changed",
        page="report-github",
    ),
    NoticeKind.KEY_EXPIRES: Wording(
        subject="Our OpenPGP key expires soon",
        says=(
            "The OpenPGP key to which reporters encrypt expires soon. After that their programs refuse to use it.",
            "Whoever keeps the portal running should make it last longer, or put a new one beside it.",
        ),
        button="See until when",
    ),
    NoticeKind.HEADS_UP: Wording(
        subject=told_ahead.SUBJECT,
        says=("Day, hour, severity and projects stand in this mail, and nothing else of what will be published.",),
        button="Published advisories",
        page="advisories",
    ),
    NoticeKind.DIGEST: Wording(
        subject="Reports with news",
        says=("Since the last daily mail there is news on these reports:",),
        button="Open your dashboard",
    ),
    NoticeKind.ANCHOR: Wording(
        subject="The end of the audit ledger",
        says=(
            "The line below proves later that nothing written before it was changed. Please keep this mail.",
            "To check: put such lines into a file, and run manage.py verify_audit --anchor with its name.",
        ),
        button="Open the portal",
    ),
}

GATHERED: dict[NoticeKind, str] = {
    NoticeKind.NEW_REPORT: "it has arrived",
    NoticeKind.QUARANTINE: "it waits in quarantine",
    NoticeKind.REPORTER_WROTE: "the reporter has written",
    NoticeKind.WITHDRAWAL: "the reporter asks to withdraw",
}
"""A few words in the digest for each kind that can wait."""
