"""Who says that a mail is from whom it names. A header that the sender could have written says nothing (EML-02)."""

import re
from urllib.parse import urlsplit

from django.conf import settings

from portal.inbound.authentication import Vouching, vouched_for
from portal.inbound.dns import find_txt, no_txt
from portal.inbound.values import ReceivedMail
from reports.correspondence.opening import OpenedMail
from reports.enums import Signed, Vouched

SAYS = {Vouching.NOBODY: Vouched.NOBODY, Vouching.SERVER: Vouched.SERVER, Vouching.DKIM: Vouched.DKIM}


def who_vouches(raw: bytes, mail: ReceivedMail, opened: OpenedMail) -> Vouched:
    if opened.signed is Signed.GOOD:
        return Vouched.OPENPGP
    lookup = find_txt if settings.MAIL_CHECKS_DKIM else no_txt
    return SAYS[vouched_for(raw, mail, our_servers=settings.MAIL_SERVERS, find_txt=lookup)]


def is_ours(mail: ReceivedMail) -> bool:
    """The portal's own, come back by some way: what it wrote itself is never answered."""
    host = re.escape(urlsplit(settings.BASE_URL).hostname or "localhost")
    return re.fullmatch(rf"<notice\.[\w-]{{22}}@{host}>", mail.message_id) is not None
