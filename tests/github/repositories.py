"""What stands in the repositories of the GitHub on this machine, and what is written there."""

from http import HTTPStatus

from tests.github.examples import Json, Repo, row

SAID = frozenset({"summary", "description", "severity", "state", "cve_id", "cwe_ids", "vulnerabilities", "credits"})
"""What an answer repeats of what was sent; the rest of it is the example."""


def advisory(number: int, **values: object) -> Json:
    """A draft without anything."""
    bare: Json = {
        "cve_id": None, "state": "draft", "published_at": None, "private_fork": None, "credits": [],
        "credits_detailed": [], "collaborating_users": [], "collaborating_teams": [], "submission": None,
    }  # fmt: skip
    return row("repository-advisory", ghsa_id=f"GHSA-2222-3333-{number:04}", **{**bare, **values})


def told(repo: Repo, rest: list[str]) -> object | None:
    """None where nothing is."""
    match rest:
        case []:
            return shown(repo, "full-repository-default-response")
        case ["releases", *which]:
            return releases(repo, which)
        case ["security-advisories", *which]:
            return advisories(repo, which)
        case ["private-vulnerability-reporting"]:
            return {"enabled": True}
    return _people(repo, rest)


def shown(repo: Repo, example: str) -> Json:
    whole = row(example, id=repo.id, full_name=repo.full_name, archived=repo.archived, language=None)
    return {name: value for name, value in whole.items() if name not in {"parent", "source"}}


def _people(repo: Repo, rest: list[str]) -> object | None:
    match rest:
        case ["collaborators"]:
            return [
                row("collaborator-items", id=number, login=login, role_name=role)
                for number, login, role in repo.collaborators
            ]
        case ["contributors"]:
            example = "contributor-items-response-if-repository-contains-content"
            return [
                row(example, id=number, login=login, contributions=count) for number, login, count in repo.contributors
            ]
    return None


def releases(repo: Repo, which: list[str]) -> object | None:
    match which:
        case []:
            return [row("release-items", **values) for values in repo.releases]
        case ["tags", tag]:
            return next((row("release", **each) for each in repo.releases if each["tag_name"] == tag), None)
        case [number]:
            return next((row("release", **each) for each in repo.releases if str(each["id"]) == number), None)
    return None


def advisories(repo: Repo, which: list[str]) -> object | None:
    match which:
        case []:
            return repo.advisories
        case [ghsa_id]:
            return _found(repo, ghsa_id)
    return None


def answer(repo: Repo, method: str, rest: list[str], body: object) -> tuple[int, object] | None:
    """What was asked for is done."""
    sent = body if isinstance(body, dict) else {}
    match method, rest:
        case "POST", ["security-advisories"]:
            repo.advisories.append(advisory(len(repo.advisories) + 1, **_said(sent)))
            return HTTPStatus.CREATED, repo.advisories[-1]
        case "PATCH", ["security-advisories", ghsa_id] if found := _found(repo, ghsa_id):
            found.update(_said(sent))
            return HTTPStatus.OK, found
        case "POST", ["security-advisories", ghsa_id, "cve"] if _found(repo, ghsa_id):
            return HTTPStatus.ACCEPTED, {}
        case "POST", ["security-advisories", ghsa_id, "forks"] if found := _found(repo, ghsa_id):
            fork = row("full-repository", full_name=f"{repo.full_name}-{ghsa_id.lower()}", has_discussions=False)
            found["private_fork"] = fork
            return HTTPStatus.ACCEPTED, fork
        case "PATCH", ["releases", number]:
            release = next((each for each in repo.releases if str(each["id"]) == number), None)
            if release is not None:
                release.update(sent)
                return HTTPStatus.OK, row("release", **release)
    return None


def _said(sent: Json) -> Json:
    said = {name: value for name, value in sent.items() if name in SAID}
    vulnerabilities = said.get("vulnerabilities")
    if isinstance(vulnerabilities, list):
        said["vulnerabilities"] = [{"vulnerable_functions": None, **each} for each in vulnerabilities]
    return said


def _found(repo: Repo, ghsa_id: str) -> Json | None:
    return next((each for each in repo.advisories if each["ghsa_id"] == ghsa_id), None)
