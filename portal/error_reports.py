"""What Django tells of an exception where somebody asks for more than a log line: as little as our log."""

from django.utils.html import escape
from django.views.debug import ExceptionReporter

from portal.logs import DiscreetFormatter


class DiscreetReporter(ExceptionReporter):
    """Django's own shows every variable on the way, and so the report that a view had in hand (SEC-02).

    Nothing of ours asks for one. Whoever adds a handler that mails errors gets this.
    """

    def get_traceback_text(self) -> str:
        if self.exc_type is None or self.exc_value is None:
            return ""
        return DiscreetFormatter().formatException((self.exc_type, self.exc_value, self.tb))

    def get_traceback_html(self) -> str:
        return f"<pre>{escape(self.get_traceback_text())}</pre>"
