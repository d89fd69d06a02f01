"""What is written towards the day of a release, and after it."""

from reports import told_ahead
from reports.enums import NoticeKind
from reports.wording.wording import Wording

OF_THE_DAY: dict[NoticeKind, Wording] = {
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
    NoticeKind.CREDIT_OF_WORK: Wording(
        subject="May we name you for your work?",
        says=(
            "You worked on a fix, and we would like to thank you for it in public once it is out.",
            "Your page shows exactly what would be printed. Nothing is, unless you agree.",
            "Without an answer you are thanked without a name.",
        ),
        button="Read it and answer",
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
            "The portal goes on from there. Please look whether every release is out, and what else it needs.",
            "If our own page is not out yet, it waits for every release, or until two people agree not to wait.",
        ),
        button="See how far it is",
        page="report-day",
    ),
    NoticeKind.WITHDRAWN: Wording(
        subject="An advisory is withdrawn",
        says=(
            "Two people have withdrawn an advisory on {reference}. Our own page says so, and why.",
            "Its page lists what people have to change on GitHub and about the CVE ID.",
        ),
        button="See what is left to do",
        page="report-advisories",
    ),
    NoticeKind.WITHDRAWN_THERE: Wording(
        subject="An advisory was withdrawn on GitHub",
        says=(
            "Somebody withdrew an advisory on {reference} on GitHub, and not through the portal.",
            "Our own page stays as it is. If they are right, please withdraw it there, too: that takes two people.",
        ),
        button="See which one",
        page="report-day",
    ),
    NoticeKind.UNKNOWN_ADVISORY: Wording(
        subject="An advisory that the portal does not know is public",
        says=(
            "In a repository that {reference} concerns, somebody published an advisory that the portal does not know.",
            "It may be about something else. If it is about this, name it on the page of the day.",
            "Then the portal goes on with it, and makes no second one.",
        ),
        button="See which one",
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
    NoticeKind.CVE_NEEDED: Wording(
        subject="A CVE ID is needed, and nobody asks for it",
        says=(
            "An advisory on {reference} is public without a CVE ID, and none is asked for.",
            "Its page says since when, and by which ways one can be had.",
        ),
        button="See by which ways",
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
    NoticeKind.HEADS_UP: Wording(
        subject=told_ahead.SUBJECT,
        says=("Day, hour, severity and projects stand in this mail, and nothing else of what will be published.",),
        button="Published advisories",
        page="advisories",
    ),
}
