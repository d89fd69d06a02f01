from collections.abc import Callable, Sequence
from email import message_from_bytes, policy
from enum import Enum, auto

from portal.inbound.values import ReceivedMail


class Vouching(Enum):
    NOBODY = auto()
    SERVER = auto()
    DKIM = auto()


def vouched_for(
    raw: bytes, mail: ReceivedMail, *, our_servers: Sequence[str], find_txt: Callable[[str], bytes | None]
) -> Vouching:
    del find_txt
    topmost = str(message_from_bytes(raw, policy=policy.default).get("Authentication-Results", ""))
    server, _, results = topmost.partition(";")
    is_ours = server.strip() in our_servers and bool(mail.sender.address)
    return Vouching.SERVER if is_ours and "dmarc=pass" in results else Vouching.NOBODY
