"""What makes a request look like a flood. For a report that means quarantine, never refusal (RL-04)."""

from datetime import datetime
from typing import Final

from django.http import HttpRequest

from portal.rate_limits import Scope, take, take_for
from portal.sealed.secrets import address_index
from reports import pacing
from reports.models import Reporter
from reports.submissions import Token

HONEYPOT: Final = "website"
"""A field that people neither see nor reach; programs fill it in."""
PRICE_OF_HASTE: Final = 3
"""A form that came back sooner than a person fills it in counts for so many."""


def is_raised_by(request: HttpRequest, *, token: Token, email: str, now: datetime) -> bool:
    """Whether this report waits in quarantine until a person has looked. The address it names may be a victim's."""
    price = PRICE_OF_HASTE if token.was_sent_in_haste(now=now) else 1
    many = not take_for(Scope.SUBMISSION, request, now=now, cost=price).allowed
    mailed = bool(email) and not take(Scope.LINK_RESEND, f"receipt:{email.lower()}", now=now).allowed
    hasty = pacing.is_too_fast(sender_index=address_index(email), now=now)
    return bool(request.POST.get(HONEYPOT)) or many or mailed or hasty


def uploads_too_much(request: HttpRequest, *, now: datetime) -> bool:
    return not take_for(Scope.UPLOAD, request, now=now).allowed


def writes_too_much(reporter: Reporter, *, now: datetime) -> bool:
    """One link, thousands of messages: each would be mailed to the team."""
    return not take(Scope.ANSWER, f"reporter:{reporter.pk}", now=now).allowed


def asks_for_too_many_links(request: HttpRequest, *, now: datetime) -> bool:
    return not take_for(Scope.LINK_RESEND, request, now=now).allowed
