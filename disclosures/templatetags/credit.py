"""What other pages show of a question about credit that waits for somebody."""

from django.template import Library

from disclosures.models import Credit
from reports.models import Reporter

register = Library()


@register.simple_tag
def credit_of(reporter: Reporter) -> Credit | None:
    """What this reporter was asked or has answered; nothing before. They look themselves: it is their own row."""
    credit = Credit.objects.filter(reporter=reporter).exclude(asked_at=None, answer="").first()
    if credit is not None:
        credit.report = reporter.report
    return credit
