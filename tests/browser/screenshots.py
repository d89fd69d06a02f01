"""Take the README's pictures anew: `make screenshots` starts a demo of its own and looks at it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.chromium import ARGUMENTS, CHROMIUM

ROOT = Path(__file__).parent.parent.parent
PICTURES = ROOT / "docs" / "pictures"
PORT = "8765"
READY = "The portal is running"


@contextmanager
def demo() -> Iterator[str]:
    """Run a fresh demo and give its address."""
    var = tempfile.mkdtemp(prefix="portal-")
    environment = {**os.environ, "PORTAL_VAR": var, "PORTAL_PORT": PORT}
    running = subprocess.Popen(
        [sys.executable, "-u", "-m", "portal.supervisor"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    try:
        if not any(READY in line for line in running.stdout):
            raise SystemExit("The demo did not start.")
        yield f"http://localhost:{PORT}"
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(timeout=60)
        shutil.rmtree(var, ignore_errors=True)


def take(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / f"{name}.png")


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        page = browser.new_page(base_url=address, viewport={"width": 1280, "height": 860}, color_scheme="light")
        page.goto("/report/new/")
        take(page, "form")
        page.goto("/demo/sign-in/lead/")
        page.goto("/dashboard/")
        take(page, "dashboard")
        browser.close()


if __name__ == "__main__":
    main()
