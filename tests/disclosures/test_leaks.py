"""The search for what must not get out: what it finds, what it lets be, and that it takes no time over it."""

import base64
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosures.leaks import SHINGLE, Confidences, LeakKind, Passage, says, search

KNOWN = Confidences(
    identities=["Robin Röster", "robin@example.net", "r0bin"],
    people=["Mira Member", "mira-m"],
    internal=["Project Bluebird", "wadm-ghsa-2c3d-4f5g-6h7j"],
    conversation=["I saw that the provider opens any file as root, even outside of its own folder, see my log."],
    addresses=["security@example.org"],
    reference_prefix="WSC",
)
A_KEY = base64.b64encode(random.Random(1).randbytes(30)).decode()  # noqa: S311 - no secret
A_JWT = "eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0NTY3.abc_def"


def found_in(text: str, known: Confidences = KNOWN) -> list[tuple[LeakKind, str]]:
    return [(each.kind, each.found) for each in search([Passage(anchor="id_x", label="X", text=text)], known)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Found by Robin Röster.", [(LeakKind.IDENTITY, "Robin Röster")]),
        ("Found by ROBIN  ROSTER.", [(LeakKind.IDENTITY, "ROBIN  ROSTER")]),
        ("Found by Ro\u200bbin Röster.", [(LeakKind.IDENTITY, "Robin Röster")]),
        ("Found by Röster.", [(LeakKind.IDENTITY, "Röster")]),
        ("Thanks to @r0bin!", [(LeakKind.IDENTITY, "r0bin")]),
        ("Reviewed by Mira Member (mira-m).", [(LeakKind.PERSON, "Mira Member"), (LeakKind.PERSON, "mira-m")]),
        ("As in project bluebird.", [(LeakKind.INTERNAL, "project bluebird")]),
        ("See wsc-7K3M-9QXD.", [(LeakKind.INTERNAL, "wsc-7K3M-9QXD")]),
        ("Fixed in wadm-ghsa-2c3d-4f5g-6h7j.", [(LeakKind.INTERNAL, "wadm-ghsa-2c3d-4f5g-6h7j")]),
        ("Write to somebody@corp.example.com.", [(LeakKind.ADDRESS, "somebody@corp.example.com")]),
        (f"token: ghp_{'a1B2' * 9}", [(LeakKind.KEY, f"ghp_{'a1B2' * 9}")]),
        ("AKIAIOSFODNN7EXAMPLE", [(LeakKind.KEY, "AKIAIOSFODNN7EXAMPLE")]),
        ("-----BEGIN EC PRIVATE KEY-----", [(LeakKind.KEY, "-----BEGIN EC PRIVATE KEY")]),
        ("https://me:hunter2@host/", [(LeakKind.KEY, "://me:hunter2@")]),
        (f"a {A_JWT} z", [(LeakKind.KEY, A_JWT)]),
        (f"secret {A_KEY}", [(LeakKind.KEY, A_KEY)]),
        ("key 9f86d081884c7d659a2feaa0c55ad015", [(LeakKind.KEY, "9f86d081884c7d659a2feaa0c55ad015")]),
        (
            "Note that the provider opens any file as root, even outside it.",
            [(LeakKind.COPIED, "that the provider opens any file as root, even outside")],
        ),
    ],
)  # fmt: skip
def test_what_should_not_get_out_is_found_where_it_stands(text: str, expected: list[tuple[LeakKind, str]]) -> None:
    assert found_in(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "A component leaves its folder by an encoded dot, as any provider of files may.",
        "Advisory WSC-SA-7K3M-9QXD, GHSA-2c3d-4f5g-6h7j, CVE-2026-12345.",
        "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N",
        "https://github.com/wasmCloud/wadm/commit/3f786850e387550fdab836ed7e6dc881de23001b",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "pkg:npm/%40scope/router@1.4.2 and uses: actions/checkout@v4",
        "git@github.com:example/router.git",
        "Write to security@example.org.",
        "a robin sings, and a roster is a list",
        "AVeryLongCamelCaseIdentifierWithoutAnyDigits_and_another_one_after_it",
        "components/http-server/src/handlers/Http2StreamMultiplexer.rs",
        "That a provider opens any file as root is wrong.",
    ],
)
def test_what_advisories_usually_say_is_let_be(text: str) -> None:
    assert found_in(text) == []


