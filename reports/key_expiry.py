"""The team hears in time that the OpenPGP key to which others encrypt comes to its end (P4)."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from portal import openpgp
from portal.moments import exact
from portal.openpgp import gnupg_home
from portal.policy import Clause, enforces
from reports import notices
from reports.enums import NoticeKind
from reports.models import Notification
from teams.models import SecurityTeamMembership, User

DAYS_BEFORE: Final = (60, 30, 7, 0)
"""Each is a mail of its own; whoever joins in between hears of the next."""
NO_GNUPG: Final = "GnuPG is not installed beside the portal: encrypted mail cannot be opened."


@enforces(Clause.P4)
def tell(*, now: datetime) -> None:
    """Asked every minute: as a rule there is nothing to tell, or all have been told."""
    key = openpgp.own_key()
    if key is None or key.expires_at is None:
        return
    reached = [days for days in DAYS_BEFORE if key.expires_at - now <= timedelta(days=days)]
    if not reached:
        return
    members = SecurityTeamMembership.objects.current(at=now).values("user_id")
    fact = f"{key.fingerprint[-16:]}:{key.expires_at:%Y%m%d}:{min(reached)}"
    told = notices.of_the_team(
        NoticeKind.KEY_EXPIRES, User.objects.filter(is_active=True, pk__in=members), fact=fact, now=now
    )
    known = set(
        Notification.objects.filter(dedupe_key__in=[notice.dedupe_key for notice in told]).values_list(
            "dedupe_key", flat=True
        )
    )
    notices.write([notice for notice in told if notice.dedupe_key not in known])


def warnings(*, now: datetime) -> list[str]:
    """Sentences for the dashboard of those who can do something about it."""
    key = openpgp.own_key()
    if key is None:
        return []
    return [*_end(key.expires_at, now=now), *([] if gnupg_home.is_installed() else [NO_GNUPG])]


def _end(expires_at: datetime | None, *, now: datetime) -> list[str]:
    if expires_at is None or expires_at - now > timedelta(days=max(DAYS_BEFORE)):
        return []
    moment = exact(expires_at, zone=settings.POLICY.calendar.zone)
    if expires_at <= now:
        return [f"Our OpenPGP key has expired, on {moment}: nobody can encrypt to it any more."]
    return [f"Our OpenPGP key expires on {moment}. It can be made to last longer, which its owners have to do in time."]
