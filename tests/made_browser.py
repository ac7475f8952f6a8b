"""A real Chromium without a window, driven over a pipe by the DevTools protocol.

No driver, no port, no library: tests that may open no socket can use it.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
    # No name of any host leads anywhere: what a page asked of a network would fail, and be seen.
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
# The browser reads its third descriptor and writes its fourth.
_LAUNCH = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); "
    "os.execv(sys.argv[3], sys.argv[3:])"
)
_KEYS = {"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Enter": 13, "Tab": 9}


def executable() -> str | None:
    """Return the path of a Chromium on this machine, None for none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One Chromium with one tab; `messages` is all that the page said, `requests` all it loaded."""

    def __init__(self, profile: Path) -> None:
        path = executable()
        assert path is not None
        to_browser, self._write = _pipe()
        self._read, from_browser = _pipe()
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-c", _LAUNCH, str(to_browser), str(from_browser)),
                *(path, *_OPTIONS, f"--user-data-dir={profile}", "about:blank"),
            ],
            pass_fds=(to_browser, from_browser),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(to_browser)
        os.close(from_browser)
        self._number, self._kept, self._session = 0, b"", ""
        self.messages: list[str] = []
        self.requests: list[str] = []
        targets = self.call("Target.getTargets")["targetInfos"]
        tab = next(target["targetId"] for target in targets if target["type"] == "page")
        self._session = self.call("Target.attachToTarget", targetId=tab, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Accessibility"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Return what the browser answers to a call; raises RuntimeError for its fault."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            told = self._next()
            if told.get("id") == self._number:
                if "error" in told:
                    raise RuntimeError(f"{method}: {told['error']}")
                return dict(told["result"])
            self._note(told)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._kept:
            data = os.read(self._read, 1 << 20)
            if not data:
                raise RuntimeError("the browser says nothing more")
            self._kept += data
        message, _, self._kept = self._kept.partition(b"\0")
        return dict(json.loads(message))

    def _note(self, told: dict[str, Any]) -> None:
        parameters = told.get("params", {})
        if told.get("method") == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])
        elif told.get("method") in (
            "Runtime.consoleAPICalled",
            "Runtime.exceptionThrown",
            "Log.entryAdded",
        ):
            self.messages.append(json.dumps(parameters)[:1_000])

    def open(self, file: Path, *, scripts: bool = True) -> None:
        """Open a page from the disk and wait until its script has ended, if it has any."""
        self.messages.clear()
        self.requests.clear()
        self.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        self.call("Page.navigate", url=file.absolute().as_uri())
        ready = "document.documentElement?.dataset.ready === 'yes'"
        if not scripts:
            ready = "document.readyState === 'complete' && location.protocol === 'file:'"
        while not self.value(ready):
            if any("exceptionDetails" in message for message in self.messages):
                raise RuntimeError(f"{file}: is not ready: {self.messages}")
            time.sleep(0.02)

    def value(self, expression: str) -> Any:
        """Return the value of an expression in the page, under the page's own policy."""
        answer = self.call(
            "Runtime.evaluate",
            expression=expression,
            returnByValue=True,
            awaitPromise=True,
            allowUnsafeEvalBlockedByCSP=False,
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def size(self, width: int, height: int, *, phone: bool = False) -> None:
        """Give the page's window a size in pixels."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=2 if phone else 1,
            mobile=phone,
        )
        self.settle()

    def media(self, *, kind: str = "", dark: bool = False) -> None:
        """Show the page as printed (`kind` "print"), or on a dark screen."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", media=kind, features=[scheme])

    def settle(self) -> None:
        """Wait until what was asked for is drawn."""
        self.value("new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))")

    def click(self, selector: str) -> None:
        """Click in the middle of what a selector finds, as a mouse does."""
        self.value(
            f"document.querySelector({json.dumps(selector)}).scrollIntoView({{block:'center'}})"
        )
        box = self.value(
            f"(() => {{ const b = document.querySelector({json.dumps(selector)})"
            ".getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()"
        )
        self.click_at(*box)

    def click_at(self, x: float, y: float) -> None:
        """Click at a point of the window."""
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
        self.settle()

    def key(self, name: str, times: int = 1) -> None:
        """Press a key."""
        code = {"key": name, "code": name, "windowsVirtualKeyCode": _KEYS.get(name, 0)}
        text = {"text": "\r"} if name == "Enter" else {}
        for _ in range(times):
            self.call("Input.dispatchKeyEvent", type="keyDown", **code, **text)
            self.call("Input.dispatchKeyEvent", type="keyUp", **code)
        self.settle()

    def choose(self, selector: str, value: str) -> None:
        """Choose an entry of a list by its value."""
        self.value(
            f"(() => {{ const s = document.querySelector({json.dumps(selector)}); "
            f"s.value = {json.dumps(value)}; "
            "s.dispatchEvent(new Event('change', {bubbles: true})); })()"
        )
        self.settle()

    def screenshot(self, *, whole: bool = False) -> bytes:
        """Return a picture of the window, or of the whole page, as PNG."""
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(shot["data"])

    def pdf(self) -> bytes:
        """Return the page as it prints."""
        printed = self.call("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
        return base64.b64decode(printed["data"])

    def close(self) -> None:
        """End the browser."""
        self._session = ""
        with contextlib.suppress(RuntimeError, OSError):
            self.call("Browser.close")
        try:
            self._process.wait(timeout=10.0)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        os.close(self._read)
        os.close(self._write)


def _pipe() -> tuple[int, int]:
    """Return both ends of a pipe, above the numbers that the browser reads and writes itself."""
    ends = os.pipe()
    lifted = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 20) for end in ends)
    for end in ends:
        os.close(end)
    return lifted[0], lifted[1]


@contextlib.contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """Give a browser that ends with the block."""
    started = Browser(profile)
    try:
        yield started
    finally:
        started.close()
