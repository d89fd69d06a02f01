from django.db import models


class Door(models.TextChoices):
    """How a mail reached us."""

    MAILBOX = "mailbox", "from the mailbox"
    PIPE = "pipe", "from the mail server"
    PROVIDER = "provider", "from the mail provider"
    DEMO = "demo", "written in the demo's mailbox"


class MailState(models.TextChoices):
    """What became of a mail. Each ends in exactly one of these (EML-08)."""

    REPORT = "report", "became a report"
    JOINED = "joined", "joined its conversation"
    ASIDE = "aside", "was put aside"
    BOUNCE = "bounce", "says that a mail of ours came back"
    AUTOMATIC = "automatic", "an automatic mail, kept with what it belongs to"
    IGNORED = "ignored", "was ignored"
    REFUSED = "refused", "was refused by a person"


class PutAside(models.TextChoices):
    """Why a mail waits for a person, or is none for the queue."""

    UNVERIFIED = "unverified", "nobody vouches for its sender"
    OTHER_SENDER = "other_sender", "the address to which it came belongs to somebody else"
    NO_ADDRESS = "no_address", "it names a report, and came to no address of that conversation"
    EXPIRED = "expired", "the address to which it came has expired"
    ENDED = "ended", "the sender's access to the report has ended"
    TEAM = "team", "it claims to come from a member of the team"
    SIGN_UP = "sign_up", "it looks like a third party's sign-up mail"
    UNREADABLE = "unreadable", "it could not be read"
    TOO_MANY = "too_many", "its sender wrote more often than usual"
    LIST = "list", "it was sent to many"
    LOOP = "loop", "it is a mail of our own"
    ANSWERED_BY_ITSELF = "auto_reply", "it was sent by no person"
    UNKNOWN_BOUNCE = "unknown_bounce", "it is about no mail of ours"


class Vouched(models.TextChoices):
    """Who says that a mail is from whom it names."""

    NOBODY = "nobody", "nobody"
    SERVER = "server", "our mail server"
    DKIM = "dkim", "a signature of the sender's domain"
    OPENPGP = "openpgp", "an OpenPGP signature by the sender's key"
    PERSON = "person", "a member of the team"


class Opened(models.TextChoices):
    """How a mail was encrypted, and whether we could open it."""

    CLEAR = "clear", "not encrypted"
    OPENED = "opened", "encrypted, and opened"
    RETIRED = "retired", "encrypted to a key that we have retired, and opened"
    SHUT = "shut", "encrypted, and we have no key for it"
    BROKEN = "broken", "encrypted, and damaged"


class KeyCame(models.TextChoices):
    """How somebody on the reporter's side gave us their OpenPGP key."""

    REPORT = "report", "with the report"
    PAGE = "page", "on the report's page"
    MAIL = "mail", "by a later mail"


class Signed(models.TextChoices):
    """What its OpenPGP signature says of a mail, if it has one."""

    NOT = "not", "not signed"
    GOOD = "good", "signed by the sender's key"
    FOREIGN = "foreign", "signed by a key that is not known to be the sender's"
    PARTIAL = "partial", "only a part of it is signed"
    BAD = "bad", "the signature does not fit"
