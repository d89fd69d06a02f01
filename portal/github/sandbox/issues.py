"""What the sandbox says of issues, and how one is begun."""

from http import HTTPStatus

from portal.github import bodies
from portal.github.sandbox import rules
from portal.github.sandbox.answering import OUR_APP, Asked, Told, in_shape, page_of, repository_in
from portal.github.shapes import Shaped
from portal.github.values import Issue
from portal.sandbox_models import SandboxIssue, SandboxRepository


def issues(asked: Asked) -> Told:
    """The newest first, as they are asked for."""
    repository = repository_in(asked)
    rows = SandboxIssue.objects.filter(repository=repository).order_by("-pk")
    return page_of([_shaped(row, repository) for row in rows], asked)


def create(asked: Asked) -> Told:
    repository = repository_in(asked)
    rules.check(asked.body, bodies.NEW_ISSUE)
    row = SandboxIssue.objects.create(
        repository=repository, title=str(asked.body["title"]), text=str(asked.body["body"]), created_at=asked.now
    )
    return Told(_shaped(row, repository), status=HTTPStatus.CREATED, is_done=True, about=f"#{row.pk}")


def _shaped(row: SandboxIssue, repository: SandboxRepository) -> Shaped:
    issue = Issue(number=row.pk, html_url="", body=row.text, created_at=row.created_at)
    return in_shape().issue(issue, title=row.title, author=OUR_APP, repository=repository.full_name)