@pytest.mark.parametrize(
    ("name", "stands"),
    [
        ("Robin Röster", True),
        ("ROBIN ROSTER", True),
        ("@r0bin", True),
        ("Robin", True),
        ("Rob", False),
        ("", False),
        ("@", False),
    ],
)
def test_a_name_is_found_whole_in_a_text_however_it_is_spelt(name: str, stands: bool) -> None:  # noqa: FBT001
    assert says("It was Robin\nRöster (r0bin) who found it.", name) == stands


def test_a_finding_is_told_by_its_words_and_its_field_and_not_by_its_line() -> None:
    def identities(*texts: tuple[str, str]) -> list[str]:
        passages = [Passage(anchor=anchor, label="X", text=text) for anchor, text in texts]
        return [finding.identity for finding in search(passages, KNOWN)]

    here = identities(("id_fix", "By r0bin."))

    assert identities(("id_fix", "\n\nBy R0bin, and r0bin again.")) == here
    assert identities(("id_details", "By r0bin.")) != here
    assert identities(("id_fix", "By Robin Röster.")) != here


def test_a_finding_says_the_line_it_was_first_seen_in() -> None:
    (finding,) = search([Passage(anchor="id_fix", label="Fix", text="One.\nTwo.\nBy r0bin, r0bin.")], KNOWN)

    assert (finding.label, finding.line, finding.found) == ("Fix", 3, "r0bin")


words = st.lists(st.sampled_from(["alpha", "beta", "gamma", "delta", "omega", "file", "root"]), max_size=40)


@given(before=words, shared=words, after=words)
@settings(max_examples=200)
def test_so_many_words_in_a_row_are_found_whatever_stands_around_them(
    before: list[str], shared: list[str], after: list[str]
) -> None:
    own = [f"own{number}" for number in range(len(before))]
    text = " ".join([*own, *shared, "end", *after])

    found = found_in(text, Confidences(conversation=[" ".join(shared)]))

    copied = [words for kind, words in found if kind is LeakKind.COPIED]
    assert any(" ".join(shared) in each for each in copied) == (len(shared) >= SHINGLE)


@given(text=st.text(max_size=300), names=st.lists(st.text(max_size=20), max_size=5))
@settings(max_examples=100)
def test_no_text_and_no_name_makes_it_stumble(text: str, names: list[str]) -> None:
    known = Confidences(identities=names, people=names, internal=names, conversation=[text], addresses=names)

    for finding in search([Passage(anchor="id_x", label="X", text=text)], known):
        assert finding.found
        assert 1 <= finding.line <= text.count("\n") + 1


HOSTILE = {
    "a": "a" * 64_000,
    "at": "@" * 64_000,
    "address": "a@b." * 16_000,
    "dots": "a@" + "b." * 32_000,
    "jwt": "eyJ" * 21_000,
    "jwts": "eyJ." * 16_000,
    "github": "ghp_" * 16_000,
    "pem": "-----BEGIN " * 6_000,
    "login": "://a:" * 13_000,
    "name": "robin " * 10_000,
    "link": "https://" * 8_000,
    "base64": base64.b64encode(random.Random(2).randbytes(48_000)).decode(),  # noqa: S311 - no secret
    "zero width": "\u200b" * 64_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_takes_no_time(text: str) -> None:
    known = Confidences(
        identities=["Robin " * 10],
        people=["robin robin"],
        conversation=[text] * 3,
        addresses=["x@y"],
        reference_prefix="WSC",
    )
    began = time.process_time()

    search([Passage(anchor="id_x", label="X", text=text)], known)

    assert time.process_time() - began < 2
