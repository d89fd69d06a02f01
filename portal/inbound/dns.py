"""The public keys of mail domains, as DNS has them. It may take seconds: no request waits for it."""

import logging
from functools import cache
from typing import Final

from dns.exception import DNSException
from dns.name import from_text
from dns.rdatatype import TXT
from dns.resolver import Resolver

LONGEST_WAIT: Final = 5.0
"""In seconds, for all servers and attempts together."""
WAIT_FOR_ONE: Final = 2.0
LONGEST_NAME: Final = 253
LONGEST_RECORD: Final = 10_000

logger = logging.getLogger(__name__)


def find_txt(name: str, *, resolver: Resolver | None = None, longest_wait: float = LONGEST_WAIT) -> bytes | None:
    """The TXT record of a name. Nothing if there is none, or several, or if nobody answers in time.

    `resolver`: another than this machine's.
    """
    if not name.isascii() or len(name) > LONGEST_NAME:
        return None
    try:
        answer = (resolver or _resolver()).resolve(from_text(name), TXT, lifetime=longest_wait, search=False)
        records = [b"".join(each.strings) for each in answer]
    except (DNSException, OSError, UnicodeError) as error:
        logger.info("A key of a mail domain was not found: %s", type(error).__name__)
        return None
    return records[0] if len(records) == 1 and len(records[0]) <= LONGEST_RECORD else None


def no_txt(name: str) -> bytes | None:  # noqa: ARG001 - in the place of `find_txt`
    """Where no signatures are to be checked: nothing is ever found."""
    return None


@cache
def _resolver() -> Resolver:
    """As this machine's settings have it."""
    resolver = Resolver()
    resolver.timeout = WAIT_FOR_ONE
    return resolver
