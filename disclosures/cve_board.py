"""How far each advisory of a report is from its CVE ID, as its page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from disclosures.cve_acts import Act, Way, offered
from disclosures.cve_rejection import Rejection, rejection_of
from disclosures.cve_states import ENDED, is_to_be_spread
from disclosures.enums import AdvisoryState, CveState
from disclosures.models import Advisory, CveRequest
from reports.models import Report
from teams.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`wish` may not be stored yet: an advisory needs an ID from its first moment on."""

    advisory: Advisory
    wish: CveRequest
    earlier: Sequence[CveRequest]
    ways: Sequence[Way]
    standing: str
    rejection: Rejection | None
    since: datetime | None

    @property
    def waits_to_be_spread(self) -> bool:
        """There, and not in everything that was published."""
        return is_to_be_spread(self.wish, self.advisory)


def board(report: Report, *, user: User, may_publish: bool) -> list[Line]:
    """Two queries, however many advisories there are."""
    wishes: dict[int, list[CveRequest]] = {}
    for wish in report.cve_requests.select_related("proposed_by", "agreed_by").order_by("created_at", "id"):
        wishes.setdefault(wish.advisory_id, []).append(wish)
    return [
        _line(advisory, wishes.get(advisory.pk, []), user=user, may_publish=may_publish)
        for advisory in report.advisories.all()
    ]


def _line(advisory: Advisory, wishes: list[CveRequest], *, user: User, may_publish: bool) -> Line:
    live = [wish for wish in wishes if wish.state not in ENDED]
    if not live and advisory.state == AdvisoryState.WITHDRAWN:
        live = wishes[-1:]
    wish = live[-1] if live else CveRequest(report=advisory.report, advisory=advisory, created_at=advisory.created_at)
    wish.advisory, rejection = advisory, rejection_of(advisory, wishes)
    return Line(
        advisory=advisory,
        wish=wish,
        rejection=rejection,
        earlier=[each for each in wishes if each.state in ENDED and each is not wish],
        ways=_ways(wish, rejection, user=user) if may_publish else [],
        standing=standing(wish, advisory),
        since=_since(wish, advisory),
    )


def _ways(wish: CveRequest, rejection: Rejection | None, *, user: User) -> list[Way]:
    """Rejecting is offered once: where it says how."""
    is_said = rejection is not None and rejection.is_left_to_us
    return [way for way in offered(wish, to=user) if not (is_said and way.act is Act.REJECT)]


STANDING = {
    CveState.NOT_NEEDED: "Two people found that none is needed.",
    CveState.REQUESTED: "It is asked for. Nothing waits for it: the ID is added to everything once it has come.",
    CveState.DISPUTED: "Somebody says that it is no vulnerability. Until that is settled, it keeps its ID.",
    CveState.REJECTED: "It was rejected.",
}


WITHDRAWN = {
    CveState.NEEDED: "Its advisory is withdrawn, and it has no ID: two people have to agree that none is needed.",
    CveState.REQUESTED: "Its advisory is withdrawn, and the ID that was asked for may still come.",
    CveState.ASSIGNED: "Its advisory is withdrawn: the ID has to be rejected.",
    CveState.PUBLISHED: "Its advisory is withdrawn: the ID has to be rejected.",
    CveState.REJECTED: "It was rejected, as its advisory is withdrawn.",
}


def standing(wish: CveRequest, advisory: Advisory) -> str:
    """Where it stands, in one or two sentences."""
    is_public = advisory.state != AdvisoryState.DRAFT
    if advisory.state == AdvisoryState.WITHDRAWN and wish.state in WITHDRAWN:
        return WITHDRAWN[CveState(wish.state)]
    if wish.state == CveState.NEEDED:
        return _of_a_need(wish, is_public=is_public)
    return STANDING.get(CveState(wish.state)) or _of_an_id(wish, is_public=is_public)


def _of_a_need(wish: CveRequest, *, is_public: bool) -> str:
    if wish.proposed_by_id is not None:
        return "Somebody proposes that none is needed. A second person has to agree."
    if is_public:
        return "It is published without an ID, and none was asked for yet."
    return "It needs one. GitHub is asked once the advisory is published, unless you choose another way."


def _of_an_id(wish: CveRequest, *, is_public: bool) -> str:
    if not is_public:
        return "It is published with the advisory."
    if wish.spread_at is None:
        return "What was published does not name it yet."
    return "Everything that was published names it."


def _since(wish: CveRequest, advisory: Advisory) -> datetime | None:
    match wish.state:
        case CveState.NEEDED:
            return advisory.published_at
        case CveState.REQUESTED:
            return wish.requested_at
        case CveState.ASSIGNED:
            return wish.assigned_at
        case CveState.PUBLISHED:
            return wish.published_at
        case CveState.DISPUTED | CveState.REJECTED:
            return wish.ended_at
    return None
