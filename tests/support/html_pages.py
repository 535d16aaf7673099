"""What an HTML page holds, for tests: sections, tables, pictures; and that it is well formed and stands alone."""

from __future__ import annotations

import base64
import io
import re
from html.parser import HTMLParser
from pathlib import Path

from PIL import Image

VOID = {"meta", "link", "img", "br", "hr", "input"}


class HtmlPage(HTMLParser):
    """A page, read strictly.

    Attributes
    ----------
    sections : dict of str to str
        Text of each section by its heading.
    tables : dict of str to list
        Rows of the first table of each section, headers first.
    pictures : list of (str, str, (int, int))
        Alternative text, caption, and size in pixels of each.
    notices : list of (str, str)
        Tone and text of each.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.text = path.read_text(encoding="utf-8")
        self.open: list[str] = []
        self.sections: dict[str, str] = {}
        self.tables: dict[str, list[list[str]]] = {}
        self.pictures: list[tuple[str, str, tuple[int, int]]] = []
        self.notices: list[tuple[str, str]] = []
        self.title = self.heading = self._section = ""
        self._classes: list[str] = []
        self.feed(self.text)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert tag not in ("script", "iframe", "object", "embed", "base"), f"a report has no <{tag}>"
        for name in ("src", "href"):
            assert given.get(name) is None or str(given[name]).startswith("data:"), f"{tag} needs {given[name]}"
        assert not any(name.startswith("on") for name in given), f"<{tag}> runs something"
        if tag == "section":
            self._section = ""
        if tag == "h2":
            self._section = "?"
        if tag == "tr" and self._section in self.sections:
            self.tables.setdefault(self._section, []).append([])
        if tag in ("td", "th"):
            self.tables[self._section][-1].append("")
        if tag == "img":
            content = base64.b64decode(str(given["src"]).partition("base64,")[2], validate=True)
            with Image.open(io.BytesIO(content)) as image:
                image.load()
                self.pictures.append((str(given["alt"]), "", image.size))
        if tag == "div" and str(given.get("class", "")).startswith("notice"):
            self.notices.append((str(given["class"]).split()[1], ""))
        if tag not in VOID:
            self.open.append(tag)
            self._classes.append(str(given.get("class") or ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1:] == [tag], f"</{tag}> closes {self.open[-1:]} in line {self.getpos()[0]}"
        self.open.pop()
        self._classes.pop()

    def handle_data(self, data: str) -> None:
        if not data.strip() or "style" in self.open:
            return
        words = " ".join(data.split())
        if "title" in self.open:
            self.title = words
        elif "h1" in self.open:
            self.heading = words
        elif "h2" in self.open:
            self._section = words
            self.sections[words] = ""
        elif self._section in self.sections:
            self.sections[self._section] += words + "\n"
        if self.open[-1:] in (["td"], ["th"]):
            self.tables[self._section][-1][-1] += words
        if "figcaption" in self.open:
            alternative, caption, size = self.pictures[-1]
            self.pictures[-1] = alternative, caption + words, size
        if any(name.startswith("notice") for name in self._classes):
            tone, text = self.notices[-1]
            self.notices[-1] = tone, f"{text} {words}".strip()

    def assert_for_all_readers(self) -> None:
        """A page says its language and characters, fits narrow screens and paper, and describes its pictures."""
        assert self.text.startswith('<!DOCTYPE html>\n<html lang="en">')
        assert '<meta charset="utf-8">' in self.text
        assert 'name="viewport"' in self.text
        assert "@media print" in self.text
        assert "url(" not in self.text
        assert not re.search(r"https?://", re.sub(r"<pre>.*?</pre>", "", self.text, flags=re.DOTALL))
        assert all(alternative and min(size) > 100 for alternative, _, size in self.pictures)
