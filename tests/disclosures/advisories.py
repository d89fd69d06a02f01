"""Advisories for the tests of everything that is built from one: a rich one, a minimal one, and any that could be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final

from hypothesis import strategies as st

from disclosures.ecosystems import Ecosystem
from disclosures.formats.cve import GITHUB
from disclosures.snapshot import (
    Cna,
    Credit,
    CreditType,
    Organisation,
    Product,
    Range,
    Reference,
    ReferenceKind,
    Relation,
    RelationKind,
    RepositoryAdvisory,
    Revision,
    Severity,
    Snapshot,
)

PUBLISHED: Final = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)

ORGANISATION: Final = Organisation(
    name="Example Web Stack",
    namespace="https://security.example.org",
    contact="security@example.org",
    cna=Cna(short_name="example", org_id="b2b5ea8e-9fb6-4b6b-9d4d-0a1f5b6f9c3e"),
)

MINIMAL: Final = Snapshot(
    identifier="WSC-SA-2222-2222",
    title="Draft",
    overview="Something is wrong.",
    details="It can be reached.",
    fix="Update.",
    organisation=replace(ORGANISATION, contact="", cna=None),
    modified_at=PUBLISHED,
)

RICH: Final = Snapshot(
    identifier="WSC-SA-7K3M-9QXD",
    title="Path traversal in `static` <files> of *router*",
    overview="A request can read files outside of the served folder.",
    details="The path is joined before it is decoded:\n\n```\nGET /static/%2e%2e/secret\n```",
    fix="Update to 1.4.2 or 2.0.1, or to the image 2.0.1.",
    workaround="Serve static files by another server.",
    products=(
        Product(
            project="Router",
            repository="example-org/router",
            repository_url="https://github.com/example-org/router",
            ecosystem=Ecosystem.NPM,
            package="@example/router",
            ranges=(
                Range(introduced="1.0.0", fixed_in="1.4.2"),
                Range(introduced="2.0.0-rc.1", last_affected="2.0.0", fixed_in="2.0.1"),
            ),
        ),
        Product(
            project="Router image",
            repository="example-org/images",
            repository_url="https://github.com/example-org/images",
            ecosystem=Ecosystem.OCI,
            package="ghcr.io/example-org/router",
            ranges=(Range(last_affected="2.0.0", fixed_in="2.0.1"),),
        ),
        Product(
            project="Router",
            repository="example-org/router",
            repository_url="https://github.com/example-org/router",
            ecosystem=Ecosystem.PIP,
            package="Example_Router",
            ranges=(Range(introduced="0.9", last_affected="0.9"), Range(introduced="1.0rc1")),
        ),
    ),
    cvss31="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
    cvss40="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N",
    severity=Severity.HIGH,
    cwe_ids=("CWE-22", "CWE-36"),
    references=(
        Reference(url="https://github.com/example-org/router/commit/0a1b2c", kind=ReferenceKind.FIX),
        Reference(url=f"https://github.com/example-org/images/commit/{'0a1b2c3d' * 5}", kind=ReferenceKind.FIX),
        Reference(url="https://blog.example.org/router", kind=ReferenceKind.ARTICLE),
    ),
    credits=(
        Credit(text="Mona Lisa Octocat", name="Mona Lisa Octocat", handle="monalisa"),
        Credit(
            text="Zoë “<b>” O'Neil of *Example* & Sons",
            name="Zoë “<b>” O'Neil",
            organisation="*Example* & Sons",
            type=CreditType.FINDER,
        ),
        Credit(text="fixer", name="fixer", handle="fixer", type=CreditType.REMEDIATION_DEVELOPER),
    ),
    cve_id="CVE-2026-12345",
    cve_assigner=ORGANISATION.cna,
    repository_advisories=(
        RepositoryAdvisory(
            repository="example-org/router",
            ghsa_id="GHSA-2222-3333-4444",
            url="https://github.com/example-org/router/security/advisories/GHSA-2222-3333-4444",
        ),
        RepositoryAdvisory(
            repository="example-org/images",
            ghsa_id="GHSA-5555-6666-7777",
            url="https://github.com/example-org/images/security/advisories/GHSA-5555-6666-7777",
        ),
    ),
    related=(
        Relation(
            kind=RelationKind.INCOMPLETE_FIX_OF,
            identifier="WSC-SA-3H4J-5K6M",
            url="https://security.example.org/advisories/WSC-SA-3H4J-5K6M",
        ),
    ),
    organisation=ORGANISATION,
    page_url="https://security.example.org/advisories/WSC-SA-7K3M-9QXD",
    published_at=PUBLISHED,
    modified_at=PUBLISHED + timedelta(days=20),
    revision=2,
    revisions=(
        Revision(number=1, at=PUBLISHED, changed="First published."),
        Revision(number=2, at=PUBLISHED + timedelta(days=20), changed="The CVE ID has arrived."),
    ),
)

NUMBERS: Final = ("0.9.0", "1.0.0", "1.0.1", "1.9.3", "1.10.0", "2.0.0", "2.0.10", "10.0.0", "2026.11.25")
SEMANTIC: Final = (*NUMBERS, "1.0.0-alpha", "1.0.0-beta.2", "1.0.0-beta.11", "2.0.0-rc.1", "v3.0.0", "3", "3.1")
VERSIONS: Final[dict[Ecosystem, tuple[str, ...]]] = {
    **dict.fromkeys(Ecosystem, SEMANTIC),
    Ecosystem.GO: (*NUMBERS, "v1.2.0", "v1.2.3-0.20261125170000-abcdefabcdef", "v2.0.0+incompatible"),
    Ecosystem.PIP: (*NUMBERS, "1.0rc1", "1.0b2", "1.0.post1", "1.1.dev3", "1!0.1", "2.0+local.1", "0.1"),
    Ecosystem.RUBYGEMS: (*NUMBERS, "1.0.0.beta1", "1.0.0.beta10", "1.0.0.1", "2.0.0.pre"),
    Ecosystem.MAVEN: (*NUMBERS, "1.0.0-rc1", "1.0.0.Final", "1.0.0-SNAPSHOT", "1.0.0.1", "2.0.0-jre11"),
    Ecosystem.NUGET: (*NUMBERS, "1.0.0-beta", "1.0.0.1", "1.0.0.10", "2.0.0-rc.2"),
    Ecosystem.COMPOSER: (*NUMBERS, "1.0.0-beta1", "1.0.0-RC1", "v1.2.3", "1.0.0.4"),
    Ecosystem.OCI: (*NUMBERS, "1.0.0-alpine", "1.0.0-debian-12", "20261125", "3.x", "all"),
    Ecosystem.OTHER: (*NUMBERS, "r12", "r120", "2026.2", "1.0a", "release/1.0", "before", "3.x", "all"),
}
"""Such as are written in each ecosystem, and some that would be: `ranges_of` brings them into order."""

PACKAGES: Final[dict[Ecosystem, tuple[str, ...]]] = {
    Ecosystem.NPM: ("router", "@example/router"),
    Ecosystem.MAVEN: ("org.example:router",),
    Ecosystem.COMPOSER: ("example/router",),
    Ecosystem.GO: ("example.org/router", "github.com/example-org/router/v2"),
    Ecosystem.ACTIONS: ("example-org/setup", "example-org/actions/setup"),
    Ecosystem.SWIFT: ("github.com/example-org/router", "https://github.com/example-org/router.git"),
    Ecosystem.OCI: ("ghcr.io/example-org/router", "router"),
}


@st.composite
def ranges_of(draw: st.DrawFn, ecosystem: Ecosystem) -> tuple[Range, ...]:
    """One to three ranges in order, none overlapping, in every form that a range has."""
    pool = _ordered(ecosystem)
    chosen = draw(st.sets(st.integers(0, len(pool) - 1), min_size=1, max_size=9))
    versions = [pool[place] for place in sorted(chosen)]
    spans: list[Range] = []
    while versions and len(spans) < 3:
        span, versions = draw(_next_range(versions, first=not spans))
        spans.append(span)
        if not (span.fixed_in or span.last_affected):
            break
    return tuple(spans)


@st.composite
def _next_range(draw: st.DrawFn, versions: list[str], *, first: bool) -> tuple[Range, list[str]]:
    """A range out of the smallest of the versions, and those left over."""
    introduced = "" if first and draw(st.booleans()) else versions[0]
    later = versions[1:] if introduced else versions
    forms = ["open", "only"] if introduced else ["open"]
    forms += ["fixed", "last"] if later else []
    forms += ["last and fixed"] if later[1:] else []
    match draw(st.sampled_from(forms)):
        case "only":
            return Range(introduced=introduced, last_affected=introduced), later
        case "fixed":
            return Range(introduced=introduced, fixed_in=later[0]), later[1:]
        case "last":
            return Range(introduced=introduced, last_affected=later[0]), later[1:]
        case "last and fixed":
            return Range(introduced=introduced, last_affected=later[0], fixed_in=later[1]), later[2:]
    return Range(introduced=introduced), []


@cache
def _ordered(ecosystem: Ecosystem) -> tuple[str, ...]:
    """All that we write, in the ecosystem's own order, each once."""
    order = ecosystem.version_class
    kept: list[str] = []
    for version in sorted(VERSIONS[ecosystem], key=lambda written: order(written.partition("+")[0])):
        if not kept or order(kept[-1]) < order(version):
            kept.append(version)
    return tuple(kept)


