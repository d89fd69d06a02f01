"""What becomes of a mail, from what is known about it. Pure: the table that the team's trust rests on.

Whoever writes is believed only if somebody vouches for them; what is not believed waits for a person (trap 38).
"""

from dataclasses import dataclass
from enum import Enum, auto

from portal.inbound.values import Automatic, ReceivedMail
from reports.enums import MailState, PutAside, Vouched

WAITS = frozenset({PutAside.TOO_MANY, PutAside.LIST, PutAside.ANSWERED_BY_ITSELF})
"""A scanner or another team's system may have found something real, so such mail is a report, which nobody answers."""


class Side(Enum):
    REPORTER = auto()
    TEAM = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """That a mail belongs to a report: by the address to which it came, or by a reference in its subject.

    `is_theirs`: the sender named in it is the one to whom the address was given, or takes part in that report.
    `is_over`: that person may not see the report any more.
    """

    by_address: bool
    side: Side
    is_theirs: bool
    is_expired: bool = False
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    state: MailState
    why: PutAside | None = None

    @property
    def is_quarantined(self) -> bool:
        """A report, which waits for a person to look at it, and is not answered."""
        return self.state is MailState.REPORT and self.why in WAITS


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that is known of a mail. `is_ours`: the portal itself wrote it. `is_too_fast`: its sender began too many."""

    mail: ReceivedMail
    vouched: Vouched
    claim: Claim | None = None
    is_ours: bool = False
    is_too_fast: bool = False


def judge(known: Known) -> Verdict:
    """The first line that fits. Bounces of mails that we know were settled before."""
    automatic, claim = known.mail.automatic, known.claim
    by_itself = automatic in {Automatic.REPLY, Automatic.BOUNCE}
    doubt = _doubt(known, claim) if claim else None
    lines = (
        (known.is_ours, MailState.IGNORED, PutAside.LOOP),
        (by_itself and claim is not None and claim.by_address, MailState.AUTOMATIC, PutAside.ANSWERED_BY_ITSELF),
        (automatic is Automatic.BOUNCE, MailState.IGNORED, PutAside.UNKNOWN_BOUNCE),
        (automatic is Automatic.REPLY and bool(known.mail.refers_to), MailState.IGNORED, PutAside.ANSWERED_BY_ITSELF),
        (automatic is Automatic.REPLY, MailState.REPORT, PutAside.ANSWERED_BY_ITSELF),
        (automatic is Automatic.SIGN_UP, MailState.ASIDE, PutAside.SIGN_UP),
        (doubt is not None, MailState.ASIDE, doubt),
        (claim is not None, MailState.JOINED, None),
        (bool(known.mail.unreadable), MailState.REPORT, PutAside.UNREADABLE),
        (automatic is Automatic.LIST, MailState.REPORT, PutAside.LIST),
        (known.is_too_fast, MailState.REPORT, PutAside.TOO_MANY),
    )
    return next((Verdict(state, why) for fits, state, why in lines if fits), Verdict(MailState.REPORT))


def _doubt(known: Known, claim: Claim) -> PutAside | None:
    """Why it is not taken for what it says; the first line that fits. Who is of the team needs the address too."""
    is_team = claim.side is Side.TEAM
    nobody_vouches = known.vouched is Vouched.NOBODY or known.mail.senders != 1
    lines = (
        (claim.is_over, PutAside.ENDED),
        (claim.is_expired, PutAside.EXPIRED),
        (bool(known.mail.unreadable), PutAside.UNREADABLE),
        (not claim.is_theirs and claim.by_address, PutAside.OTHER_SENDER),
        (not claim.is_theirs, PutAside.NO_ADDRESS),
        (is_team and (nobody_vouches or not claim.by_address), PutAside.TEAM),
        (nobody_vouches, PutAside.UNVERIFIED),
    )
    return next((why for fits, why in lines if fits), None)
