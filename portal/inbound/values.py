"""A mail as it was read: plain values, whatever the bytes were. `portal.inbound.parsing` makes them; nothing here knows
reports.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto


@dataclass(frozen=True, slots=True)
class Address:
    """`address` in lower case, without anything around it; empty if there is none. Neither proves anything (EML-02)."""

    name: str = ""
    address: str = ""

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedFile:
    """`name` can be shown and used as it is; `what` says in words what a file is that not everybody can open."""

    name: str
    content: bytes
    content_type: str = "application/octet-stream"
    what: str = ""


class Automatic(Enum):
    """What sort of mail it is that no person wrote to us. None of them is ever answered (EML-05)."""

    NO = auto()
    REPLY = auto()
    """Holidays, "we have received your mail", ticket systems."""
    LIST = auto()
    BOUNCE = auto()
    SIGN_UP = auto()
    """A third party asks to confirm an address or gives a code: reading it would let somebody in there (EML-11)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """What a delivery status notification says (RFC 3464). `is_final`: no further attempt will be made."""

    is_final: bool
    status: str
    """Such as `5.1.1`; empty if it gives none."""
    original_id: str
    """The Message-ID of the mail that came back; empty if it does not say."""


class OpenPGPForm(Enum):
    ENCRYPTED_MIME = auto()
    SIGNED_MIME = auto()
    ENCRYPTED_INLINE = auto()
    SIGNED_INLINE = auto()
    ENCRYPTED_FILES = auto()
    """Plain text with files, of which at least one is encrypted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPGPPart:
    """What OpenPGP has to work on. `covers_all`: all that is shown of the mail lies in it (EML-09)."""

    form: OpenPGPForm
    content: bytes
    """The ciphertext; for signed mail the bytes that were signed, exactly as they came."""
    signature: bytes = b""
    """Detached; empty where it lies in `content`."""
    covers_all: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMail:
    """Everything that a stranger sent is text in here that can be stored: no NUL, no lone surrogate, bounded."""

    message_id: str = ""
    """With its angle brackets; empty if there is none or it is none."""
    refers_to: Sequence[str] = ()
    """Message-IDs of In-Reply-To and References, the nearest first."""
    sent_at: datetime | None = None
    """What the sender's clock says; proves nothing."""
    sender: Address = Address()
    senders: int = 1
    """How many addresses stand in From: with several, nobody is its author."""
    return_path: str | None = None
    """None: our server did not say. Empty: the null sender."""
    reply_to: Sequence[Address] = ()
    to: Sequence[Address] = ()
    cc: Sequence[Address] = ()
    delivered_to: Sequence[str] = ()
    """Envelope recipients in lower case, where our server wrote them down."""
    subject: str = ""
    text: str = ""
    """What they wrote, without what they quoted below."""
    quoted: str = ""
    html: str = ""
    """As it came; unsafe to show."""
    files: Sequence[ReceivedFile] = ()
    keys: Sequence[bytes] = ()
    """OpenPGP keys that came with it, attached or in an Autocrypt header, unchecked."""
    automatic: Automatic = Automatic.NO
    bounce: Bounce | None = None
    openpgp: OpenPGPPart | None = None
    oddities: Sequence[str] = ()
    """A sentence for the team about each thing that was unusual."""
    unreadable: str = ""
    """Why nothing could be read, as a sentence; then nothing else is filled in but what could."""

    @property
    def recipients(self) -> Sequence[Address]:
        return (*self.to, *self.cc)
