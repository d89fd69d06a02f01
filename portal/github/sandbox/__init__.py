"""The demo's own GitHub: its state lies in the database, so that web and worker share it, and people change it by hand.

It answers in GitHub's JSON, page by page and with etags, so that everything above the wire is what works with GitHub.
"""

from portal.github.sandbox.wire import Sandbox

__all__ = ["Sandbox"]
