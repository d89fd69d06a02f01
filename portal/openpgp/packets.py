"""What the packets of a key say where the library has no word for it. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pysequoia import Cert
from pysequoia.packet import Packet, PacketPile, SignatureType, Tag

SUBKEYS: Final = (Tag.PublicSubkey, Tag.SecretSubkey)


SECRETS: Final = (Tag.SecretKey, Tag.SecretSubkey)


def holds_secrets(content: bytes) -> bool:
    """Whether any part of it should be known to its owner alone."""
    return b"PRIVATE KEY BLOCK" in content or any(packet.tag in SECRETS for packet in _packets(content))


@dataclass(frozen=True, slots=True)
class _Part:
    """A key within the certificate, and the newest word on it."""

    key: Packet
    binding: Packet

    @property
    def is_for_encryption(self) -> bool:
        flags = self.binding.key_flags
        return flags is not None and (flags.storage_encryption or flags.transport_encryption)

    @property
    def expires_at(self) -> datetime | None:
        period, created = self.binding.key_validity_period, self.key.key_created
        return created + period if period and created else None


def usable_until(certificate: Cert) -> datetime | None:
    """The earlier of the primary key's end and that of the last key in it that is for encryption. None: no end."""
    ends = [part.expires_at for part in _subkeys(bytes(certificate)) if part.is_for_encryption]
    of_subkeys = None if None in ends else max((end for end in ends if end), default=None)
    return min((end for end in (certificate.expiration, of_subkeys) if end), default=None)


def _subkeys(certificate: bytes) -> Iterator[_Part]:
    key: Packet | None = None
    bindings: list[Packet] = []
    for packet in _packets(certificate):
        if packet.tag == Tag.Signature:
            if packet.signature_type == SignatureType.SubkeyBinding:
                bindings.append(packet)
            continue
        if key is not None and bindings:
            yield _Part(key, _newest(bindings))
        key, bindings = (packet if packet.tag in SUBKEYS else None), []
    if key is not None and bindings:
        yield _Part(key, _newest(bindings))


def _newest(bindings: list[Packet]) -> Packet:
    return max(bindings, key=lambda binding: binding.signature_created.timestamp() if binding.signature_created else 0)


def _packets(content: bytes) -> Iterable[Packet]:
    """None, where there are none to be read."""
    try:
        packets: Iterable[Packet] = list(PacketPile.from_bytes(content))
    except Exception:  # noqa: BLE001 - the library has no kinds of them
        return []
    return packets
