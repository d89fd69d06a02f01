"""How fast one sender reports. Beyond that pace the next one waits in quarantine; it is never refused (RL-04).

A sender is the keyed hash of a mail address, as `Reporter.email_index` and `InboundMail.sender_index` keep it. It is
counted from the rows, so a sender of whom there are none is never too fast: a first report does not wait for this.
The web, where an address is what somebody typed, is besides that paced by network, with `portal.rate_limits`.
"""

from datetime import datetime

from django.conf import settings

from portal.policy import Clause, enforces
from portal.viewer import SYSTEM, acting_as
from reports.enums import MailState, Vouched
from reports.models import InboundMail, Reporter

BEGINS_SOMETHING = (MailState.REPORT, MailState.ASIDE)
"""Mail that is no part of a conversation. Whoever answers us often is no flood."""


@enforces(Clause.P1)
def is_too_fast(*, sender_index: str, now: datetime, vouched: bool = False) -> bool:
    """Whether the next report of this sender waits in quarantine. Asked before its own rows are written.

    `vouched`: somebody says that it is really from this sender. Then only what was vouched for counts, so that nobody
    brings others' reports into quarantine by writing in their name.
    """
    if not sender_index:
        return False
    flood = settings.POLICY.flood
    since, most = flood.sender_counts_since(now), flood.most_from_one_sender
    with acting_as(SYSTEM):
        mails = InboundMail.objects.filter(sender_index=sender_index, arrived_at__gt=since, state__in=BEGINS_SOMETHING)
        if vouched:
            return mails.exclude(vouched=Vouched.NOBODY)[:most].count() >= most
        reports = Reporter.objects.filter(email_index=sender_index, invited_by=None, report__received_at__gt=since)
        return mails[:most].count() >= most or reports[:most].count() >= most
