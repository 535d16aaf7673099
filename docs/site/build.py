"""Makes the site of the documentation from the Markdown of this checkout: ./platingx docs [FOLDER].

The pages are those that stand in docs/, README.md, CONTRIBUTING.md and CHANGELOG.md, whose links go on working where
code is hosted; the first page and the gallery are added here. A warning of Sphinx (a link, an anchor, a picture that is
not there) fails the build, and so does an equation that KaTeX cannot draw. Nothing is fetched from a network.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "solver"), str(ROOT / "meshes")]

from checks import lost_links, undrawn_equations  # noqa: E402
from gallery import gallery_page  # noqa: E402
from sphinx.cmd.build import main as sphinx  # noqa: E402

LINKED = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "CITATION.cff",
    "LICENSE",
    "docs",
    "cases",
    "examples",
    "docker",
    "pyproject.toml",
    "environment.yml",
)
KATEX = Path("/usr/share/javascript/katex"), Path("/usr/lib/node_modules/katex/dist")


def stage(folder: Path, strict: bool) -> None:
    """Lay out what Sphinx reads in a folder of its own, as links to this checkout.

    Parameters
    ----------
    folder : Path
        An empty folder.
    strict : bool
        Whether the gallery must be whole.
    """
    for name in LINKED:
        (folder / name).symlink_to(ROOT / name)
    (folder / "conf.py").symlink_to(HERE / "conf.py")
    (folder / "index.md").symlink_to(HERE / "index.md")
    (folder / "gallery.md").write_text(gallery_page(strict), encoding="utf-8")
    static = folder / "_static"
    shutil.copytree(HERE / "static", static)
    shutil.copytree(katex_folder(), static / "katex")


def katex_folder() -> Path:
    """Give the folder of KaTeX on this machine.

    Raises
    ------
    SystemExit
        If there is none.
    """
    conda = Path(os.environ.get("CONDA_PREFIX", "/nonexistent")) / "lib/node_modules/katex/dist"
    for folder in (*KATEX, conda):
        if (folder / "katex.min.js").is_file():
            return folder
    raise SystemExit(
        "platingx: KaTeX is not there, which draws the equations; install the Debian package libjs-katex or npm's katex"
    )


def faults(folder: Path) -> list[str]:
    """Say what is wrong with the site that has been written, and print if equations could not be looked at.

    Parameters
    ----------
    folder : Path
        The site.
    """
    undrawn = undrawn_equations(folder)
    if undrawn is None:
        print("equations have not been checked: Node.js is not there")
    return [
        *(f"leads nowhere: {link}" for link in lost_links(folder)),
        *(f"is not drawn: {equation}" for equation in undrawn or ()),
    ]


def main() -> int:
    """Build the site and return the exit code of Sphinx."""
    parser = argparse.ArgumentParser(prog="./platingx docs", description="Build the site of the documentation.")
    parser.add_argument(
        "folder", nargs="?", type=Path, default=ROOT / "build" / "site", help="where it is written (build/site)"
    )
    parser.add_argument("--keep-going", action="store_true", help="build with warnings, too")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="platingx-site-") as source:
        stage(Path(source), not options.keep_going)
        strict = [] if options.keep_going else ["--fail-on-warning"]
        status = sphinx(
            ["--quiet", "--keep-going", *strict, "-b", "html", "-d", f"{source}/.doctrees", source, str(options.folder)]
        )
    if status == 0:
        found = faults(options.folder)
        print(*found, sep="\n", end="\n" if found else "", file=sys.stderr)
        status = int(bool(found) and not options.keep_going)
    if status == 0:
        print(f"wrote {options.folder / 'index.html'}")
    return status


if __name__ == "__main__":
    sys.exit(main())
