"""Where packages are published, and how each place is called by those who read our advisories."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from packageurl import PackageURL
from univers.versions import (
    MavenVersion,
    NugetVersion,
    PypiVersion,
    RubygemsVersion,
    SemverVersion,
    Version,
)

REPOSITORY_HOST: Final = "github.com"
STRICTLY_SEMANTIC: Final = re.compile(
    r"(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*)){2}"
    r"(?:-(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*)?"
    r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)
"""A version as semver.org wants it, without a v in front."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    label: str
    osv: str | None
    """None: OSV knows no such ecosystem, so that its ranges are those of a Git repository."""
    purl: str
    versions: type[Version]


class Ecosystem(StrEnum):
    """GitHub's list in GitHub's spelling, and container images, which GitHub knows only as something else."""

    RUBYGEMS = "rubygems"
    NPM = "npm"
    PIP = "pip"
    MAVEN = "maven"
    NUGET = "nuget"
    COMPOSER = "composer"
    GO = "go"
    RUST = "rust"
    ERLANG = "erlang"
    ACTIONS = "actions"
    PUB = "pub"
    SWIFT = "swift"
    OCI = "oci"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The name that people know."""
        return SPELLINGS[self].label

    @property
    def github(self) -> str:
        return Ecosystem.OTHER.value if self is Ecosystem.OCI else self.value

    @property
    def osv(self) -> str | None:
        return SPELLINGS[self].osv

    @property
    def purl_type(self) -> str:
        return SPELLINGS[self].purl

    @property
    def version_class(self) -> type[Version]:
        """How its versions are ordered.

        Maven's order stands in where an ecosystem has four numbers, or no rules of its own: it reads any text, numbers
        as numbers, and puts alpha, beta and rc before the release.
        """
        return SPELLINGS[self].versions

    @property
    def is_semantic(self) -> bool:
        """Versions are those of semver.org: three numbers, and nothing after a plus sign counts."""
        return self.version_class is SemverVersion


SPELLINGS: Final[dict[Ecosystem, Spelling]] = {
    Ecosystem.RUBYGEMS: Spelling(label="RubyGems", osv="RubyGems", purl="gem", versions=RubygemsVersion),
    Ecosystem.NPM: Spelling(label="npm", osv="npm", purl="npm", versions=SemverVersion),
    Ecosystem.PIP: Spelling(label="PyPI", osv="PyPI", purl="pypi", versions=PypiVersion),
    Ecosystem.MAVEN: Spelling(label="Maven", osv="Maven", purl="maven", versions=MavenVersion),
    Ecosystem.NUGET: Spelling(label="NuGet", osv="NuGet", purl="nuget", versions=NugetVersion),
    Ecosystem.COMPOSER: Spelling(label="Packagist", osv="Packagist", purl="composer", versions=MavenVersion),
    Ecosystem.GO: Spelling(label="Go", osv="Go", purl="golang", versions=SemverVersion),
    Ecosystem.RUST: Spelling(label="crates.io", osv="crates.io", purl="cargo", versions=SemverVersion),
    Ecosystem.ERLANG: Spelling(label="Hex", osv="Hex", purl="hex", versions=SemverVersion),
    Ecosystem.ACTIONS: Spelling(label="GitHub Actions", osv="GitHub Actions", purl="github", versions=SemverVersion),
    Ecosystem.PUB: Spelling(label="Pub", osv="Pub", purl="pub", versions=SemverVersion),
    Ecosystem.SWIFT: Spelling(label="Swift", osv="SwiftURL", purl="swift", versions=SemverVersion),
    Ecosystem.OCI: Spelling(label="container image", osv=None, purl="oci", versions=MavenVersion),
    Ecosystem.OTHER: Spelling(label="something else", osv=None, purl="generic", versions=MavenVersion),
}


def purl(ecosystem: Ecosystem, package: str, *, version: str = "") -> str:
    """The package URL, or nothing if the package's name does not make one."""
    namespace, name, qualifiers = _parts(ecosystem, package.strip())
    if not name:
        return ""
    if ecosystem is Ecosystem.OCI and version and ":" not in version:
        qualifiers, version = {**qualifiers, "tag": version}, ""  # the version of an image is its digest
    try:
        return PackageURL(ecosystem.purl_type, namespace or None, name, version or None, qualifiers).to_string()
    except ValueError:
        return ""


def _parts(ecosystem: Ecosystem, package: str) -> tuple[str, str, dict[str, str]]:
    """Namespace, name and qualifiers."""
    match ecosystem:
        case Ecosystem.MAVEN:
            namespace, _, name = package.rpartition(":")
            return namespace.replace(":", "/"), name, {}
        case Ecosystem.OCI:
            path, _, name = package.rpartition("/")
            return "", name, {"repository_url": package} if path else {}
        case Ecosystem.SWIFT:
            namespace, _, name = _without_scheme(package).rpartition("/")
            return namespace or REPOSITORY_HOST, name, {}
        case _:
            namespace, _, name = package.strip("/").rpartition("/")
            return namespace, name, {}


def _without_scheme(address: str) -> str:
    return address.partition("://")[2].removesuffix(".git") if "://" in address else address
