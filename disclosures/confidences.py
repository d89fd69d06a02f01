"""What an advisory of a report must not give away: who reported it, what was said, and what we call things.

Nobody reads here what they may not see: the system looks, and only what stands in a draft anyway is ever shown of it.
"""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Q

from disclosures.consent import consented
from disclosures.leaks import Confidences
from portal.policy import Clause, enforces
from portal.viewer import SYSTEM, acting_as
from reports.models import Grant, Report, Reporter
from teams.models import User


@enforces(Clause.P8, Clause.P17)
def confidences_of(report: Report) -> Confidences:
    """On the report and on its duplicates: their reporters are as secret as its own."""
    organisation = settings.POLICY.organisation
    with acting_as(SYSTEM):
        agreed = [credit.text for credit in consented(report)]
        return Confidences(
            identities=list(_identities(report)),
            people=list(_people(report)),
            internal=[*settings.POLICY.advisories.internal_names, *_forks(report)],
            conversation=list(_conversation(report)),
            agreed=[*agreed, organisation.security_address],
            reference_prefix=organisation.reference_prefix,
        )


def _identities(report: Report) -> Iterator[str]:
    rows = Reporter.objects.filter(Q(report=report) | Q(report__duplicate_of=report))
    for reporter in rows.select_related("report", "credit", "credit__report").prefetch_related("finders_named__report"):
        yield from (reporter.name, reporter.email, reporter.credit_name)
        named = [reporter.credit] if hasattr(reporter, "credit") else []
        for credit in (*named, *reporter.finders_named.all()):
            yield from (credit.known_as, credit.name, credit.handle)


def _people(report: Report) -> Iterator[str]:
    granted = Grant.objects.filter(report=report, user__isnull=False)
    for user in User.objects.filter(Q(pk__in=granted.values("user_id")) | Q(coordinated_reports=report)).distinct():
        yield from (user.name, user.github_login)


def _forks(report: Report) -> Iterator[str]:
    """The last part of a private fork's address: it carries the number of the advisory on GitHub."""
    for fix in report.fixes.all():
        yield fix.fork_url.rstrip("/").rpartition("/")[2]


def _conversation(report: Report) -> Iterator[str]:
    for message in report.messages.order_by("-created_at", "-pk"):
        yield message.body
    yield from (report.description, report.reproduction, report.impact, report.exploit_evidence, report.summary)
