"""A repository's security advisory on GitHub: the bodies that are sent.

GitHub takes no field that it does not know, and arrays replace what it had: each body says everything again.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final

from disclosures import scores
from disclosures.formats import documents, plain
from disclosures.formats.documents import Document
from disclosures.github_ranges import to_github
from disclosures.snapshot import Credit, Product, Range, Severity, Snapshot
from portal.policy.clauses import Clause
from portal.policy.enforce import enforces

LONGEST_SUMMARY: Final = 1_024
LONGEST_DESCRIPTION: Final = 65_535
FENCE: Final = "```"


class State(StrEnum):
    """Where an advisory can be moved by a request; there is none that withdraws it."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"


def create_body(snapshot: Snapshot, *, repository: str, start_private_fork: bool = False) -> Document:
    body = _body(snapshot, repository=repository)
    return {**body, "start_private_fork": True} if start_private_fork else body


def update_body(
    snapshot: Snapshot,
    *,
    repository: str,
    collaborating_users: Sequence[str] | None = None,
    collaborating_teams: Sequence[str] | None = None,
) -> Document:
    """Leaves the collaborators as they are unless they are given; an empty list takes all of them away."""
    body = _body(snapshot, repository=repository)
    if collaborating_users is not None:
        body["collaborating_users"] = list(collaborating_users)
    if collaborating_teams is not None:
        body["collaborating_teams"] = list(collaborating_teams)
    return body


def state_body(state: State) -> Document:
    return {"state": state.value}


def report_body(snapshot: Snapshot, *, repository: str) -> Document:
    """For the private report to a project that is not ours, which takes neither CVE ID nor credits."""
    body = _body(snapshot, repository=repository)
    return {name: value for name, value in body.items() if name not in {"cve_id", "credits"}}


def _body(snapshot: Snapshot, *, repository: str) -> Document:
    return {
        "summary": _summary(snapshot),
        "description": description(snapshot, repository=repository),
        "vulnerabilities": vulnerabilities(snapshot.products_in(repository)),
        "cwe_ids": list(dict.fromkeys(snapshot.cwe_ids)),
        "credits": credited(snapshot.credits),
        **({"cve_id": snapshot.cve_id} if snapshot.cve_id else {}),
        **_rating(snapshot),
    }


def _summary(snapshot: Snapshot) -> str:
    """GitHub has no field that says it, so the words do: as whoever withdrew it there by hand wrote them."""
    marked = f"Withdrawn: {documents.title(snapshot)}" if snapshot.withdrawn_at else documents.title(snapshot)
    return plain.shortened(marked, longest=LONGEST_SUMMARY)


def _rating(snapshot: Snapshot) -> Document:
    """A vector or a word, never both. GitHub has no word for "none"."""
    if rated := scores.scores(snapshot):
        return {"cvss_vector_string": rated[0].vector}
    if snapshot.severity in (None, Severity.NONE):
        return {}
    return {"severity": snapshot.severity}


def vulnerabilities(products: Sequence[Product]) -> list[Document]:
    """One for each range, as GitHub has no more than one in each."""
    return [_vulnerability(product, span) for product in products for span in product.ranges or (None,)]


def _vulnerability(product: Product, span: Range | None) -> Document:
    package = {"ecosystem": product.ecosystem.github, "name": plain.line(product.package or product.project)}
    if span is None:
        return {"package": package}
    return {
        "package": package,
        "vulnerable_version_range": to_github(span),
        "patched_versions": span.fixed_in or None,
    }


def credited(people: Sequence[Credit]) -> list[Document]:
    """Those with a GitHub login, each once: GitHub asks them, and shows them when they have accepted."""
    by_login: dict[str, Document] = {}
    for credit in people:
        if credit.handle:
            by_login.setdefault(credit.handle.lower(), {"login": credit.handle, "type": credit.type.value})
    return list(by_login.values())


@enforces(Clause.P30)
def description(snapshot: Snapshot, *, repository: str = "") -> str:
    """The advisory as Markdown. If it is too long the details are cut, and what to do about it stays."""
    details = plain.prose(snapshot.details)
    whole = _assembled(snapshot, details=details, repository=repository)
    if len(whole) <= LONGEST_DESCRIPTION:
        return whole
    pointer = _pointer(snapshot)
    spare = len(details) - (len(whole) - LONGEST_DESCRIPTION) - len(pointer) - len(FENCE) - 4
    cut = f"{_closed(details[: max(spare, 0)])}\n\n{pointer}"
    return _assembled(snapshot, details=cut, repository=repository)[:LONGEST_DESCRIPTION]


def _assembled(snapshot: Snapshot, *, details: str, repository: str) -> str:
    sections = (
        ("", f"**{documents.REHEARSAL_NOTE}**" if snapshot.is_rehearsal else ""),
        ("Withdrawn", plain.prose(snapshot.withdrawal_reason) if snapshot.withdrawn_at else ""),
        ("Overview", plain.prose(snapshot.overview)),
        ("Details", details),
        ("Fix", plain.prose(snapshot.fix)),
        ("Workaround", documents.workaround(snapshot)),
        ("References", _listed(references(snapshot, repository=repository))),
        ("Credit", _thanks(snapshot.credits)),
    )
    return "\n\n".join(f"### {name}\n\n{text}" if name else text for name, text in sections if text)


def _pointer(snapshot: Snapshot) -> str:
    page = plain.address(snapshot.page_url)
    return f"*This has been shortened. All of it stands at <{page}>.*" if page else "*This has been shortened.*"


def _closed(text: str) -> str:
    """A block of code that is cut must still end, or it would swallow what follows."""
    return f"{text.rstrip()}\n{FENCE}" if text.count(FENCE) % 2 else text.rstrip()


def references(snapshot: Snapshot, *, repository: str) -> Iterator[str]:
    """Our own page, what is said elsewhere, and the same advisory in other repositories."""
    seen: set[str] = set()
    elsewhere = [advisory.url for advisory in snapshot.repository_advisories if advisory.repository != repository]
    related = [relation.url for relation in snapshot.related]
    for url in (snapshot.page_url, *elsewhere, *related, *(reference.url for reference in snapshot.references)):
        shown = plain.address(url)
        if shown and shown not in seen:
            seen.add(shown)
            yield shown


def _listed(addresses: Iterator[str]) -> str:
    return "\n".join(f"- <{address}>" for address in addresses)


@enforces(Clause.P18)
def _thanks(people: Sequence[Credit]) -> str:
    """Those whom GitHub cannot name, for want of a login there."""
    return "\n".join(
        f"- {text} ({credit.type.label})"
        for credit in people
        if not credit.handle and (text := plain.markdown(credit.text))
    )
