"""What may be said of where a mail came from. Only what was proved is shown as proof (EML-02, EML-09)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from reports.enums import MailState, Opened, Signed, Vouched
from reports.models import InboundMail


@dataclass(frozen=True, slots=True)
class Mark:
    """A badge: `icon` is a name of the micro set."""

    word: str
    icon: str
    tone: str = ""


WHO_VOUCHES: Mapping[Vouched, Mark] = {
    Vouched.NOBODY: Mark("nobody vouches for its sender", "exclamation-triangle", "soon"),
    Vouched.SERVER: Mark("our mail server vouches for its sender", "check"),
    Vouched.DKIM: Mark("the sender's domain vouches for it", "check"),
    Vouched.OPENPGP: Mark("the sender's OpenPGP key vouches for it", "check"),
    Vouched.PERSON: Mark("a member vouched for its sender", "user"),
}
HOW_SIGNED: Mapping[Signed, Mark] = {
    Signed.GOOD: Mark("signed by the sender's key", "shield-check", "calm"),
    Signed.FOREIGN: Mark("signed by a key that is not known to be theirs: that proves nothing", "shield-exclamation"),
    Signed.PARTIAL: Mark("only a part of it is signed: that proves nothing", "shield-exclamation", "soon"),
    Signed.BAD: Mark("its signature does not fit: that proves nothing", "shield-exclamation", "late"),
}
HOW_OPENED: Mapping[Opened, Mark] = {
    Opened.OPENED: Mark("came encrypted", "lock-closed", "calm"),
    Opened.RETIRED: Mark("came encrypted to a retired key of ours", "lock-closed", "soon"),
    Opened.SHUT: Mark("encrypted, and we have no key for it", "lock-closed", "late"),
    Opened.BROKEN: Mark("encrypted, and damaged", "lock-closed", "late"),
}


def marks_of(vouched: str, signed: str, opened: str) -> Sequence[Mark]:
    """Who vouches for it, how it was signed, how it was encrypted; of the last two nothing if it was not."""
    found = (
        WHO_VOUCHES[Vouched(vouched)],
        HOW_SIGNED.get(Signed(signed)),
        HOW_OPENED.get(Opened(opened)),
    )
    return [mark for mark in found if mark]


def marks(mail: InboundMail) -> Sequence[Mark]:
    return marks_of(mail.vouched, mail.signed, mail.opened)


class MailFacts(TypedDict):
    code: str
    state: str
    vouched: str
    opened: str
    signed: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What can be told of a mail without opening a word of it."""

    code: str
    state: MailState
    marks: Sequence[Mark]
    is_shut: bool
    at: datetime

    @classmethod
    def read(cls, facts: MailFacts) -> "Told":
        return cls(
            code=facts["code"],
            state=MailState(facts["state"]),
            marks=marks_of(facts["vouched"], facts["signed"], facts["opened"]),
            is_shut=facts["opened"] in {Opened.SHUT, Opened.BROKEN},
            at=datetime.fromisoformat(facts["at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ByMail:
    """A message that came by mail, as a reader may know it. `code` is empty for who may not open the mail itself."""

    marks: Sequence[Mark]
    code: str = ""
    quoted: str = ""
    oddities: Sequence[str] = ()
    recipients: Sequence[str] = ()
    is_shut: bool = False


def by_mail(mail: InboundMail, *, knows_mails: bool, shows_people: bool) -> ByMail:
    """What a mail quotes can name people as much as its head does: that is for who may know the reporter."""
    return ByMail(
        marks=marks(mail),
        code=mail.code if knows_mails else "",
        quoted=mail.quoted if knows_mails else "",
        oddities=mail.oddities.splitlines() if knows_mails else (),
        recipients=mail.recipients.splitlines() if knows_mails and shows_people else (),
        is_shut=mail.opened in {Opened.SHUT, Opened.BROKEN},
    )
