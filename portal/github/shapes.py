"""GitHub's JSON in full, as its description promises it: what the sandbox answers.

Contract tests hold every one of these against that description.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from portal.github.values import Account, Issue, Release, Repository

type Shaped = dict[str, object]

SOME_TIME_AGO: Final = "2020-01-01T00:00:00Z"
ROLES: Final = ("pull", "triage", "push", "maintain", "admin")
"""As GitHub calls them in `permissions`, each holding those before it."""
PERMISSION_OF_ROLE: Final = {"read": "pull", "write": "push"}

OF_A_REPOSITORY: Final = {
    "archive_url": "{archive_format}{/ref}", "assignees_url": "assignees{/user}", "blobs_url": "git/blobs{/sha}",
    "branches_url": "branches{/branch}", "collaborators_url": "collaborators{/collaborator}",
    "comments_url": "comments{/number}", "commits_url": "commits{/sha}", "compare_url": "compare/{base}...{head}",
    "contents_url": "contents/{+path}", "contributors_url": "contributors", "deployments_url": "deployments",
    "downloads_url": "downloads", "events_url": "events", "forks_url": "forks", "git_commits_url": "git/commits{/sha}",
    "git_refs_url": "git/refs{/sha}", "git_tags_url": "git/tags{/sha}", "hooks_url": "hooks",
    "issue_comment_url": "issues/comments{/number}", "issue_events_url": "issues/events{/number}",
    "issues_url": "issues{/number}", "keys_url": "keys{/key_id}", "labels_url": "labels{/name}",
    "languages_url": "languages", "merges_url": "merges", "milestones_url": "milestones{/number}",
    "notifications_url": "notifications{?since,all,participating}", "pulls_url": "pulls{/number}",
    "releases_url": "releases{/id}", "stargazers_url": "stargazers", "statuses_url": "statuses/{sha}",
    "subscribers_url": "subscribers", "subscription_url": "subscription", "tags_url": "tags", "teams_url": "teams",
    "trees_url": "git/trees{/sha}",
}  # fmt: skip
OF_AN_ACCOUNT: Final = {
    "followers_url": "followers", "following_url": "following{/other_user}", "gists_url": "gists{/gist_id}",
    "starred_url": "starred{/owner}{/repo}", "subscriptions_url": "subscriptions", "organizations_url": "orgs",
    "repos_url": "repos", "events_url": "events{/privacy}", "received_events_url": "received_events",
}  # fmt: skip
COUNTED: Final = (
    "forks", "forks_count", "network_count", "open_issues", "open_issues_count", "size", "stargazers_count",
    "subscribers_count", "watchers", "watchers_count",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shapes:
    """`web` is where people look at this GitHub; its interface lies below."""

    web: str

    def account(self, account: Account, *, kind: str = "User") -> Shaped:
        api, page = f"{self.web}/api/v3/users/{account.login}", f"{self.web}/{account.login}"
        return {
            "login": account.login,
            "id": account.id,
            "node_id": _node("User", account.id),
            "avatar_url": f"{page}.png",
            "gravatar_id": "",
            "url": api,
            "html_url": page,
            **{name: f"{api}/{end}" for name, end in OF_AN_ACCOUNT.items()},
            "type": kind,
            "site_admin": False,
            "user_view_type": "public",
        }

    def person(self, account: Account, *, since: datetime) -> Shaped:
        """As they tell the world of themselves, which is nothing."""
        return {
            **self.account(account),
            **dict.fromkeys(("name", "company", "location", "email", "hireable", "bio")),
            **dict.fromkeys(("public_repos", "public_gists", "followers", "following"), 0),
            "blog": "",
            "created_at": moment_of(since),
            "updated_at": moment_of(since),
        }

    def collaborator(self, account: Account, *, role_name: str) -> Shaped:
        held = PERMISSION_OF_ROLE.get(role_name, role_name)
        reach = ROLES.index(held) if held in ROLES else 0
        permissions = {role: number <= reach for number, role in enumerate(ROLES)}
        return {**self.account(account), "permissions": permissions, "role_name": role_name}

    def contributor(self, account: Account, *, contributions: int) -> Shaped:
        return {**self.account(account), "contributions": contributions}

    def holder(self, account: Account) -> Shaped:
        """Of a role in the organisation."""
        return {**self.account(account), "assignment": "direct"}

    def repository(self, repository: Repository) -> Shaped:
        owner, _, name = repository.full_name.partition("/")
        api, page = f"{self.web}/api/v3/repos/{repository.full_name}", f"{self.web}/{repository.full_name}"
        return {
            "id": repository.id,
            "node_id": _node("Repository", repository.id),
            "name": name,
            "full_name": repository.full_name,
            "owner": self.account(Account(id=1, login=owner), kind="Organization"),
            "private": False,
            "html_url": page,
            "description": repository.description or None,
            "fork": False,
            "url": api,
            **{name: f"{api}/{end}" for name, end in OF_A_REPOSITORY.items()},
            "archived": repository.archived,
            "disabled": False,
            "visibility": "public",
            **dict.fromkeys(("pushed_at", "created_at", "updated_at"), SOME_TIME_AGO),
        }

    def whole_repository(self, repository: Repository) -> Shaped:
        """What is told of one alone."""
        page = f"{self.web}/{repository.full_name}"
        return {
            **self.repository(repository),
            **dict.fromkeys(("clone_url", "git_url", "ssh_url"), f"{page}.git"),
            "svn_url": page,
            **dict.fromkeys(COUNTED, 0),
            **dict.fromkeys(("has_issues", "has_projects", "has_wiki", "has_pages", "has_discussions"), False),
            **dict.fromkeys(("homepage", "language", "license", "mirror_url")),
            "default_branch": "main",
        }

    def release(self, release: Release, *, repository: str) -> Shaped:
        api, page = f"{self.web}/api/v3/repos/{repository}", f"{self.web}/{repository}"
        return {
            "id": release.id,
            "node_id": _node("Release", release.id),
            "url": f"{api}/releases/{release.id}",
            "html_url": release.html_url or f"{page}/releases/tag/{release.tag}",
            "assets_url": f"{api}/releases/{release.id}/assets",
            "upload_url": f"{api}/releases/{release.id}/assets{{?name,label}}",
            "tarball_url": f"{api}/tarball/{release.tag}",
            "zipball_url": f"{api}/zipball/{release.tag}",
            "tag_name": release.tag,
            "target_commitish": release.target or "main",
            "name": release.name or release.tag,
            "body": release.notes,
            "draft": release.draft,
            "prerelease": release.prerelease,
            "created_at": moment_of(release.created_at) or SOME_TIME_AGO,
            "published_at": moment_of(release.published_at),
            "author": self.account(release.author) if release.author else None,
            "assets": [],
        }

    def issue(self, issue: Issue, *, title: str, author: Account, repository: str) -> Shaped:
        api, page = f"{self.web}/api/v3/repos/{repository}", f"{self.web}/{repository}"
        place = f"{api}/issues/{issue.number}"
        return {
            "id": issue.number,
            "node_id": _node("Issue", issue.number),
            "url": place,
            "repository_url": api,
            "labels_url": f"{place}/labels{{/name}}",
            "comments_url": f"{place}/comments",
            "events_url": f"{place}/events",
            "html_url": f"{page}/issues/{issue.number}",
            "number": issue.number,
            "state": "open",
            "title": title,
            "body": issue.body,
            "user": self.account(author, kind="Bot"),
            "labels": [],
            "assignee": None,
            "assignees": [],
            "milestone": None,
            "locked": False,
            "comments": 0,
            "author_association": "NONE",
            "closed_at": None,
            "created_at": moment_of(issue.created_at),
            "updated_at": moment_of(issue.created_at),
        }

    def team(self, slug: str) -> Shaped:
        api = f"{self.web}/api/v3/teams/{slug}"
        return {
            "id": 1,
            "node_id": _node("Team", 1),
            "name": slug,
            "slug": slug,
            "description": None,
            "permission": "pull",
            "url": api,
            "html_url": f"{self.web}/orgs/teams/{slug}",
            "members_url": f"{api}/members{{/member}}",
            "repositories_url": f"{api}/repos",
            "type": "organization",
            "parent": None,
        }

    def organisation_role(self, number: int, name: str, *, organisation: Account) -> Shaped:
        return {
            "id": number,
            "name": name,
            "description": None,
            "base_role": "read",
            "source": "Predefined",
            "permissions": [],
            "organization": self.account(organisation, kind="Organization"),
            "created_at": SOME_TIME_AGO,
            "updated_at": SOME_TIME_AGO,
        }


def mistake(message: str, *, status: int, errors: Sequence[Shaped] = ()) -> Shaped:
    told: Shaped = {"message": message, "documentation_url": "https://docs.github.com/rest", "status": str(status)}
    return {**told, "errors": list(errors)} if errors else told


def moment_of(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def _node(kind: str, number: int) -> str:
    return base64.b64encode(f"0:{kind}{number}".encode()).decode()
