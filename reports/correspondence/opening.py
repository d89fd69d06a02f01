"""Opening what came encrypted, and telling who signed it (P4, EML-09). Knows no rows: it is told whom to expect."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from portal import openpgp
from portal.inbound.parsing import parse
from portal.inbound.values import OpenPGPForm, OpenPGPPart, ReceivedMail
from portal.openpgp import certificates
from portal.openpgp.findings import Findings, Verdict
from portal.openpgp.gnupg_home import MOST, GnuPGMissing, Home, throw_away_home
from portal.policy import Clause, enforces
from reports.correspondence import encrypted_files, layers
from reports.correspondence.signatures import judged, weakened
from reports.enums import Opened, Signed

DEEPEST: Final = 3
"""Encrypted within signed within encrypted: more is nobody's habit."""
NOT_OPENED: Final = frozenset({Opened.SHUT, Opened.BROKEN})
ENCRYPTED: Final = frozenset({OpenPGPForm.ENCRYPTED_MIME, OpenPGPForm.ENCRYPTED_INLINE, OpenPGPForm.ENCRYPTED_FILES})
TOO_LONG: Final = f"It unpacks to more than {MOST // 1024**2} MB, and was not opened."
NO_GNUPG: Final = "GnuPG does not run beside the portal, so that nothing of OpenPGP could be looked at."
LOCKED: Final = "It is encrypted to a key of ours whose passphrase is not in the settings."
OUTSIDE: Final = "It is signed outside of its encryption, which does not show who wrote what is inside."
TOO_DEEP: Final = "It is wrapped in so many layers that the innermost were not opened."


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedMail:
    mail: ReceivedMail
    """As it reads once everything that could be opened is."""
    opened: Opened = Opened.CLEAR
    signed: Signed = Signed.NOT
    signer: str = ""
    """Fingerprint of the key that signed it; a key ID if it says no more, empty if it says nothing."""
    oddities: Sequence[str] = ()


@enforces(Clause.P4)
def open_mail(mail: ReceivedMail, *, known_keys: Collection[str]) -> OpenedMail:
    """`known_keys`: the sender's certificates, in ASCII armour. A signature by any other key is a stranger's.

    Never fails for what the mail is. What cannot be opened stays as it came.
    """
    if mail.openpgp is None:
        return OpenedMail(mail=mail)
    try:
        with throw_away_home() as home:
            return _Desk(home, mail, known_keys=known_keys).unwrap(mail, mail.openpgp)
    except GnuPGMissing:
        state = Opened.SHUT if mail.openpgp.form in ENCRYPTED else Opened.CLEAR
        return OpenedMail(mail=mail, opened=state, oddities=[NO_GNUPG])


