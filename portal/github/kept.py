"""What GitHub answered last, page by page. It is kept when a question was answered whole, and never half."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.github.reading import Kept
from portal.models import GitHubAnswer


@dataclass(frozen=True, slots=True)
class Page:
    path: str
    etag: str
    rows: list[Kept]
    next_path: str


def recall(question: str) -> list[Page]:
    answers = GitHubAnswer.objects.filter(question=question).order_by("page")
    return [
        Page(path=answer.path, etag=answer.etag, rows=answer.rows, next_path=answer.next_path) for answer in answers
    ]


def keep(question: str, pages: Sequence[Page], *, instead_of: Sequence[Page]) -> None:
    """Write the pages that differ from those kept before, and drop the ones that are no more."""
    news = [
        GitHubAnswer(
            question=question,
            page=number,
            path=page.path,
            etag=page.etag,
            rows=page.rows,
            next_path=page.next_path,
        )
        for number, page in enumerate(pages, start=1)
        if page not in instead_of[number - 1 : number]
    ]
    if news:
        GitHubAnswer.objects.bulk_create(
            news,
            update_conflicts=True,
            unique_fields=["question", "page"],
            update_fields=["path", "etag", "rows", "next_path"],
        )
    if len(instead_of) > len(pages):
        GitHubAnswer.objects.filter(question=question, page__gt=len(pages)).delete()
