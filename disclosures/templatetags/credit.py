"""What other pages show of a question about credit that waits for somebody."""

from django.template import Library

from disclosures import credit_answers
from disclosures.models import Credit
from reports.models import Reporter
from teams.models import User

register = Library()


@register.simple_tag
def credit_of(reporter: Reporter) -> Credit | None:
    """What this reporter was asked or has answered; nothing before."""
    asked = (each for each in credit_answers.of_reporter(reporter) if each.asked_at or each.answer)
    return next((each for each in asked if each.reporter_id == reporter.pk), None)


@register.simple_tag
def open_credit_questions(user: User) -> int:
    """How often somebody with an account is asked how they want to be named, and has not said."""
    return sum(not each.answer for each in credit_answers.of_person(user))
