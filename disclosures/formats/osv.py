"""An advisory as a record of the Open Source Vulnerability schema, 1.7.5."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from disclosures import ecosystems, scores
from disclosures.ecosystems import Ecosystem
from disclosures.formats import documents, plain
from disclosures.formats.documents import Document, stamp, without_gaps
from disclosures.snapshot import Credit, Product, Range, Reference, ReferenceKind, Relation, Snapshot

SCHEMA_VERSION: Final = "1.7.5"
OUTSIDE: Final = "x_"
"""What an id begins with while no database that OSV knows has given one."""
BEGINNING: Final = "0"

COMMIT: Final = re.compile(r"(?P<repository>https://[^?#\s]+)/commit/(?P<hash>[0-9a-f]{40}|[0-9a-f]{64})")

SCORE_TYPES: Final = {"3.1": "CVSS_V3", "4.0": "CVSS_V4"}


def record_id(snapshot: Snapshot) -> str:
    """The first GHSA id. Without one, as in a draft or a rehearsal, our own with the schema's mark of a stranger."""
    return id_of(snapshot.identifier, snapshot.ghsa_ids)


def id_of(identifier: str, ghsa_ids: Sequence[str]) -> str:
    return next(iter(ghsa_ids), "") or f"{OUTSIDE}{identifier}"


def record(snapshot: Snapshot) -> Document:
    own = record_id(snapshot)
    others = (*snapshot.ghsa_ids, snapshot.cve_id)
    return without_gaps(
        {
            "schema_version": SCHEMA_VERSION,
            "id": own,
            "modified": stamp(snapshot.modified_at),
            "published": stamp(snapshot.published_at) if snapshot.published_at else None,
            "withdrawn": stamp(snapshot.withdrawn_at) if snapshot.withdrawn_at else None,
            "aliases": [alias for alias in dict.fromkeys(others) if alias and alias != own],
            "related": list(dict.fromkeys(plain.line(relation.identifier) for relation in snapshot.related)),
            "summary": documents.title(snapshot),
            "details": details(snapshot),
            "severity": severity(snapshot),
            "affected": [affected(product, references=snapshot.references) for product in snapshot.products],
            "references": list(_references(snapshot)),
            "credits": [credited(credit) for credit in snapshot.credits if plain.line(credit.text)],
            "database_specific": _ours(snapshot),
        }
    )


def details(snapshot: Snapshot) -> str:
    sections = (
        ("", f"**{documents.REHEARSAL_NOTE}**" if snapshot.is_rehearsal else ""),
        ("Withdrawn", plain.prose(snapshot.withdrawal_reason) if snapshot.withdrawn_at else ""),
        ("", plain.prose(snapshot.overview)),
        ("Details", plain.prose(snapshot.details)),
        ("Fix", plain.prose(snapshot.fix)),
        ("Workaround", documents.workaround(snapshot)),
    )
    return "\n\n".join(f"## {name}\n\n{text}" if name else text for name, text in sections if text)


def severity(snapshot: Snapshot) -> list[Document]:
    return [{"type": SCORE_TYPES[rated.version], "score": rated.vector} for rated in scores.scores(snapshot)]


def affected(product: Product, *, references: Sequence[Reference] = ()) -> Document:
    """In an ecosystem that OSV knows as ranges of its versions; else as a repository, with the versions named."""
    if product.ecosystem.osv is None:
        return _in_repository(product, references)
    package = {
        "ecosystem": product.ecosystem.osv,
        "name": package_name(product),
        "purl": product.purl,
    }
    kind = "SEMVER" if product.ecosystem.is_semantic and _is_strict(product.ranges) else "ECOSYSTEM"
    return without_gaps(
        {
            "package": {name: value for name, value in package.items() if value or name != "purl"},
            "ranges": [{"type": kind, "events": list(events(span))} for span in product.ranges],
            "database_specific": without_gaps({"fixed_in": _beside(product.ranges)}),
        }
    )


def package_name(product: Product) -> str:
    """OSV knows a Swift package by the address of its source."""
    name = plain.line(product.package)
    if product.ecosystem is Ecosystem.SWIFT and name and "://" not in name:
        return f"https://{name}"
    return name


