"""Checks of the written site: local links, anchors and pictures arrive, and KaTeX draws every equation."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote

__all__ = ["equations", "lost_links", "undrawn_equations"]

TARGET = re.compile(r'<(?:a|img|script|link|source)\b[^>]*?\s(?:href|src)="([^"]*)"')
NAME = re.compile(r'\s(?:id|name)="([^"]*)"')
EQUATION = re.compile(r'<(?:span|div) class="math[^"]*"[^>]*>(.*?)</(?:span|div)>', re.DOTALL)
DELIMITED = re.compile(r"\\\[(?P<display>.*?)\\\]|\\\((?P<inline>.*?)\\\)", re.DOTALL)
DRAW = """
const katex = require(process.argv[1]);
for (const [page, display, text] of JSON.parse(require("fs").readFileSync(0, "utf8"))) {
  try { katex.renderToString(text, { displayMode: display, throwOnError: true }); }
  catch (error) { console.log(`${page}: ${error.message} in: ${text}`); }
}
"""


def lost_links(folder: Path) -> list[str]:
    """Links to files and anchors of the site that are not there.

    Parameters
    ----------
    folder : Path
        The site.

    Returns
    -------
    list of str
        Page and link.
    """
    texts = {path: path.read_text(encoding="utf-8") for path in folder.rglob("*.html")}
    names = {path: set(map(html.unescape, NAME.findall(text))) for path, text in texts.items()}
    lost = []
    for page, text in texts.items():
        for link in set(TARGET.findall(text)):
            target, _, anchor = unquote(html.unescape(link)).partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            path = (page.parent / target.split("?")[0]).resolve() if target else page
            path = path / "index.html" if path.is_dir() else path
            if not path.is_file() or (anchor and path in names and anchor not in names[path]):
                lost.append(f"{page.relative_to(folder)}: {link}")
    return sorted(lost)


def equations(folder: Path) -> list[tuple[str, bool, str]]:
    """Page, whether it stands by itself, and text of each equation of the site.

    Parameters
    ----------
    folder : Path
        The site.
    """
    found = []
    for page in sorted(folder.rglob("*.html")):
        for content in EQUATION.findall(page.read_text(encoding="utf-8")):
            for match in DELIMITED.finditer(html.unescape(re.sub(r"<[^>]+>", "", content))):
                display = match["display"] is not None
                found.append((page.relative_to(folder).as_posix(), display, match["display"] or match["inline"]))
    return found


def undrawn_equations(folder: Path) -> list[str] | None:
    """Page, reason and text of each equation that KaTeX does not draw; None without Node.js, which runs it.

    Parameters
    ----------
    folder : Path
        The site.
    """
    node = shutil.which("node") or shutil.which("nodejs")
    if node is None:
        return None
    script = str((folder / "_static/katex/katex.min.js").resolve())
    done = subprocess.run(
        [node, "-e", DRAW, script], input=json.dumps(equations(folder)), capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()
