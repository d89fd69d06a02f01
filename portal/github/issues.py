"""GitHub's JSON of an issue, read with distrust."""

from portal import characters
from portal.github import bodies, reading
from portal.github.reading import Row
from portal.github.values import Issue


def is_issue(row: Row) -> bool:
    """GitHub lists pull requests among them."""
    return "pull_request" not in row


def issue(row: Row) -> Issue:
    body = row.get("body")
    return Issue(
        number=reading.number(row, "number"),
        html_url=reading.address(row, "html_url"),
        body=characters.storable(body)[: bodies.LONGEST_DESCRIPTION] if isinstance(body, str) else "",
        created_at=reading.moment(row, "created_at"),
    )