WORDS: Final = st.text(min_size=1, max_size=60) | st.sampled_from(
    [
        "A *title*",
        "<script>alert(1)</script>",
        "two\nlines",
        "right\u202eto left",
        "nul\x00",
        "half \ud800",
        " ",
        "@who #1",
    ]
)
PROSE: Final = st.sampled_from(["", "Some words.", "```\ncode\n```", "\u202e", "a\r\nb\x07"]) | st.text(max_size=200)
ADDRESSES: Final = st.sampled_from(
    [
        "https://blog.example.org/post?id=1&x=[1]",
        "https://blog.example.org/ünï?q=<b>#x",
        "https://github.com/example-org/router/commit/" + "0123456789" * 4,
        "javascript:alert(1)",
        "nonsense",
        "",
    ]
)
VECTORS31: Final = st.sampled_from(
    [
        "",
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
        "CVSS:3.1/S:C/C:L/I:L/A:N/AV:N/AC:L/PR:N/UI:R/E:X",
        "CVSS:3.1/?",
    ]
)
VECTORS40: Final = st.sampled_from(
    ["", "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N", "CVSS:4.0/nothing"]
)
MOMENTS: Final = st.datetimes(
    min_value=datetime(2026, 1, 1),  # noqa: DTZ001
    max_value=datetime(2030, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@st.composite
def products(draw: st.DrawFn) -> Product:
    ecosystem = draw(st.sampled_from(Ecosystem))
    repository = draw(st.sampled_from(["example-org/router", "example-org/images"]))
    return Product(
        project=draw(st.sampled_from(["Router", "Röuter “2” <x>", ""])),
        repository=repository,
        repository_url=f"https://github.com/{repository}",
        ecosystem=ecosystem,
        package=draw(st.sampled_from([*PACKAGES.get(ecosystem, ("router",)), ""])),
        ranges=draw(st.just(()) | ranges_of(ecosystem)),
    )


CREDITS: Final = st.builds(
    Credit, text=WORDS, name=WORDS, handle=st.sampled_from(["", "monalisa", "Monalisa", "hubot"]), organisation=PROSE,
    type=st.sampled_from(CreditType),
)  # fmt: skip
REPOSITORY_ADVISORIES: Final = st.sampled_from([(), RICH.repository_advisories[:1], RICH.repository_advisories])
REVISIONS: Final = st.lists(MOMENTS, max_size=4).map(
    lambda moments: tuple(Revision(number=3 * n, at=at, changed="") for n, at in enumerate(moments, start=1))
)

SNAPSHOTS: Final[st.SearchStrategy[Snapshot]] = st.builds(
    Snapshot,
    identifier=st.sampled_from(["WSC-SA-7K3M-9QXD", "WSC-SA-2222-2222"]),
    title=WORDS | st.just(""),
    overview=PROSE,
    details=PROSE,
    fix=PROSE,
    workaround=PROSE,
    no_workaround=st.booleans(),
    products=st.lists(products(), max_size=4).map(tuple),
    cvss31=VECTORS31,
    cvss40=VECTORS40,
    severity=st.none() | st.sampled_from(Severity),
    cwe_ids=st.lists(
        st.sampled_from(["CWE-22", "CWE-79", "CWE-1333", "CWE-0", "nonsense", "CWE-999999"]), max_size=3
    ).map(tuple),
    references=st.lists(st.builds(Reference, url=ADDRESSES, kind=st.sampled_from(ReferenceKind)), max_size=4).map(
        tuple
    ),
    credits=st.lists(CREDITS, max_size=4).map(tuple),
    cve_id=st.sampled_from(["", "CVE-2026-12345"]),
    cve_assigner=st.sampled_from([None, GITHUB, ORGANISATION.cna]),
    repository_advisories=REPOSITORY_ADVISORIES,
    related=st.sampled_from([(), RICH.related]),
    organisation=st.sampled_from([ORGANISATION, MINIMAL.organisation]),
    page_url=st.sampled_from(["", RICH.page_url]),
    published_at=st.none() | MOMENTS,
    modified_at=MOMENTS,
    withdrawn_at=st.none() | MOMENTS,
    cve_rejected_at=st.none() | st.none() | st.none() | MOMENTS,
    withdrawal_reason=PROSE,
    revision=st.integers(1, 9),
    revisions=REVISIONS,
    is_rehearsal=st.booleans(),
)
"""Drafts, published and withdrawn ones, whole and with gaps, in every ecosystem and every form of range."""
