"""What the example of a proxy writes down: no reporter's link, and no word that somebody searched for."""

import re
from pathlib import Path

CONFIGURATION = (Path(__file__).parent.parent.parent / "deploy" / "nginx.conf").read_text()
TELLS = {"request", "request_uri", "args", "query_string", "http_referer", "http_cookie", "request_body"}
"""Variables that hold what follows the question mark, the page before, or what was sent."""


def test_its_log_says_which_page_was_asked_for_and_nothing_of_what_was_asked() -> None:
    logs = re.findall(r"access_log (.+);", CONFIGURATION)
    (written,) = re.findall(r"log_format portal '(.+)';", CONFIGURATION)

    assert sorted(logs) == ["/var/log/nginx/portal.log portal if=$loggable", "off"]
    assert set(re.findall(r"\$(\w+)", written)) & TELLS == set()
    assert "$uri" in written


def test_no_line_is_written_for_a_reporters_link() -> None:
    (unlogged,) = re.findall(r"~(\S+)\s+0;", CONFIGURATION)

    assert re.search(unlogged, "/r/the-key-of-a-reporter/")
    assert not re.search(unlogged, "/reports/")