def events(span: Range) -> Iterator[Document]:
    """`fixed` and `last_affected` exclude each other: the bound of the range is the one that counts."""
    yield {"introduced": span.introduced or BEGINNING}
    if span.last_affected:
        yield {"last_affected": span.last_affected}
    elif span.fixed_in:
        yield {"fixed": span.fixed_in}


def _is_strict(ranges: Sequence[Range]) -> bool:
    """Whether all versions are written as semver.org wants them, which OSV expects of a range that says so."""
    ends = [end for span in ranges for end in (span.introduced, span.last_affected or span.fixed_in) if end]
    return all(ecosystems.STRICTLY_SEMANTIC.fullmatch(end) for end in ends)


def _in_repository(product: Product, references: Sequence[Reference]) -> Document:
    """Only commits bound a range of a Git repository, and versions are told in words that programs can read.

    A range without its end alarms everybody for ever: it is left out when there is a fix whose commit nobody named.
    """
    return without_gaps(
        {
            "ranges": list(_git_ranges(product, references)),
            "versions": list(_named(product.ranges)),
            "database_specific": without_gaps(
                {
                    "package": plain.line(product.package),
                    "purl": product.purl,
                    "version_ranges": [list(events(span)) for span in product.ranges],
                    "fixed_in": _beside(product.ranges),
                }
            ),
        }
    )


def _git_ranges(product: Product, references: Sequence[Reference]) -> Iterator[Document]:
    repository = plain.address(product.repository_url)
    introduced = _commits(repository, references, kind=ReferenceKind.INTRODUCED) or [BEGINNING]
    fixed = _commits(repository, references, kind=ReferenceKind.FIX)
    ends = any(span.last_affected or span.fixed_in for span in product.ranges)
    if repository and product.ranges and (fixed or not ends):
        known = [*({"introduced": commit} for commit in introduced), *({"fixed": commit} for commit in fixed)]
        yield {"type": "GIT", "repo": repository, "events": known}


def _commits(repository: str, references: Sequence[Reference], *, kind: ReferenceKind) -> list[str]:
    """The commits of this repository that are referred to by their whole hashes."""
    found = [COMMIT.fullmatch(reference.url) for reference in references if reference.kind is kind]
    return list(dict.fromkeys(commit["hash"] for commit in found if commit and commit["repository"] == repository))


def _named(ranges: Sequence[Range]) -> dict[str, None]:
    """Of what lies between the ends of a range nothing is known here, but that the ends themselves are affected."""
    return dict.fromkeys(end for span in ranges for end in (span.introduced, span.last_affected) if end)


def _beside(ranges: Sequence[Range]) -> list[str]:
    """The fixes that the ranges themselves have no room for."""
    return list(dict.fromkeys(span.fixed_in for span in ranges if span.fixed_in and span.last_affected))


def _references(snapshot: Snapshot) -> Iterator[Document]:
    advisories = (snapshot.page_url, *(advisory.url for advisory in snapshot.repository_advisories))
    packages = dict.fromkeys(product.repository_url for product in snapshot.products)
    listed = (
        *((url, ReferenceKind.ADVISORY) for url in advisories),
        *((reference.url, reference.kind) for reference in snapshot.references),
        *((url, ReferenceKind.PACKAGE) for url in packages),
    )
    seen: set[str] = set()
    for url, kind in listed:
        address = plain.address(url)
        if address and address not in seen:
            seen.add(address)
            yield {"type": kind.value, "url": address}


def credited(credit: Credit) -> Document:
    """With the very text that the person agreed to."""
    contact = [f"https://{ecosystems.REPOSITORY_HOST}/{credit.handle}"] if credit.handle else []
    return without_gaps({"name": plain.line(credit.text), "type": credit.type.value.upper(), "contact": contact})


def _ours(snapshot: Snapshot) -> Document:
    return without_gaps(
        {
            "identifier": snapshot.identifier,
            "cwe_ids": list(dict.fromkeys(snapshot.cwe_ids)),
            "severity": snapshot.severity.value.upper() if snapshot.severity else "",
            "related": [_related(relation) for relation in snapshot.related],
            "withdrawal_reason": plain.prose(snapshot.withdrawal_reason) if snapshot.withdrawn_at else "",
            "rehearsal": True if snapshot.is_rehearsal else None,
        }
    )


def _related(relation: Relation) -> Document:
    return {"identifier": plain.line(relation.identifier), "relation": relation.kind.value}
