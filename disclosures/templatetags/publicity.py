"""What other pages show of the question whether a report may become public."""

from django.template import Library

from disclosures.models import PublicIssue
from disclosures.publicity import current
from reports.models import Reporter

register = Library()


@register.simple_tag
def publicity_of(reporter: Reporter) -> PublicIssue | None:
    """What this reporter is asked, has agreed to, or what became public."""
    return None if reporter.is_co_reporter else current(reporter.report)
