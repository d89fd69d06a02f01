"""What each kind of mail says. Mails cross networks and lock screens that nobody here controls: they carry the
reference and the link, never a summary, a product, a severity or a name (EML-06).
"""

from collections.abc import Mapping
from types import MappingProxyType

from reports.enums import NoticeKind
from reports.wording.of_the_day import OF_THE_DAY
from reports.wording.to_reporters import TO_REPORTERS
from reports.wording.to_the_team import GATHERED, TO_THE_TEAM
from reports.wording.wording import Wording

__all__ = ["GATHERED", "WORDING", "Wording"]

WORDING: Mapping[NoticeKind, Wording] = MappingProxyType({**TO_REPORTERS, **TO_THE_TEAM, **OF_THE_DAY})
