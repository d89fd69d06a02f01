"""The audit of the dependencies can fail, and never passes for having looked when it has not."""

from pathlib import Path

import pytest

from deploy.audit_dependencies import Package, Verdict, ask, judge

SOUND: Package = {"name": "sound", "version": "1.0", "vulns": []}
UNKNOWN: Package = {
    "name": "unknown",
    "skip_reason": "Dependency not found on PyPI and could not be audited: unknown (1)",
}
HOLED: Package = {"name": "holed", "version": "2.0", "vulns": [{"id": "GHSA-1", "fix_versions": ["2.1"]}]}


def test_packages_without_known_holes_pass() -> None:
    assert judge([SOUND, SOUND]) == Verdict(passes=True, words="2 packages audited, no known hole.")


def test_a_known_hole_fails_and_says_what_mends_it() -> None:
    assert judge([SOUND, HOLED]) == Verdict(passes=False, words="holed 2.0: GHSA-1, mended in ['2.1']")


def test_a_package_that_was_skipped_among_others_fails() -> None:
    verdict = judge([SOUND, UNKNOWN])

    assert not verdict.passes
    assert verdict.words.startswith("unknown: Dependency not found")


def test_an_index_without_data_passes_and_says_loudly_that_nothing_was_audited() -> None:
    verdict = judge([UNKNOWN, UNKNOWN])

    assert verdict.passes
    assert verdict.words.startswith("NOTHING WAS AUDITED")
    assert "could not be audited: unknown" in verdict.words


def test_no_packages_at_all_are_a_failure() -> None:
    assert not judge([]).passes


def test_an_index_that_cannot_be_reached_passes_and_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    file = tmp_path / "one.txt"
    file.write_text(f"nothing==1.0 --hash=sha256:{'0' * 64}\n")

    verdict = ask([str(file)])

    assert verdict == Verdict(
        passes=True,
        words="NOTHING WAS AUDITED, so this says nothing about known holes. "
        "The first reason: the package index cannot be reached.",
    )


@pytest.mark.parametrize("file", ["requirements/nowhere.txt", "pyproject.toml"])
def test_files_that_cannot_be_audited_are_a_failure(file: str) -> None:
    verdict = ask([file])

    assert not verdict.passes
    assert verdict.words.startswith("pip-audit failed:")
