"""The CVE ID on an advisory on GitHub: ours, and no rejected one. One that nobody here has read yet stays (P16)."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from disclosures import cves
from disclosures.enums import CveState
from disclosures.formats.documents import Document
from disclosures.models import Advisory, CveRequest, RepositoryAdvisory
from portal.github import RepositoryAdvisory as OnGitHub
from portal.policy import Clause, enforces
from reports import history
from reports.enums import EventKind


class What(Enum):
    NOTHING = auto()
    TAKEN_OFF = auto()
    UNREAD = auto()


@dataclass(frozen=True, slots=True)
class IdChange:
    """What became of the ID that stood there before."""

    what: What
    cve_id: str = ""


@dataclass(frozen=True, slots=True)
class CveThere:
    """What is known of the IDs of an advisory, read before GitHub is asked."""

    ours: str
    rejected: frozenset[str]

    @enforces(Clause.P15, Clause.P16)
    def with_id(self, body: Document, found: OnGitHub) -> Document:
        """`body`, as it may be sent to what was `found`: over one that nobody here knows, none is written."""
        if self._is_unread(found.cve_id):
            return {name: value for name, value in body.items() if name != "cve_id"}
        if found.cve_id and found.cve_id != self.ours:
            return {**body, "cve_id": self.ours or None}
        return body

    def change(self, found: OnGitHub, written: OnGitHub) -> IdChange:
        if self._is_unread(found.cve_id):
            return IdChange(What.UNREAD, found.cve_id)
        if found.cve_id and found.cve_id not in {self.ours, written.cve_id}:
            return IdChange(What.TAKEN_OFF, found.cve_id)
        return IdChange(What.NOTHING)

    def _is_unread(self, cve_id: str) -> bool:
        return bool(cve_id) and cve_id != self.ours and cve_id not in self.rejected


def of(advisory: Advisory) -> CveThere:
    """Of a withdrawn advisory the rejected one stays, with which it is looked up: see `cves.called`."""
    ended = CveRequest.objects.filter(advisory=advisory, state=CveState.REJECTED, cve_id__isnull=False)
    ours = cves.called(advisory).cve_id
    return CveThere(ours, frozenset(cve_id for cve_id in ended.values_list("cve_id", flat=True) if cve_id))


def note(row: RepositoryAdvisory, change: IdChange, *, now: datetime) -> None:
    """One that was not read before is read now."""
    match change.what:
        case What.TAKEN_OFF:
            history.append(
                row.report, EventKind.CVE_CHANGED, by=None, now=now, deed="taken-off-github", project=row.project_id
            )
        case What.UNREAD:
            cves.arrived(cves.need(row.advisory, now=now), change.cve_id, now=now)
