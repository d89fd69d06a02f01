"""Fills what the world reads: advisories as the portal would have published them, with their documents.

Everything follows from an advisory's number, so that two databases of one size are alike. Both sizes tell of one year,
so that a page of either is full: what is compared is finding it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import batched
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from disclosures import publishing, shelf
from disclosures import snapshot as snapshots
from disclosures.ecosystems import Ecosystem
from disclosures.enums import TimeToFix
from disclosures.formats.cve import GITHUB
from disclosures.models import PublishedAdvisory, PublishedRevision
from disclosures.snapshot import Credit, Product, Range, RepositoryAdvisory, Revision, Severity, Snapshot

YEARS: Final = 1
PROJECTS: Final = 24
PEOPLE: Final = 3_000
BATCH: Final = 500
LETTERS: Final = "23456789CFGHJMPQRVWX"
SEVERITIES: Final = (Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)
TIMES: Final = tuple(TimeToFix)
PARTS: Final = ("file", "network", "lattice", "policy", "key", "log")
DEEDS: Final = ("read", "write", "forge", "delete", "leak")
WORDS: Final = """
UPDATE disclosures_publishedadvisory SET words =
    setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', identifier), 'B')
    || setweight(to_tsvector('english', snapshot::jsonb -> 'value' ->> 'overview'), 'C')
    || setweight(to_tsvector('english', snapshot::jsonb -> 'value' ->> 'details'), 'C')
WHERE words IS NULL
"""


def publish_everything(count: int, *, now: datetime) -> None:
    """Some at a time; the lists that tell of all are made once, in the end."""
    for numbers in batched(range(count), BATCH, strict=False):
        with transaction.atomic():
            _publish([_told(number, count, now=now) for number in numbers], numbers)
    with transaction.atomic():
        shelf.put_lists()


def _publish(told: Sequence[Snapshot], numbers: Sequence[int]) -> None:
    rows = PublishedAdvisory.objects.bulk_create(map(_row, numbers, told))
    PublishedRevision.objects.bulk_create(map(_revision, rows, told))
    shelf.keep([one for row, snapshot in zip(rows, told, strict=True) for one in shelf.prepare(row, snapshot)])
    with connection.cursor() as cursor:
        cursor.execute(WORDS)


def _told(number: int, count: int, *, now: datetime) -> Snapshot:
    """One of fifty was withdrawn."""
    at = now - timedelta(days=365 * YEARS) * ((number + 1) / count) - timedelta(hours=1)
    identifier, withdrawn = _identifier(number), number % 50 == 0
    part, deed = PARTS[number % len(PARTS)], DEEDS[number % len(DEEDS)]
    return Snapshot(
        identifier=identifier,
        title=f"The {part} provider lets a component {deed} what belongs to word{number % 500}",
        overview=f"A component asks for a path that leaves its folder, and the {part} provider follows it. " * 3,
        details="Start the host, then ask:\n\n```\nGET /../../secret\n```\n\n" + "It is answered, and logged. " * 60,
        fix="Update to 1.4.2.",
        workaround="Serve these files by something else.",
        products=(_product(number),),
        cvss31="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
        severity=SEVERITIES[number % len(SEVERITIES)],
        cwe_ids=("CWE-22",),
        credits=tuple(_credits(number)),
        cve_id=f"CVE-{at.year}-{10_000 + number}",
        cve_assigner=GITHUB,
        repository_advisories=(_on_github(number),),
        organisation=publishing.organisation(),
        page_url=f"{settings.BASE_URL}/advisories/{identifier}/",
        published_at=at,
        modified_at=at,
        withdrawn_at=at if withdrawn else None,
        withdrawal_reason="It cannot be reached." if withdrawn else "",
        revisions=(Revision(number=1, at=at, changed="First published."),),
    )


def _identifier(number: int) -> str:
    spread = (number + 1) * 579_904_757 % len(LETTERS) ** 8
    code = "".join(LETTERS[spread // len(LETTERS) ** place % len(LETTERS)] for place in range(8))
    return f"{settings.POLICY.organisation.reference_prefix}-SA-{code[:4]}-{code[4:]}"


def _product(number: int) -> Product:
    project = f"project-{number % PROJECTS}"
    return Product(
        project=project,
        repository=f"example/{project}",
        repository_url=f"https://github.com/example/{project}",
        ecosystem=Ecosystem.RUST,
        package=project,
        ranges=(Range(introduced="1.0.0", fixed_in="1.4.2"),),
    )


def _on_github(number: int) -> RepositoryAdvisory:
    ghsa_id = f"GHSA-2222-{number // 10_000:04}-{number % 10_000:04}"
    repository = f"example/project-{number % PROJECTS}"
    url = f"https://github.com/{repository}/security/advisories/{ghsa_id}"
    return RepositoryAdvisory(repository=repository, ghsa_id=ghsa_id, url=url)


def _credits(number: int) -> Iterator[Credit]:
    """Nobody, one or two."""
    for person in range(number % 3):
        name = f"Person {(number * 7 + person) % PEOPLE}"
        yield Credit(text=name, name=name)


def _row(number: int, told: Snapshot) -> PublishedAdvisory:
    return PublishedAdvisory(
        identifier=told.identifier,
        title=told.title,
        severity=told.severity or "",
        cve_ids=[told.cve_id],
        ghsa_ids=list(told.ghsa_ids),
        projects=[product.project for product in told.products],
        published_at=told.published_at or told.modified_at,
        modified_at=told.modified_at,
        withdrawn_at=told.withdrawn_at,
        thanked=[credit.text for credit in told.credits],
        time_to_fix=TIMES[number % len(TIMES)],
        revision=1,
        snapshot=snapshots.to_json(told),
    )


def _revision(row: PublishedAdvisory, told: Snapshot) -> PublishedRevision:
    return PublishedRevision(
        advisory=row, number=1, at=told.modified_at, summary="First published.", snapshot=row.snapshot
    )
