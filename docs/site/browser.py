"""Looks at the written site in a browser: browser.py FOLDER [--pdf FOLDER].

Every page is opened in Chromium without a window, wide and narrow. What is wrong is printed, and ends with exit code 1:
errors of the console, pictures that are not drawn, equations that stay text, pages wider than the screen. The questions
of docs/answers.md are typed into the search, too: the answer has to be among the first results. Nothing but Python and
Chromium is needed.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import re
import select
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

__all__ = ["Browser", "chromium", "faults", "found", "pages", "questions", "served", "unfound"]

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WIDTHS = {"wide": 1280, "narrow": 400}
FIRST = 5
"""So many results of a search are looked at by a reader."""
PATIENCE = 60.0
"""s, for an answer of the browser."""
PRINTED = ("docs/theory.html", "docs/results.html", "gallery.html")
LOOK = """(async () => {
  for (const picture of document.images) picture.loading = "eager";
  await Promise.all([...document.images].map((picture) => picture.decode().catch(() => {})));
  const page = document.documentElement;
  const text = [...document.querySelectorAll(".math")].filter((one) => !one.querySelector(".katex") && one.textContent);
  return {
    wide: page.scrollWidth - page.clientWidth,
    empty: [...document.images].filter((one) => !one.naturalWidth || !one.alt).map((one) => one.src),
    text: text.map((one) => one.textContent.slice(0, 60)),
    wrong: [...document.querySelectorAll(".katex-error")].map((one) => one.textContent.slice(0, 60)),
  };
})()"""
RESULTS = """(() => {
  const list = document.querySelectorAll("#search-results li a");
  const status = document.querySelector("#search-results .search-summary");
  return { ready: Boolean(status && status.textContent.includes("finished")), links: [...list].map((one) => one.href) };
})()"""


def chromium() -> str | None:
    """Give the program, or None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine alone and give its address.

    Parameters
    ----------
    folder : Path
        The site.
    """

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class Browser:
    """Chromium without a window, driven by a pair of pipes, on one page.

    Parameters
    ----------
    program : str
        Of `chromium`.
    """

    def __init__(self, program: str) -> None:
        self.profile = tempfile.TemporaryDirectory(prefix="platingx-browser-", ignore_cleanup_errors=True)
        (read, self.write), (self.read, write) = os.pipe(), os.pipe()
        options = ["--headless", "--disable-gpu", "--no-sandbox", "--disable-dev-shm-usage", "--remote-debugging-pipe"]
        command = [program, *options, f"--user-data-dir={self.profile.name}", "about:blank"]
        # Chromium reads commands from descriptor 3 and answers on 4.
        shell = ["bash", "-c", f'exec "$@" 3<&{read} 4>&{write}', "browser", *command]
        self.process = subprocess.Popen(shell, pass_fds=(read, write), stderr=subprocess.DEVNULL)
        os.close(read)
        os.close(write)
        self.events: list[dict[str, Any]] = []
        self.rest, self.number, self.session = b"", 0, ""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def __enter__(self) -> Browser:
        """Give itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the program."""
        self.process.terminate()
        self.process.wait()
        os.close(self.read)
        os.close(self.write)
        self.profile.cleanup()

    def ask(self, method: str, **parameters: Any) -> Any:
        """Give the answer to a command of the DevTools protocol.

        Raises
        ------
        RuntimeError
            If the browser refuses it, or gives no answer.
        """
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next(method)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def _next(self, method: str) -> dict[str, Any]:
        while b"\0" not in self.rest:
            ready, _, _ = select.select([self.read], [], [], PATIENCE)
            more = os.read(self.read, 1 << 20) if ready else b""
            if not more:
                raise RuntimeError(f"{method}: the browser gives no answer")
            self.rest += more
        one, self.rest = self.rest.split(b"\0", 1)
        return dict(json.loads(one))

    def run(self, script: str) -> Any:
        """Give the value of a script on the page."""
        result = self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        return result["result"].get("value")

    def open(self, address: str, width: int) -> list[str]:
        """Open a page on a screen of some width, and give the errors of its console."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        self.events.clear()
        self.ask("Page.navigate", url=address)
        end = time.monotonic() + PATIENCE
        while self.run("[document.readyState, location.href].join()") != f"complete,{address}":
            if time.monotonic() > end:
                raise RuntimeError(f"{address} is not loaded")
            time.sleep(0.02)
        return [text for event in self.events if (text := _error(event))]

    def print_pdf(self, path: Path) -> None:
        """Print the page that is open as PDF."""
        path.write_bytes(base64.b64decode(self.ask("Page.printToPDF", printBackground=True)["data"]))


