"""What programs read of what was published."""

import csv
import hashlib
import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.test import Client
from pysequoia import Cert, Sig, Tsk, verify
from pytest_django.fixtures import Settings

from disclosures import shelf
from disclosures.models import PublishedFile
from tests.disclosures.advisories import PUBLISHED, RICH
from tests.disclosures.public.told import credited, numbered, told
from tests.hostile import MARKUP

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
CSAF = "/.well-known/csaf/white/2026/wsc-sa-7k3m-9qxd.json"
ALL = {
    "/advisories/index.json": "application/json",
    "/advisories/projects.json": "application/json",
    "/advisories/feed.atom": "application/atom+xml; charset=utf-8",
    "/advisories/WSC-SA-7K3M-9QXD/cve.json": "application/json",
    "/osv/WSC-SA-7K3M-9QXD.json": "application/json",
    "/osv/GHSA-5555-6666-7777.json": "application/json",
    "/osv/all.zip": "application/zip",
    "/.well-known/csaf/provider-metadata.json": "application/json",
    "/csaf/provider-metadata.json": "application/json",
    "/.well-known/csaf/white/index.txt": "text/plain; charset=utf-8",
    "/.well-known/csaf/white/changes.csv": "text/csv; charset=utf-8",
    "/.well-known/csaf/white/csaf-feed-tlp-white.json": "application/json",
    CSAF: "application/json",
    f"{CSAF}.sha256": "text/plain; charset=utf-8",
    f"{CSAF}.sha512": "text/plain; charset=utf-8",
}
HOSTILE = "".join(MARKUP).replace("\x00", "").replace("\ud800", "") + "\ufffe\uffff\x07"


def parsed(feed: bytes) -> ET.Element:
    return ET.fromstring(feed)  # noqa: S314 - as above


@pytest.fixture
def key(settings: Settings) -> Cert:
    secret = Tsk.generate("Team <team@example.org>")
    settings.OPENPGP_KEY = str(secret)
    return secret.extract_certificate()


