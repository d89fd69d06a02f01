"""What a CSAF provider publishes beside its documents, so that programs find them and can check them (CSAF 2.0, 7).

Documents lie in a folder for each year below the one for their marking: white/2026/wsc-sa-7k3m-9qxd.json.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from disclosures.formats import documents, plain
from disclosures.formats.documents import Document, stamp, without_gaps
from disclosures.snapshot import Organisation, Snapshot

SCHEMA: Final = "https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json"
METADATA_VERSION: Final = "2.0"
FEED: Final = "csaf-feed-tlp-white"
FEED_FILE: Final = f"{FEED}.json"
LABEL: Final = "WHITE"
UNFIT: Final = re.compile(r"[^+\-a-z0-9]+")

type Hash = Literal["sha256", "sha512"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A published document, as the lists name it."""

    identifier: str
    title: str
    released_at: datetime
    updated_at: datetime

    @property
    def path(self) -> str:
        """Below the folder of the marking. The year is that of the first release, so that it never moves."""
        return f"{self.released_at.astimezone(UTC).year}/{file_name(self.identifier)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An OpenPGP key that documents are signed with."""

    fingerprint: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    organisation: Organisation
    base_url: str
    """The folder that holds the metadata and the feed, such as https://security.example.org/.well-known/csaf."""
    keys: tuple[Key, ...] = ()

    @property
    def folder(self) -> str:
        return f"{self.base_url.rstrip('/')}/white"

    @property
    def metadata_url(self) -> str:
        return f"{self.base_url.rstrip('/')}/provider-metadata.json"

    @property
    def feed_url(self) -> str:
        return f"{self.folder}/{FEED_FILE}"

    def address(self, document: Listed) -> str:
        return f"{self.folder}/{document.path}"


def file_name(identifier: str) -> str:
    """As the standard derives it from the id of a document."""
    return f"{UNFIT.sub('_', identifier.lower())}.json"


def listed(snapshot: Snapshot) -> Listed:
    released = snapshot.published_at or snapshot.modified_at
    return Listed(
        identifier=snapshot.identifier,
        title=documents.title(snapshot),
        released_at=released,
        updated_at=max(released, snapshot.modified_at),
    )


def provider_metadata(provider: Provider, *, updated_at: datetime) -> Document:
    """A trusted provider is one whose documents are signed."""
    organisation = provider.organisation
    return without_gaps(
        {
            "canonical_url": provider.metadata_url,
            "distributions": [
                {"directory_url": f"{provider.folder}/"},
                {
                    "rolie": {
                        "feeds": [{"summary": "All advisories", "tlp_label": LABEL, "url": provider.feed_url}],
                    },
                },
            ],
            "last_updated": stamp(updated_at),
            "list_on_CSAF_aggregators": True,
            "metadata_version": METADATA_VERSION,
            "mirror_on_CSAF_aggregators": True,
            "public_openpgp_keys": [{"fingerprint": key.fingerprint, "url": key.url} for key in provider.keys],
            "publisher": without_gaps(
                {
                    "category": "vendor",
                    "name": plain.line(organisation.name),
                    "namespace": plain.address(organisation.namespace),
                    "contact_details": plain.line(organisation.contact),
                }
            ),
            "role": "csaf_trusted_provider" if provider.keys else "csaf_provider",
        }
    )


def rolie_feed(provider: Provider, advisories: Iterable[Listed], *, updated_at: datetime) -> Document:
    """`updated_at`: of a feed without any advisory; else that of the advisory that changed last."""
    newest_first = _newest_first(advisories)
    return {
        "feed": {
            "id": FEED,
            "title": f"Security advisories of {plain.line(provider.organisation.name)}",
            "link": [{"rel": "self", "href": provider.feed_url}],
            "category": [{"scheme": "urn:ietf:params:rolie:category:information-type", "term": "csaf"}],
            "updated": stamp(newest_first[0].updated_at if newest_first else updated_at),
            "entry": [_entry(provider, advisory) for advisory in newest_first],
        }
    }


def _entry(provider: Provider, advisory: Listed) -> Document:
    address = provider.address(advisory)
    signature = [{"rel": "signature", "href": f"{address}.asc"}] if provider.keys else []
    return {
        "id": advisory.identifier,
        "title": advisory.title,
        "link": [
            {"rel": "self", "href": address},
            {"rel": "hash", "href": f"{address}.sha256"},
            {"rel": "hash", "href": f"{address}.sha512"},
            *signature,
        ],
        "published": stamp(advisory.released_at),
        "updated": stamp(advisory.updated_at),
        "content": {"type": "application/json", "src": address},
        "format": {"schema": SCHEMA, "version": "2.0"},
    }


def index(advisories: Iterable[Listed]) -> str:
    """`index.txt`: the documents that there are, a line each."""
    return "".join(f"{path}\n" for path in sorted(advisory.path for advisory in advisories))


def changes(advisories: Iterable[Listed]) -> str:
    """`changes.csv`: what changed last stands first."""
    text = io.StringIO()
    rows = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    rows.writerows((advisory.path, stamp(advisory.updated_at)) for advisory in _newest_first(advisories))
    return text.getvalue()


def hash_file(content: bytes, *, name: str, algorithm: Hash) -> str:
    """What stands beside a document, in the form that `sha256sum --check` reads."""
    return f"{hashlib.new(algorithm, content).hexdigest()}  {name}\n"


def _newest_first(advisories: Iterable[Listed]) -> Sequence[Listed]:
    return sorted(advisories, key=lambda advisory: (-advisory.updated_at.timestamp(), advisory.identifier))