def _error(event: dict[str, Any]) -> str:
    """What an event says if it is an error, otherwise nothing."""
    about = event.get("params", {})
    if event["method"] == "Runtime.exceptionThrown":
        return str(about["exceptionDetails"].get("exception", {}).get("description", about["exceptionDetails"]["text"]))
    if event["method"] == "Log.entryAdded" and about["entry"]["level"] == "error":
        return f"{about['entry']['text']} {about['entry'].get('url', '')}"
    if event["method"] == "Runtime.consoleAPICalled" and about["type"] in ("error", "assert"):
        return " ".join(str(one.get("value", one.get("description"))) for one in about["args"])
    return ""


def pages(folder: Path) -> list[str]:
    """Give the pages of the site."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html") if "_static" not in path.parts)


def faults(browser: Browser, address: str, page: str) -> Iterator[str]:
    """Say what is wrong with a page, wide and narrow.

    Parameters
    ----------
    browser : Browser
    address : str
        Of the site.
    page : str
        One of `pages`.
    """
    for screen, width in WIDTHS.items():
        errors = browser.open(f"{address}/{page}", width)
        seen = browser.run(LOOK)
        errors += [f"a picture is not drawn, or has no words: {one}" for one in seen["empty"]]
        errors += [f"an equation is not drawn: {one}" for one in (*seen["text"], *seen["wrong"])]
        if seen["wide"] > 0:
            errors.append(f"{seen['wide']} points wider than the screen")
        yield from (f"{page} ({screen}): {error}" for error in errors)


def questions() -> dict[str, set[str]]:
    """Give the questions of docs/answers.md, each with the pages that answer it."""
    text = (ROOT / "docs/answers.md").read_text(encoding="utf-8")
    answered = {}
    for part in text.split("\n## … ")[1:]:
        question, _, answer = part.partition("\n")
        linked = re.findall(r"\]\(((?!https?:)[^)#]+)\.md", answer)
        answered[question.rstrip("?")] = {"docs/answers.html", *(f"docs/{name}.html" for name in linked)}
    return answered


def found(browser: Browser, address: str, words: str) -> list[str]:
    """Give the pages that the search of the site lists first for some words."""
    browser.open(f"{address}/search.html?q={quote(words)}", WIDTHS["wide"])
    end = time.monotonic() + PATIENCE
    while not (results := browser.run(RESULTS))["ready"]:
        if time.monotonic() > end:
            raise RuntimeError(f"the search for '{words}' does not end")
        time.sleep(0.05)
    places = [link.split("?")[0].split("#")[0].removeprefix(f"{address}/") for link in results["links"]]
    return list(dict.fromkeys(places))[:FIRST]


def unfound(browser: Browser, address: str) -> Iterator[str]:
    """Say which questions the search does not answer."""
    for question, right in questions().items():
        listed = found(browser, address, question)
        if not right & set(listed):
            answer = ", ".join(sorted(right))
            yield f"search for '{question}': {', '.join(listed) or 'nothing'}; the answer is in {answer}"


def main() -> int:
    """Look at a site, and return the exit code."""
    parser = argparse.ArgumentParser(description="Look at the written site in Chromium.")
    parser.add_argument("folder", type=Path, help="the site")
    parser.add_argument("--pdf", type=Path, help="print some pages into this folder")
    options = parser.parse_args()
    program = chromium()
    if program is None:
        print(f"platingx: there is none of {', '.join(NAMES)} here", file=sys.stderr)
        return 2
    wrong, names = [], pages(options.folder)
    with served(options.folder) as address, Browser(program) as browser:
        for page in names:
            wrong += faults(browser, address, page)
        wrong += unfound(browser, address)
        for page in PRINTED if options.pdf else ():
            browser.open(f"{address}/{page}", WIDTHS["wide"])
            browser.print_pdf(options.pdf / f"{Path(page).stem}.pdf")
    print(*wrong, sep="\n", end="\n" if wrong else "", file=sys.stderr)
    print(f"looked at {len(names)} pages, wide and narrow, and asked {len(questions())} questions: {len(wrong)} faults")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
