"""Writes what the world is told. It is given a snapshot and knows nothing of reports: see `disclosures.publishing`."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from django.contrib.postgres.search import SearchVector
from django.db.models import Value
from django.db.models.expressions import Combinable

from disclosures import shelf
from disclosures import snapshot as snapshots
from disclosures.enums import TimeToFix
from disclosures.formats import plain
from disclosures.models import PublishedAdvisory, PublishedRevision
from disclosures.snapshot import Credit, Snapshot
from portal import characters
from portal.policy import Clause, enforces

FIRST: Final = "First published."
CHANGED: Final = "Changed."
TAKEN_OUT: Final = "[name taken out]"
LANGUAGE: Final = "english"
"""How PostgreSQL brings words to their stems."""
MOST_SEARCHED: Final = 100_000
"""Characters of a text by which it is found."""
_NO_MOMENT: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Written:
    """`is_new`: whether there was anything to tell."""

    number: int
    is_new: bool


def write(snapshot: Snapshot, *, changed: str = "", time_to_fix: TimeToFix | None = None, now: datetime) -> Written:
    """A new public revision, unless it says what the one before said. Run it in a transaction that has the advisory.

    Whom it no longer thanks is thanked by no earlier one either.
    """
    before = PublishedAdvisory.objects.filter(identifier=snapshot.identifier).first()
    earlier = list(PublishedRevision.objects.filter(advisory=before).order_by("number")) if before else []
    if earlier and _same(snapshots.from_json(earlier[-1].snapshot), snapshot):
        return Written(earlier[-1].number, is_new=False)
    number, summary = len(earlier) + 1, (changed or CHANGED) if earlier else FIRST
    told = [snapshots.Revision(number=row.number, at=row.at, changed=row.summary) for row in earlier]
    told.append(snapshots.Revision(number=number, at=now, changed=summary))
    whole = replace(snapshot, revision=number, revisions=tuple(told))
    kept = _keep(whole, time_to_fix=time_to_fix, now=now)
    PublishedRevision.objects.create(
        advisory=kept, number=number, at=now, summary=summary, snapshot=snapshots.to_json(whole)
    )
    forget_credit(earlier, agreed=snapshot.credits)
    return Written(number, is_new=True)


@enforces(Clause.P17)
def forget_credit(revisions: Iterable[PublishedRevision], *, agreed: Sequence[Credit]) -> None:
    """Rewrite these, so that nobody is named who does not agree any more. Nothing else of what was public changes."""
    for revision in revisions:
        told = snapshots.from_json(revision.snapshot)
        fewer = replace(told, credits=tuple(credit for credit in told.credits if credit in agreed))
        if fewer != told:
            PublishedRevision.objects.filter(pk=revision.pk).update(snapshot=snapshots.to_json(fewer))


@enforces(Clause.P17)
def forget_names(identifier: str, names: Iterable[str]) -> None:
    """Take names out of the words of every earlier revision: the newest is written without them already."""
    patterns = [
        re.compile(rf"\b{r'\s+'.join(map(re.escape, name.split()))}\b", re.IGNORECASE) for name in names if name
    ]
    if not patterns:
        return
    for revision in PublishedRevision.objects.filter(advisory__identifier=identifier):
        told = snapshots.from_json(revision.snapshot)
        fewer = replace(
            told,
            title=_without(patterns, told.title),
            overview=_without(patterns, told.overview),
            details=_without(patterns, told.details),
            fix=_without(patterns, told.fix),
            workaround=_without(patterns, told.workaround),
        )
        if fewer != told:
            PublishedRevision.objects.filter(pk=revision.pk).update(snapshot=snapshots.to_json(fewer))


def _without(patterns: Iterable[re.Pattern[str]], text: str) -> str:
    for pattern in patterns:
        text = pattern.sub(TAKEN_OUT, text)
    return text


def _keep(whole: Snapshot, *, time_to_fix: TimeToFix | None, now: datetime) -> PublishedAdvisory:
    kept, is_first = PublishedAdvisory.objects.update_or_create(
        identifier=whole.identifier,
        defaults={
            "title": whole.title,
            "severity": whole.severity or "",
            "cve_ids": [whole.cve_id] if whole.cve_id else [],
            "ghsa_ids": list(whole.ghsa_ids),
            "projects": list(dict.fromkeys(product.project for product in whole.products)),
            "thanked": list(dict.fromkeys(text for credit in whole.credits if (text := plain.line(credit.text)))),
            "published_at": whole.published_at or now,
            "modified_at": now,
            "withdrawn_at": whole.withdrawn_at,
            "revision": whole.revision,
            "snapshot": snapshots.to_json(whole),
        },
    )
    PublishedAdvisory.objects.filter(pk=kept.pk).update(words=_words(whole))
    if is_first and time_to_fix:
        PublishedAdvisory.objects.filter(pk=kept.pk).update(time_to_fix=time_to_fix)
    shelf.put(kept, whole)
    return kept


def _words(whole: Snapshot) -> Combinable:
    """Titles count for more than texts; what is hidden behind "Details" counts as well."""
    packages = (f"{product.project} {product.package}" for product in whole.products)
    named = " ".join((whole.identifier, whole.cve_id, *whole.ghsa_ids, *whole.cwe_ids, *packages))
    texts = f"{whole.overview} {whole.details} {whole.fix} {whole.workaround}"
    weighed = ((whole.title, "A"), (named, "B"), (texts[:MOST_SEARCHED], "C"))
    first, second, third = (
        SearchVector(Value(characters.storable(text)), config=LANGUAGE, weight=weight) for text, weight in weighed
    )
    return first + second + third


def _same(one: Snapshot, other: Snapshot) -> bool:
    """Whether they differ in nothing but when they were made."""
    return _undated(one) == _undated(other)


def _undated(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, modified_at=_NO_MOMENT, revision=0, revisions=())
