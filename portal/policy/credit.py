"""How long somebody is asked how they want to be named, before silence means: nowhere (P17)."""

from dataclasses import dataclass
from datetime import datetime

from portal.policy import values
from portal.policy.business_days import BusinessCalendar
from portal.policy.keys import Document, IfMissing, Key

FEWEST_BETWEEN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditPolicy:
    ask_again_business_days: int
    silence_business_days: int

    def ask_again_at(self, asked_at: datetime, *, calendar: BusinessCalendar) -> datetime:
        """When the second question is due, aware, in the organisation's zone."""
        return calendar.due(asked_at, days=self.ask_again_business_days)

    def silent_at(self, asked_again_at: datetime, *, calendar: BusinessCalendar) -> datetime:
        """When no answer is taken for one. It counts from the second question, however late that was."""
        return calendar.due(asked_again_at, days=self.silence_business_days)


_SHIPPED = IfMissing.TAKE_SHIPPED

ASK_AGAIN_DAYS = Key("credit.ask_again_business_days", values.whole_number(FEWEST_BETWEEN, 60), _SHIPPED)
SILENCE_DAYS = Key("credit.silence_business_days", values.whole_number(1, 60), _SHIPPED)

KEYS: tuple[Key[object], ...] = (ASK_AGAIN_DAYS, SILENCE_DAYS)


def credit(document: Document) -> CreditPolicy:
    return CreditPolicy(
        ask_again_business_days=ASK_AGAIN_DAYS.value(document), silence_business_days=SILENCE_DAYS.value(document)
    )
