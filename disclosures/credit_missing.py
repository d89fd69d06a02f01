"""Names that their owners agreed to when everything was public already: it has to be written again (P18)."""

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from disclosures.enums import (
    AdvisoryState,
    CreditAnswerKind,
    CreditPlaceKind,
    PlaceState,
    RepositoryAdvisoryState,
    StepKind,
    StepState,
)
from disclosures.models import Advisory, Credit, CreditPlace, RepositoryAdvisory, Step
from portal.policy import Clause, enforces
from reports.models import Report


@enforces(Clause.P18)
def on_our_pages() -> QuerySet[Report]:
    """Reports whose public advisories thank fewer people than agreed. A rehearsal has no page of ours."""
    public = Advisory.objects.filter(report=OuterRef("advised"), report__is_rehearsal=False)
    public = public.exclude(state=AdvisoryState.DRAFT)
    counted = public.order_by().values("report").annotate(found=Count("pk")).values("found")
    return _lacking(CreditPlaceKind.PAGE, Subquery(counted))


@enforces(Clause.P18)
def on_github() -> QuerySet[Report]:
    """The same of advisories there, unless it was found already that nothing can be written to them any more."""
    given_up = Step.objects.filter(
        kind=StepKind.REWRITE, state=StepState.SKIPPED, advisory=OuterRef("advisory"), project=OuterRef("project")
    )
    public = RepositoryAdvisory.objects.filter(
        ~Exists(given_up),
        report=OuterRef("advised"),
        state=RepositoryAdvisoryState.PUBLISHED,
        project__archived_at=None,
    )
    public = public.exclude(advisory__state=AdvisoryState.DRAFT)
    counted = public.order_by().values("report").annotate(found=Count("project", distinct=True)).values("found")
    return _lacking(CreditPlaceKind.GITHUB, Subquery(counted))


def _lacking(kind: CreditPlaceKind, public: Subquery) -> QuerySet[Report]:
    """Where somebody's name stands in fewer places than there are `public` ones; it is in each of them, or in none."""
    standing = CreditPlace.objects.filter(credit=OuterRef("pk"), kind=kind, state=PlaceState.STANDS)
    counted = standing.order_by().values("credit").annotate(found=Count("pk")).values("found")
    named = Credit.objects.filter(answer=CreditAnswerKind.NAMED, report__erased_at=None)
    named = named.annotate(
        advised=Coalesce(F("report__duplicate_of"), F("report")),
        public=Coalesce(public, 0),
        printed=Coalesce(Subquery(counted), 0),
    )
    lacking = named.filter(printed__lt=F("public"))
    return Report.objects.filter(pk__in=lacking.values("advised"), erased_at=None, duplicate_of=None)
