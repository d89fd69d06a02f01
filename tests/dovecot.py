"""A real IMAP server, Dovecot, with a configuration, a place and a certificate of its own. Anybody can start it."""

import contextlib
import getpass
import grp
import imaplib
import os
import pwd
import secrets
import shutil
import signal
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from portal import mail_settings
from portal.mail_settings import Inbox
from tests.failures.processes import wait_until
from tests.smtp import free_port

DOVECOT = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
MISSING = "Dovecot is not installed (Debian: dovecot-imapd)."
EVERYTHING = ""
"""All that the server can do."""
PLAIN = "IMAP4rev1 AUTH=PLAIN"
"""A server that can neither move a mail nor tell of new ones."""
PATIENCE = 20.0
SHARED = 0o755


@dataclass(frozen=True, kw_only=True)
class Dovecot:
    """Everybody may sign in, each to a mailbox of their own."""

    place: Path
    port: int
    capabilities: str
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    @property
    def certificate(self) -> Path:
        return self.place / "certificate.pem"

    def new_mailbox(self) -> "TestMailbox":
        return TestMailbox(server=self, user=f"u{secrets.token_hex(6)}")

    @contextlib.contextmanager
    def started(self) -> Iterator[None]:
        assert DOVECOT is not None, MISSING
        with (self.place / "log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - what the distribution has installed
                [DOVECOT, "-F", "-c", self.place / "dovecot.conf"], stdout=log, stderr=log, start_new_session=True
            )
        try:
            assert wait_until(self._answers, seconds=PATIENCE), (self.place / "log").read_text()
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE)
            with contextlib.suppress(ProcessLookupError):  # what still serves somebody
                os.killpg(process.pid, signal.SIGKILL)

    def _answers(self) -> bool:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            imaplib.IMAP4_SSL("localhost", self.port, ssl_context=_trusting(self.certificate), timeout=2).shutdown()
            return True
        return False


@dataclass(frozen=True, kw_only=True)
class TestMailbox:
    """One person's mailbox, as its owner sees it by another mail program."""

    __test__ = False

    server: Dovecot
    user: str

    @property
    def address(self) -> str:
        """For `IMAP_URL`."""
        return f"imaps://{self.user}:{self.server.password}@localhost:{self.server.port}/INBOX"

    @property
    def environment(self) -> dict[str, str]:
        return {"IMAP_URL": self.address, "IMAP_CA_FILE": str(self.server.certificate)}

    @property
    def inbox(self) -> Inbox:
        return self.opened_by(self.address)

    def opened_by(self, address: str, *, poll_seconds: int = 60, trusting: Path | None = None) -> Inbox:
        trusted = str(trusting or self.server.certificate)
        found = mail_settings.inbox(address, taken_folder="Taken in", poll_seconds=poll_seconds, ca_file=trusted)
        assert found is not None
        return found

    def deliver(self, *sources: bytes, at: datetime | None = None) -> None:
        with self._client() as client:
            for source in sources:
                status, _ = client.append("INBOX", "", at or datetime.now(tz=UTC), source)
                assert status == "OK"

    def sources(self, folder: str = "INBOX") -> list[bytes]:
        """What lies in a folder and is not marked as deleted."""
        with self._client() as client:
            status, _ = client.select(f'"{folder}"', readonly=True)
            if status != "OK":
                return []
            _, found = client.uid("SEARCH", "UNDELETED")
            uids = found[0].split()
            answers = [client.uid("FETCH", uid.decode(), "(BODY.PEEK[])")[1] for uid in uids]
        return [part[1] for answer in answers for part in answer if isinstance(part, tuple)]

    @property
    def taken(self) -> list[bytes]:
        return self.sources("Taken in")

    def remove_all(self) -> None:
        with self._client() as client:
            client.select("INBOX")
            client.uid("STORE", "1:*", "+FLAGS", r"(\Deleted)")
            client.expunge()

    @contextlib.contextmanager
    def _client(self) -> Iterator[imaplib.IMAP4]:
        trusted = _trusting(self.server.certificate)
        with imaplib.IMAP4_SSL("localhost", self.server.port, ssl_context=trusted, timeout=PATIENCE) as client:
            client.login(self.user, self.server.password)
            yield client


@contextlib.contextmanager
def running(*, capabilities: str = EVERYTHING) -> Iterator[Dovecot]:
    with furnished(capabilities=capabilities) as server, server.started():
        yield server


@contextlib.contextmanager
def furnished(*, capabilities: str = EVERYTHING) -> Iterator[Dovecot]:
    """All is there, and it does not run yet."""
    with tempfile.TemporaryDirectory(prefix="dovecot-", ignore_cleanup_errors=True) as place:
        server = Dovecot(place=Path(place), port=free_port(), capabilities=capabilities)
        _furnish(server)
        yield server


def _furnish(server: Dovecot) -> None:
    server.place.chmod(SHARED)  # its processes drop what root may do, where it is root who starts them
    (server.place / "home").mkdir()
    certify(server.certificate)
    is_root = os.geteuid() == 0
    owner = pwd.getpwnam("mail" if is_root else getpass.getuser())
    if is_root:
        os.chown(server.place / "home", owner.pw_uid, owner.pw_gid)
    internal = "dovecot" if is_root else owner.pw_name
    anonymous = "dovenull" if is_root else owner.pw_name
    capabilities = f"imap_capability = {server.capabilities}" if server.capabilities else ""
    (server.place / "dovecot.conf").write_text(f"""
base_dir = {server.place}/run
state_dir = {server.place}/run
log_path = {server.place}/log
protocols = imap
listen = 127.0.0.1, ::1
default_internal_user = {internal}
default_internal_group = {internal if is_root else grp.getgrgid(owner.pw_gid).gr_name}
default_login_user = {anonymous}
ssl = required
ssl_cert = <{server.certificate}
ssl_key = <{server.certificate}
first_valid_uid = {owner.pw_uid}
first_valid_gid = {owner.pw_gid}
mail_location = maildir:~/mail
mailbox_list_index = no
maildir_stat_dirs = no
mail_fsync = never
auth_mechanisms = plain login
auth_failure_delay = 0
login_greeting = ready
protocol imap {{
  {capabilities}
  mail_max_userip_connections = 50
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
passdb {{
  driver = static
  args = password={server.password}
}}
userdb {{
  driver = static
  args = uid={owner.pw_uid} gid={owner.pw_gid} home={server.place}/home/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {server.port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
""")


def certify(file: Path) -> None:
    """Vouches for itself, under the names of this machine."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(tz=UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + secret)


def _trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))