def content(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == HTTPStatus.OK, address
    return bytes(answer.content)


@pytest.mark.parametrize(("address", "kind"), ALL.items())
def test_a_document_goes_to_every_site_with_its_type_and_not_twice(address: str, kind: str, client: Client) -> None:
    told()

    first = client.get(address)
    by_tag = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    by_date = client.get(address, headers={"If-Modified-Since": first.headers["Last-Modified"]})
    head = client.head(address)

    assert (first.status_code, first.headers["Content-Type"]) == (HTTPStatus.OK, kind)
    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert first.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert first.headers["ETag"] == f'"{hashlib.sha256(first.content).hexdigest()}"'
    assert not first.cookies
    assert "Cookie" not in first.headers.get("Vary", "")
    assert [(each.status_code, each.content) for each in (by_tag, by_date)] == [(HTTPStatus.NOT_MODIFIED, b"")] * 2
    assert by_tag.headers["Access-Control-Allow-Origin"] == "*"
    assert (head.content, head.headers["ETag"]) == (b"", first.headers["ETag"])


def test_lists_are_there_and_empty_while_nothing_is_published(client: Client) -> None:
    lists = [address for address in ALL if "WSC" not in address and "GHSA" not in address and "wsc-sa" not in address]

    assert json.loads(content(client, "/advisories/index.json"))["advisories"] == []
    assert [client.get(address).status_code for address in lists] == [HTTPStatus.OK] * len(lists)
    assert client.get("/osv/WSC-SA-7K3M-9QXD.json").status_code == HTTPStatus.NOT_FOUND


@pytest.mark.clause("P29")
def test_all_osv_records_come_in_one_archive_of_the_same_bytes(client: Client) -> None:
    told()
    told(numbered(1))

    first = content(client, "/osv/all.zip")
    PublishedFile.objects.all().delete()
    shelf.renew(now=PUBLISHED)
    again = content(client, "/osv/all.zip")

    with zipfile.ZipFile(io.BytesIO(first)) as packed:
        assert packed.namelist() == ["GHSA-2222-3333-4444.json", "x_WSC-SA-2222-1001.json"]
        assert packed.read("GHSA-2222-3333-4444.json") == content(client, "/osv/WSC-SA-7K3M-9QXD.json")
    assert again == first


def test_the_folder_lists_each_document_with_its_hash(client: Client) -> None:
    told()
    told(numbered(1))
    folder = "/.well-known/csaf/white/"

    listed = content(client, f"{folder}index.txt").decode().split()
    changes = list(csv.reader(io.StringIO(content(client, f"{folder}changes.csv").decode())))
    feed = json.loads(content(client, f"{folder}csaf-feed-tlp-white.json"))["feed"]["entry"]

    assert listed == ["2026/wsc-sa-2222-1001.json", "2026/wsc-sa-7k3m-9qxd.json"]
    assert changes == [
        ["2026/wsc-sa-7k3m-9qxd.json", "2026-12-14T15:00:00Z"],
        ["2026/wsc-sa-2222-1001.json", "2026-11-25T15:00:00Z"],
    ]
    assert [entry["content"]["src"] for entry in feed] == [f"{settings.BASE_URL}{folder}{row[0]}" for row in changes]
    document = content(client, f"{folder}{listed[0]}")
    for name in ("sha256", "sha512"):
        digest, _, named = content(client, f"{folder}{listed[0]}.{name}").decode().partition("  ")
        assert (digest, named) == (hashlib.new(name, document).hexdigest(), "wsc-sa-2222-1001.json\n")


def test_without_a_key_nothing_is_signed(client: Client) -> None:
    told()

    assert client.get(f"{CSAF}.asc").status_code == HTTPStatus.NOT_FOUND
    assert client.get("/.well-known/openpgp.asc").status_code == HTTPStatus.NOT_FOUND
    assert json.loads(content(client, "/csaf/provider-metadata.json"))["role"] == "csaf_provider"
    assert "Encryption" not in content(client, "/.well-known/security.txt").decode()


def test_with_a_key_documents_are_signed_by_it_and_it_is_published(key: Cert, client: Client) -> None:
    told()

    signed = content(client, CSAF)
    signature = Sig.from_bytes(content(client, f"{CSAF}.asc"))
    verified = verify(bytes=signed, store=lambda _: [key], signature=signature)
    published = Cert.from_bytes(content(client, "/.well-known/openpgp.asc"))
    metadata = json.loads(content(client, "/csaf/provider-metadata.json"))

    assert [each.certificate for each in verified.valid_sigs] == [key.fingerprint]
    assert published.fingerprint == key.fingerprint
    assert metadata["role"] == "csaf_trusted_provider"
    assert metadata["public_openpgp_keys"] == [
        {"fingerprint": key.fingerprint.upper(), "url": f"{settings.BASE_URL}/.well-known/openpgp.asc"}
    ]
    assert (
        f"Encryption: {settings.BASE_URL}/.well-known/openpgp.asc"
        in content(client, "/.well-known/security.txt").decode()
    )


def test_what_another_key_signed_is_signed_anew_and_nothing_else_is_touched(client: Client, settings: Settings) -> None:
    told()
    before = content(client, CSAF)
    untouched = PublishedFile.objects.get(path__startswith="osv/WSC").modified_at
    settings.OPENPGP_KEY = str(Tsk.generate("Team <team@example.org>"))

    shelf.renew(now=PUBLISHED)
    signature = content(client, f"{CSAF}.asc")
    shelf.renew(now=PUBLISHED)

    assert content(client, CSAF) == before
    assert content(client, f"{CSAF}.asc") == signature
    assert PublishedFile.objects.get(path__startswith="osv/WSC").modified_at == untouched


def test_the_feed_tells_what_changed_last_first(client: Client) -> None:
    told(numbered(1))
    told(numbered(2, withdrawn_at=PUBLISHED, withdrawal_reason="A misreading."))
    told(numbered(1, overview="Better words.", modified_at=PUBLISHED + timedelta(days=9)))

    feed = parsed(content(client, "/advisories/feed.atom"))

    entries = feed.findall(f"{ATOM}entry")
    assert feed.findtext(f"{ATOM}updated") == "2026-12-03T15:00:00Z"
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["Advisory 1", "Withdrawn: Advisory 2"]
    assert [entry.findtext(f"{ATOM}summary") for entry in entries] == ["Better words.", "A misreading."]
    assert entries[0].findtext(f"{ATOM}id") == f"{settings.BASE_URL}/advisories/WSC-SA-2222-1001/"
    assert {child.tag for child in entries[0]} == {
        f"{ATOM}{name}" for name in ("id", "title", "published", "updated", "link", "category", "summary")
    }


@pytest.mark.clause("P17")
def test_a_withdrawn_consent_is_gone_from_every_document_at_once(client: Client) -> None:
    told(replace(RICH, credits=credited("Ada Example")))
    assert b"Ada Example" in content(client, CSAF)
    told(replace(RICH, credits=(), modified_at=PUBLISHED + timedelta(days=30)))

    shown = {address: content(client, address) for address in ALL}
    with zipfile.ZipFile(io.BytesIO(shown["/osv/all.zip"])) as packed:
        shown |= {name: packed.read(name) for name in packed.namelist()}

    assert [address for address, said in shown.items() if b"Ada" in said] == []


def test_words_that_mean_harm_break_out_of_no_format(client: Client) -> None:
    told(
        replace(
            RICH, title=HOSTILE[:240], overview=HOSTILE, details=HOSTILE, fix=HOSTILE, workaround=HOSTILE,
            credits=credited(HOSTILE[:400]),
        )
    )  # fmt: skip
    for address, kind in ALL.items():
        if kind == "application/json":
            json.loads(content(client, address))

    feed = parsed(content(client, "/advisories/feed.atom"))
    rows = list(csv.reader(io.StringIO(content(client, "/.well-known/csaf/white/changes.csv").decode())))

    assert [len(list(entry)) for entry in feed.findall(f"{ATOM}entry")] == [7]
    assert "\u202e" not in "".join(feed.itertext())
    assert rows == [["2026/wsc-sa-7k3m-9qxd.json", "2026-12-14T15:00:00Z"]]


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "2026/", "2026/wsc-sa-7k3m-9qxd.json.md5", "x.asc", "x"])
def test_what_is_not_there_is_not_found(name: str, client: Client) -> None:
    told()

    assert client.get(f"/.well-known/csaf/white/{name}").status_code == HTTPStatus.NOT_FOUND
