"""What the reporter's side is written."""

from reports.enums import NoticeKind
from reports.wording.wording import Wording

_KEEP = "The link opens the report without an account. Keep it to yourself: whoever has it can read and write there."
_LINK_AT_HAND = (
    "Use the secret link you were given. If it is not at hand, the page sends you a new one to this address."
)

TO_REPORTERS: dict[NoticeKind, Wording] = {
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
    NoticeKind.FINDER: Wording(
        subject="What you found has reached us",
        says=(
            (
                "Somebody passed on to us what you found. We keep it under the reference {reference}, and you are its"
                " reporter from now on."
            ),
            "On its page you see where it stands, and you can add to it or take questions from us.",
            _KEEP,
            "If you do not expect this, please tell us there.",
        ),
        by_when="You will hear from us by {due}.",
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
    NoticeKind.TAKEN_BACK: Wording(
        subject="An advisory was withdrawn",
        says=(
            "We have withdrawn an advisory on what you reported to us as {reference}.",
            "Your page leads to it, and it says why. If you see it otherwise, please tell us there.",
            _LINK_AT_HAND,
        ),
        button="See what it says",
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
}
