"""The page of the gallery: every shipped case and study with its picture, its sentence and its command."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

__all__ = ["CASES", "PICTURES", "Entry", "entries", "gallery_page"]

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "cases"
PICTURES = ROOT / "docs" / "images" / "gallery"

HEAD = """# Gallery

What ships with platingx. Every picture is what its command leaves in the folder of its run, made smaller; a case takes
from seconds to a few minutes on two cores, a study minutes to an hour (`--dry-run` says how long).
"""


@dataclass(frozen=True)
class Entry:
    """A file that ships and can be run.

    Attributes
    ----------
    path : Path
        The file.
    sentence : str
        What it says of itself.
    """

    path: Path
    sentence: str

    @property
    def name(self) -> str:
        """The name of the file without what its kind adds."""
        return self.path.name.split(".")[0]

    @property
    def kind(self) -> str:
        """What it is: case, study or calibration."""
        return {".study.yaml": "study", ".calibration.yaml": "calibration"}.get(
            self.path.name.removeprefix(self.name), "case"
        )

    @property
    def picture(self) -> Path:
        """Where its picture is."""
        return PICTURES / f"{self.name}.png"

    def command(self, out: str = "") -> str:
        """Give the command line that runs it.

        Parameters
        ----------
        out : str
            Its folder; that which the program chooses if empty.
        """
        verb = {"case": "run", "study": "study", "calibration": "calibrate"}[self.kind]
        file = self.path.relative_to(ROOT)
        more = " --grow" if self.name in GROWN else ""
        line = f"./platingx {verb} {file}{f' --out {out}' if out else ''}"
        place = out or f"runs/{self.name}"
        if self.name in GROWN:
            return f"{line}\n./platingx crack {place}{more}"
        return f"{line}\n./platingx impedance {place}" if self.name in MEASURED else line


HEADINGS = {"case": "Cases", "study": "Studies", "calibration": "Calibrations"}
IN_WORDS = {
    "md_threshold": "Not run: it takes some 1300 core hours.",
    "gao2022": "Its table stands in the README: computed beside published.",
}
"""What stands in the place of a picture where there is none."""
GROWN = ("split", "peel", "peel_film", "buried")
MEASURED = ("pellet_impedance",)


def entries() -> Iterator[Entry]:
    """Give what ships, cases before studies before calibrations, by name."""
    found = [
        Entry(path, yaml.safe_load(path.read_text(encoding="utf-8")).get("description", ""))
        for path in (*CASES.glob("*.yaml"), *(CASES / "studies").glob("*.yaml"))
    ]
    yield from sorted(found, key=lambda entry: (tuple(HEADINGS).index(entry.kind), entry.name))


def gallery_page(strict: bool = True) -> str:
    """Give the page in Markdown.

    Parameters
    ----------
    strict : bool
        Whether a missing sentence or picture is an error; otherwise what lacks it is left out.

    Raises
    ------
    SystemExit
        If something that ships has no sentence or no picture.
    """
    lines, kind = [HEAD], ""
    for entry in entries():
        if not entry.sentence or not (entry.picture.is_file() or entry.name in IN_WORDS):
            if not strict:
                continue
            raise SystemExit(
                f"platingx: {entry.path} has no description or no picture; make it with\n"
                f"    ./platingx exec python3 docs/site/gallery_pictures.py {entry.name}"
            )
        if entry.kind != kind:
            kind = entry.kind
            lines.append(
                f"{'' if len(lines) == 1 else '::::'}\n\n## {HEADINGS[kind]}\n\n::::{{grid}} 1 1 2 2\n:gutter: 2\n"
            )
        shown = IN_WORDS.get(entry.name) or f"![{entry.name}]({entry.picture.relative_to(ROOT)})"
        lines.append(
            f":::{{grid-item-card}} {entry.name}\n{shown}\n\n{entry.sentence}\n\n```\n{entry.command()}\n```\n:::\n"
        )
    return "\n".join((*lines, "::::\n"))
