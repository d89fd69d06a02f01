from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """`{reference}` and `{due}` are filled in; sentences in `by_when` are left out when nothing is due."""

    subject: str
    says: tuple[str, ...]
    button: str
    by_when: str = ""
    page: str = "report"
    """The report's page that it leads a member to, by its name."""
    reporters_page: str = "track"
    """The one that it leads the reporter's side to."""
