"""HTML of strangers: as text, for reading, and laid out with nothing left in it but words (RND-01, RND-02)."""

from portal.inbound.html_layout import sanitised
from portal.inbound.html_text import as_text

__all__ = ["as_text", "sanitised"]
