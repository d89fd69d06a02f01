"""Look for known holes in what the hashed requirement files pin (SUP-01): `audit_dependencies.py FILE…`.

pip-audit asks the package index. An index that has no data about holes makes it skip every package and call that a
success, which would be a check that cannot fail. So: where some could be audited, one that is vulnerable or was skipped
fails; where none could, this says so loudly and passes, because nobody can mend that in our code.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NotRequired, TypedDict

PIP_AUDIT = Path(sys.executable).with_name("pip-audit")
NO_ANSWER = ("Could not connect", "Max retries exceeded")
"""How pip-audit and the library beneath it say that nobody answered."""


class Hole(TypedDict):
    id: str
    fix_versions: list[str]


class Package(TypedDict):
    """As pip-audit reports it: audited, or skipped with a reason."""

    name: str
    version: NotRequired[str]
    vulns: NotRequired[list[Hole]]
    skip_reason: NotRequired[str]


@dataclass(frozen=True, slots=True)
class Verdict:
    passes: bool
    words: str


def judge(packages: Sequence[Package]) -> Verdict:
    skipped = [package for package in packages if "skip_reason" in package]
    if not packages:
        return Verdict(passes=False, words="pip-audit saw no package: are these requirement files?")
    if len(skipped) == len(packages):
        return nothing_audited(skipped[0]["skip_reason"])
    complaints = [
        f"{package['name']} {package.get('version')}: {hole['id']}, mended in {hole['fix_versions'] or 'no version'}"
        for package in packages
        for hole in package.get("vulns", [])
    ]
    complaints += [f"{package['name']}: {package['skip_reason']}" for package in skipped]
    if complaints:
        return Verdict(passes=False, words="\n".join(complaints))
    return Verdict(passes=True, words=f"{len(packages)} packages audited, no known hole.")


def nothing_audited(why: str) -> Verdict:
    words = f"NOTHING WAS AUDITED, so this says nothing about known holes. The first reason: {why}"
    return Verdict(passes=True, words=words)


def ask(files: Sequence[str]) -> Verdict:
    """What pip-audit says of `files`; whatever it cannot tell as it promises is a failure."""
    requirements = [word for file in files for word in ("--requirement", file)]
    command = [str(PIP_AUDIT), "--require-hashes", "--disable-pip", "--format", "json", *requirements]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    if not answer.stdout.strip():
        if any(words in answer.stderr for words in NO_ANSWER):
            return nothing_audited("the package index cannot be reached.")
        return Verdict(passes=False, words=f"pip-audit failed:\n{answer.stderr}")
    return judge(json.loads(answer.stdout)["dependencies"])


if __name__ == "__main__":
    verdict = ask(sys.argv[1:])
    print(verdict.words)
    sys.exit(not verdict.passes)
