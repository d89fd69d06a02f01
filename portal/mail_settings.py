"""Where mail comes from and where it goes: what the environment says of it, read once by `portal.settings`.

No error quotes an address of a server: there are passwords in them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

MEGABYTE: Final = 1024 * 1024
MOST_MEGABYTES: Final = 60
"""All that is made of a mail is in memory several times over for a moment."""
LONGEST_PAUSE_SECONDS: Final = 5 * 60
"""Between two looks: well below the time after which readiness misses them, and after which a server hangs up."""
HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
PLACE: Final = "{token}"
MOST_BESIDE_TOKEN: Final = 64 - 44
"""Characters: mail knows no longer local parts than 64, and a token has 44."""
SHORTEST_SECRET: Final = 20
PEM: Final = b"-----BEGIN CERTIFICATE-----"


class MailSettingsError(Exception):
    """A setting makes no sense; the message names it and says what would."""


class Encryption(Enum):
    """How a connection is secured, by the scheme of its address, with the port that is usual for it."""

    TLS = ("imaps", 993)
    STARTTLS = ("imap+tls", 143)
    NONE = ("imap", 143)

    def __init__(self, scheme: str, port: int) -> None:
        self.scheme, self.port = scheme, port


class Provider(Enum):
    """A hosted mail provider that hands a mail over as it came, and what proves that it is the provider."""

    MAILERSEND = ("MailerSend", False)
    MAILGUN = ("Mailgun", False)
    POSTMARK = ("Postmark", True)
    SPARKPOST = ("SparkPost", True)

    def __init__(self, label: str, signs_in: bool) -> None:  # noqa: FBT001 - the two halves of each value
        self.label = label
        self.signs_in = signs_in
        """Whether its secret is a name and a password; otherwise it is a key that signs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderAccess:
    provider: Provider
    secrets: Sequence[str] = field(repr=False)
    """The one before it too, while it is being changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """A mailbox to which people write, and how it is looked after."""

    encryption: Encryption
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str
    taken_folder: str
    """Where a mail lies once it was taken in."""
    poll_seconds: int
    """The longest time between two looks, whether the server tells of new mail or not."""
    ca_file: str = ""
    """Who may vouch for the server; empty: whoever the operating system trusts."""


def inbox(address: str, *, taken_folder: str, poll_seconds: int, ca_file: str = "") -> Inbox | None:
    """The mailbox at `IMAP_URL`; none if that is empty. Raises `MailSettingsError`."""
    if not address:
        return None
    where = _split(address)
    if not 1 <= poll_seconds <= LONGEST_PAUSE_SECONDS:
        raise MailSettingsError(f"IMAP_POLL_SECONDS must be a number from 1 to {LONGEST_PAUSE_SECONDS}.")
    if not taken_folder or taken_folder == where.folder:
        raise MailSettingsError("IMAP_TAKEN_FOLDER must name another folder than IMAP_URL does.")
    if ca_file:
        _check_certificates(ca_file)
    return Inbox(
        encryption=where.encryption,
        host=where.host,
        port=where.port,
        user=where.user,
        password=where.password,
        folder=where.folder,
        taken_folder=taken_folder,
        poll_seconds=poll_seconds,
        ca_file=ca_file,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Where:
    encryption: Encryption
    host: str
    port: int
    user: str
    password: str
    folder: str


def _split(address: str) -> _Where:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise MailSettingsError(
            "IMAP_URL is no address. Write special characters of user and password as %40 and the like."
        ) from None
    encryption = next((each for each in Encryption if each.scheme == parts.scheme), None)
    if encryption is None:
        raise MailSettingsError("IMAP_URL must begin with imaps:// (or imap+tls://, where the server wants STARTTLS).")
    if not (parts.hostname and parts.username and parts.password) or parts.query or parts.fragment:
        raise MailSettingsError("IMAP_URL must read imaps://user:password@host:993/INBOX, special characters as %40.")
    if encryption is Encryption.NONE and parts.hostname not in HERE:
        raise MailSettingsError("IMAP_URL must begin with imaps://: reports would travel in the open.")
    return _Where(
        encryption=encryption,
        host=parts.hostname,
        port=port or encryption.port,
        user=unquote(parts.username),
        password=unquote(parts.password),
        folder=unquote(parts.path.strip("/")) or "INBOX",
    )


def _check_certificates(ca_file: str) -> None:
    try:
        holds_one = PEM in Path(ca_file).read_bytes()
    except OSError:
        holds_one = False
    if not holds_one:
        raise MailSettingsError("IMAP_CA_FILE is no readable file of certificates in PEM form.")


def most_bytes(megabytes: int) -> int:
    if not 1 <= megabytes <= MOST_MEGABYTES:
        raise MailSettingsError(f"PORTAL_MAIL_MEGABYTES must be a number from 1 to {MOST_MEGABYTES}.")
    return megabytes * MEGABYTE


def provider(name: str, *, secrets: Sequence[str]) -> ProviderAccess | None:
    """The mail provider of `PORTAL_MAIL_PROVIDER`, with what it proves itself by; none if that is empty."""
    if not name:
        return None
    found = next((each for each in Provider if each.label.lower() == name.lower()), None)
    if found is None:
        known = ", ".join(each.label for each in Provider)
        raise MailSettingsError(f"PORTAL_MAIL_PROVIDER must be one of those that hand mail over as it came: {known}.")
    if not secrets or any(len(secret) < SHORTEST_SECRET for secret in secrets):
        raise MailSettingsError(f"PORTAL_MAIL_PROVIDER_SECRETS: {SHORTEST_SECRET} characters are needed.")
    if found.signs_in and any(":" not in secret for secret in secrets):
        raise MailSettingsError(f"PORTAL_MAIL_PROVIDER_SECRETS must read user:password for {found.label}.")
    return ProviderAccess(provider=found, secrets=tuple(secrets))


def reply_address(address: str) -> str:
    """`PORTAL_REPLY_ADDRESS` as it is, if it makes sense. Empty: nobody can answer by mail."""
    if not address:
        return ""
    before, _, domain = address.partition("@")
    if before.count(PLACE) != 1 or PLACE in domain or not domain:
        raise MailSettingsError(
            "PORTAL_REPLY_ADDRESS needs {token} once before its @, as in security+{token}@example.org."
        )
    if len(before.replace(PLACE, "")) > MOST_BESIDE_TOKEN:
        raise MailSettingsError(
            f"PORTAL_REPLY_ADDRESS: at most {MOST_BESIDE_TOKEN} characters beside {PLACE} and before @."
        )
    return address


def mailers(email: Mapping[str, str | int | bool | None], *, folder: Path, timeout: int) -> dict[str, object]:
    """A `MAILERS` of Django, from what django-environ reads out of `EMAIL_URL`. `folder`: where a demo writes."""
    backend = str(email["EMAIL_BACKEND"])
    if backend.endswith("filebased.EmailBackend"):
        return {"BACKEND": backend, "OPTIONS": {"file_path": str(folder)}}
    options = {
        "host": email.get("EMAIL_HOST"),
        "port": email.get("EMAIL_PORT"),
        "username": email.get("EMAIL_HOST_USER") or "",
        "password": email.get("EMAIL_HOST_PASSWORD") or "",
        "use_tls": email.get("EMAIL_USE_TLS", False),
        "use_ssl": email.get("EMAIL_USE_SSL", False),
        "timeout": timeout,
    }
    return {"BACKEND": backend, "OPTIONS": options}
