"""What can go wrong between GitHub and us. No message quotes anything of an answer: it may be anybody's text."""

from datetime import datetime


class GitHubError(Exception):
    """GitHub did not tell what was asked, or do what was wanted. Whoever asked keeps what they know (AUT-05)."""


class Unavailable(GitHubError):
    """GitHub does not answer, breaks, or wants to be left alone. `retry_at`: not before then, as far as it said so."""

    def __init__(self, message: str, *, retry_at: datetime | None = None) -> None:
        super().__init__(message)
        self.retry_at = retry_at


class Limited(Unavailable):
    """We ask too much of GitHub. Nothing was done, and the same may be asked again at `retry_at`."""


class Uncertain(GitHubError):
    """It may have been done: the answer was lost, or is none. Look before asking again, or there may be two of it."""


class NotAccepted(GitHubError):
    """GitHub, or our own check before sending, refuses what was written.

    `fields`: those at fault, as the description names them. `is_repetition`: it says that this was done before.
    """

    def __init__(self, message: str, *, fields: tuple[str, ...] = (), is_repetition: bool = False) -> None:
        super().__init__(message)
        self.fields = fields
        self.is_repetition = is_repetition


class NotAllowed(GitHubError):
    """Our app may not see or do that, or is not known there: a setting or a permission is to be put right."""


class NotThere(GitHubError):
    """Nothing stands under that name, or nothing that our app may know of: GitHub does not tell which."""


class UnexpectedAnswer(GitHubError):
    """GitHub's answer is not what its description promises."""
