"""What Django tells of an exception where somebody asks for more than a log line: as little as our log."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter

from portal.logs import DiscreetFormatter


class DiscreetReporter(ExceptionReporter):
    """Django's own shows every variable on the way, and so the report that a view had in hand (SEC-02).

    Nothing of ours asks for one. Whoever adds a handler that mails errors gets this.
    """

    def get_traceback_text(self) -> str:  # type: ignore[override] # it is no markup
        if self.exc_type is None or self.exc_value is None:
            return ""
        return DiscreetFormatter().formatException((self.exc_type, self.exc_value, self.tb))

    def get_traceback_html(self) -> SafeString:
        return format_html("<pre>{}</pre>", self.get_traceback_text())
