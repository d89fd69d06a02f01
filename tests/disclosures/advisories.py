"""Advisories for the tests of everything that is built from one: a rich one, a minimal one, and any that could be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from hypothesis import strategies as st

from disclosures.ecosystems import Ecosystem
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

SEMANTIC_VERSIONS = st.builds(
    "{}.{}.{}{}".format,
    st.integers(0, 30),
    st.integers(0, 30),
    st.integers(0, 30),
    st.sampled_from(["", "", "", "-alpha", "-beta.2", "-rc.1"]),
)
VERSIONS: Final[dict[Ecosystem, st.SearchStrategy[str]]] = {
    **dict.fromkeys(Ecosystem, SEMANTIC_VERSIONS),
    Ecosystem.PIP: st.from_regex(r"[0-9]{1,2}\.[0-9]{1,2}(\.[0-9]{1,2})?(rc1|b2|\.post1|\.dev3)?", fullmatch=True),
    Ecosystem.RUBYGEMS: st.from_regex(r"[0-9]{1,2}(\.[0-9]{1,2}){1,3}(\.beta[1-9])?", fullmatch=True),
    Ecosystem.MAVEN: st.from_regex(r"[0-9]{1,2}(\.[0-9]{1,2}){1,3}(-rc1|\.Final|-SNAPSHOT)?", fullmatch=True),
    Ecosystem.NUGET: st.from_regex(r"[0-9]{1,2}(\.[0-9]{1,2}){1,3}(-beta)?", fullmatch=True),
    Ecosystem.OCI: st.from_regex(r"[0-9]{1,2}(\.[0-9]{1,2}){1,2}(-alpine|-debian-12)?", fullmatch=True),
    Ecosystem.OTHER: st.from_regex(r"(20[0-9]{2}\.[0-9]{1,2}|r[0-9]{1,3}|[0-9]{1,2}[a-z]?)", fullmatch=True),
}
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
    versions = _ordered(ecosystem, draw(st.lists(VERSIONS[ecosystem], min_size=1, max_size=9)))
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


def _ordered(ecosystem: Ecosystem, versions: list[str]) -> list[str]:
    """In the ecosystem's own order, each once."""
    of = ecosystem.version_class
    kept: list[str] = []
    for version in sorted(versions, key=of):
        if not kept or of(kept[-1]) < of(version):
            kept.append(version)
    return kept
