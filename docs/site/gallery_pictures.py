"""Makes pictures of the gallery: gallery_pictures.py [NAME ...] [--from FOLDER | FIGURE].

Runs what ships under these names (all that have no picture, if none is given), and keeps the figure that shows most, at
a third of the width of a page and with a palette, so that it stays small. With --from, the folder of a run that is
there is taken, or one figure.
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from gallery import ROOT, Entry, entries
from PIL import Image

WIDTH = 520
COLOURS = 96

CHOSEN = {
    "low_rate_spring": "histories", "stack_pressure": "histories", "gao_flexible_0V2": "histories",
    "gao_flexible_0V2_spring": "pressure_li", "spreading_3d": "pressure_li",
    "linked_cracks": "damage_llzo",
    "afm_rod": "force", "afm_sphere": "force", "afm_tension": "force", "pellet_impedance": "impedance_nyquist",
}  # fmt: skip
"""Figures of those whose first choice below shows less."""

FIRST = ("crack_path", "view_3d", "principal_stress_llzo", "capacity_map", "map", "order", "front", "histories")
"""What is shown where there is more than one figure, best first."""


def figure(entry: Entry, folder: Path) -> Path:
    """Choose the figure that stands for a run.

    Parameters
    ----------
    entry : Entry
        What was run.
    folder : Path
        Folder of the run or study, or a figure of it.

    Raises
    ------
    SystemExit
        If it left no figure.
    """
    if folder.is_file():
        return folder
    found = {path.stem: path for path in sorted((folder / "figures").glob("*.png"))}
    wanted = CHOSEN.get(entry.name)
    for name in (wanted,) if wanted else FIRST:
        for stem, path in found.items():
            if stem.startswith(name):
                return path
    if wanted or not found:
        raise SystemExit(
            f"{entry.name}: no figure {wanted or ''} in {folder / 'figures'}, which has {', '.join(found) or 'none'}"
        )
    return next(iter(found.values()))


def keep(entry: Entry, folder: Path) -> None:
    """Write the picture of a run."""
    with Image.open(figure(entry, folder)) as picture:
        small = picture.convert("RGB")
        small = small.resize((WIDTH, round(small.height * WIDTH / small.width)), Image.Resampling.LANCZOS)
        small.quantize(COLOURS, dither=Image.Dither.NONE).save(entry.picture, optimize=True)
    print(f"{entry.picture.relative_to(ROOT)} ({entry.picture.stat().st_size // 1024} kB)", flush=True)


def run(entry: Entry, folder: Path) -> None:
    """Run what ships, by the commands that its card shows."""
    for line in entry.command(str(folder)).splitlines():
        subprocess.run([str(ROOT / "platingx"), *shlex.split(line)[1:]], check=True, cwd=ROOT)


def main() -> None:
    """Make the pictures that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--from", dest="folder", type=Path)
    options = parser.parse_args()
    wanted = [e for e in entries() if (e.name in options.names if options.names else not e.picture.is_file())]
    unknown = set(options.names) - {entry.name for entry in wanted}
    if unknown:
        sys.exit(f"nothing that ships has the name {', '.join(sorted(unknown))}")
    for entry in wanted:
        if options.folder:
            keep(entry, options.folder)
            continue
        with tempfile.TemporaryDirectory() as place:
            run(entry, Path(place) / entry.name)
            keep(entry, Path(place) / entry.name)


if __name__ == "__main__":
    main()
