"""What other pages show of a question about credit that waits for somebody."""

from django.template import Library

from disclosures import credit_answers
from disclosures.models import Credit
from reports.models import Reporter

register = Library()


@register.simple_tag
def credit_of(reporter: Reporter) -> Credit | None:
    """What this reporter was asked or has answered; nothing before."""
    asked = (each for each in credit_answers.of_reporter(reporter) if each.asked_at or each.answer)
    return next((each for each in asked if each.reporter_id == reporter.pk), None)
