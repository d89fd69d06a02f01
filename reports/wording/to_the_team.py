"""What the team is written, and whom it let in: reports, promises, people and mail."""

from reports.enums import NoticeKind
from reports.wording.wording import Wording

TO_THE_TEAM: dict[NoticeKind, Wording] = {
    NoticeKind.NEW_REPORT: Wording(
        subject="A new report has arrived",
        says=("A new report has arrived: {reference}. It waits for a person to acknowledge it.",),
        by_when="An answer is promised by {due}.",
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