class _Desk:
    """Where one mail is unwrapped, layer by layer."""

    def __init__(self, home: Home, mail: ReceivedMail, *, known_keys: Collection[str]) -> None:
        own = openpgp.own_key()
        self._home = home
        self._current = own.fingerprint if own else ""
        self._known = frozenset(certificates.fingerprint_of(key) for key in known_keys)
        home.add(*([own.secret] if own else []), *(key.secret for key in openpgp.retired_keys()))
        home.add(*known_keys, *certificates.among(mail.keys))

    def unwrap(self, mail: ReceivedMail, part: OpenPGPPart, *, depth: int = 1) -> OpenedMail:
        if depth > DEEPEST:
            return OpenedMail(mail=mail, opened=Opened.SHUT, oddities=[TOO_DEEP])
        match part.form:
            case OpenPGPForm.ENCRYPTED_MIME:
                return self._encrypted_entity(mail, part, depth=depth)
            case OpenPGPForm.ENCRYPTED_INLINE | OpenPGPForm.SIGNED_INLINE:
                return self._inline(mail, part)
            case OpenPGPForm.SIGNED_MIME:
                return self._signed_entity(mail, part, depth=depth)
            case OpenPGPForm.ENCRYPTED_FILES:
                return self._files_alone(mail)

    def _encrypted_entity(self, mail: ReceivedMail, part: OpenPGPPart, *, depth: int) -> OpenedMail:
        found = self._open(part.content)
        if found.plain is None:
            return _shut(mail, found)
        inside = parse(found.plain)
        outer = self._layer(
            layers.with_entity(mail, inside, covers_all=part.covers_all),
            found,
            part,
            oddities=layers.oddities(mail, inside, part),
        )
        if inside.openpgp is None:
            return self._with_files(outer)
        self._home.add(*certificates.among(inside.keys))
        return _around(outer, self.unwrap(outer.mail, inside.openpgp, depth=depth + 1), covers_all=part.covers_all)

    def _inline(self, mail: ReceivedMail, part: OpenPGPPart) -> OpenedMail:
        found = self._open(part.content)
        if found.plain is None:
            return _shut(mail, found) if part.form in ENCRYPTED else self._layer(mail, found, part, oddities=[])
        inside = layers.of_text(found.plain)
        merged = layers.with_text(mail, inside, covers_all=part.covers_all)
        return self._with_files(self._layer(merged, found, part, oddities=layers.oddities(mail, inside, part)))

    def _signed_entity(self, mail: ReceivedMail, part: OpenPGPPart, *, depth: int) -> OpenedMail:
        """Its text is read already: a signature hides nothing. Only what is encrypted within is still to be opened."""
        inside = parse(part.content)
        mail = replace(mail, subject=inside.subject or mail.subject)
        outer = self._layer(mail, self._verified(part), part, oddities=[])
        if inside.openpgp is None or inside.openpgp.form not in ENCRYPTED:
            return self._with_files(outer)
        outer = replace(outer, oddities=[*outer.oddities, OUTSIDE])
        if outer.signed is Signed.GOOD:
            outer = replace(outer, signed=Signed.PARTIAL)
        return _around(outer, self.unwrap(mail, inside.openpgp, depth=depth + 1), covers_all=part.covers_all)

    def _files_alone(self, mail: ReceivedMail) -> OpenedMail:
        """A signature in one of them says nothing of what is written beside it."""
        files = encrypted_files.opened_by(self._open, mail.files)
        by = weakened(judged(files.signatures, known=self._known, covers_all=False))
        opened = OpenedMail(
            mail=replace(mail, files=files.files), signed=by.signed, signer=by.signer, oddities=files.oddities
        )
        if files.opened:
            return replace(opened, opened=self._state(files.opened[0]))
        return replace(_shut(opened.mail, files.shut[0]), oddities=files.oddities) if files.shut else opened

    def _with_files(self, opened: OpenedMail) -> OpenedMail:
        files = encrypted_files.opened_by(self._open, opened.mail.files)
        return replace(
            opened, mail=replace(opened.mail, files=files.files), oddities=[*opened.oddities, *files.oddities]
        )

    def _layer(self, mail: ReceivedMail, found: Findings, part: OpenPGPPart, *, oddities: Sequence[str]) -> OpenedMail:
        claims = part.form in {OpenPGPForm.SIGNED_MIME, OpenPGPForm.SIGNED_INLINE}
        by = judged(found.signatures, known=self._known, covers_all=part.covers_all, is_claimed=claims)
        return OpenedMail(
            mail=mail,
            opened=self._state(found),
            signed=by.signed,
            signer=by.signer,
            oddities=[*by.oddities, *oddities],
        )

    def _open(self, content: bytes) -> Findings:
        return self._home.open(content, passphrases=openpgp.passphrases())

    def _verified(self, part: OpenPGPPart) -> Findings:
        """Lines of a mail end with CR LF when they are signed, and some mail servers hand it on without the CR."""
        found = self._home.verify(part.content, signature=part.signature)
        if all(each.verdict is not Verdict.BROKEN for each in found.signatures):
            return found
        as_sent = part.content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        return self._home.verify(as_sent, signature=part.signature)

    def _state(self, found: Findings) -> Opened:
        if not found.is_encrypted:
            return Opened.CLEAR
        return Opened.OPENED if found.opened_by == self._current else Opened.RETIRED


def _shut(mail: ReceivedMail, found: Findings) -> OpenedMail:
    if found.is_too_long:
        return OpenedMail(mail=mail, opened=Opened.BROKEN, oddities=[TOO_LONG])
    if found.is_locked:
        return OpenedMail(mail=mail, opened=Opened.SHUT, oddities=[LOCKED])
    return OpenedMail(mail=mail, opened=Opened.SHUT if found.has_no_key else Opened.BROKEN)


def _around(outer: OpenedMail, within: OpenedMail, *, covers_all: bool) -> OpenedMail:
    """Two layers as one. What was signed innermost says most of who wrote it."""
    inmost = within if within.signed is not Signed.NOT else outer
    is_partial = inmost.signed is Signed.GOOD and not covers_all
    is_outer = outer.opened is not Opened.CLEAR and within.opened not in NOT_OPENED
    return OpenedMail(
        mail=within.mail,
        opened=outer.opened if is_outer else within.opened,
        signed=Signed.PARTIAL if is_partial else inmost.signed,
        signer=inmost.signer,
        oddities=list(dict.fromkeys([*outer.oddities, *within.oddities])),
    )
