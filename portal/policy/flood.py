"""When many reports come from one sender, or about the same thing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.policy import values
from portal.policy.keys import Document, IfMissing, Key


@dataclass(frozen=True, slots=True, kw_only=True)
class FloodPolicy:
    """`most_from_one_sender`: reports within `sender_hours` that are taken for a person's own pace."""

    most_from_one_sender: int
    sender_hours: int
    ask_again_days: int

    def sender_counts_since(self, now: datetime) -> datetime:
        return now - timedelta(hours=self.sender_hours)

    def may_ask_again_since(self, now: datetime) -> datetime:
        """Whoever was asked how to reproduce it later than that is not asked again yet."""
        return now - timedelta(days=self.ask_again_days)


MOST_FROM_ONE_SENDER = Key("flood.most_from_one_sender", values.whole_number(1, 1000), IfMissing.TAKE_SHIPPED)
SENDER_HOURS = Key("flood.sender_hours", values.whole_number(1, 168), IfMissing.TAKE_SHIPPED)
ASK_AGAIN_DAYS = Key("flood.ask_again_days", values.whole_number(1, 365), IfMissing.TAKE_SHIPPED)

KEYS: tuple[Key[object], ...] = (MOST_FROM_ONE_SENDER, SENDER_HOURS, ASK_AGAIN_DAYS)


def flood(document: Document) -> FloodPolicy:
    return FloodPolicy(
        most_from_one_sender=MOST_FROM_ONE_SENDER.value(document),
        sender_hours=SENDER_HOURS.value(document),
        ask_again_days=ASK_AGAIN_DAYS.value(document),
    )
