"""Run CalculiX CrunchiX, where it is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from platingx.errors import ConvergenceError
from platingx.exchange.calculix_results import NodalField, PointValues, read_dat, read_frd

__all__ = ["LOG", "CalculixRun", "ccx_program", "run_ccx"]

VARIABLE = "PLATINGX_CCX"
LOG = "deck.log"
_LINES_SHOWN = 12


@dataclass(frozen=True)
class CalculixRun:
    """Results of a run, in the units of the deck.

    Attributes
    ----------
    version : str
        Of CalculiX, as the result file names it.
    fields : list of NodalField
    points : list of PointValues
    """

    version: str
    fields: list[NodalField]
    points: list[PointValues]

    def field(self, name: str) -> NodalField:
        """Last field of a name (``DISP``, ``STRESS``)."""
        return next(field for field in reversed(self.fields) if field.name == name)

    def last(self, what: str, region: str) -> PointValues:
        """Last values at the integration points of a region: ``stresses`` or ``global coordinates``."""
        return next(block for block in reversed(self.points) if (block.what, block.region) == (what, region.lower()))


def ccx_program() -> str | None:
    """Path of ``ccx``: what the variable PLATINGX_CCX names, or on the path; None if there is none."""
    return os.environ.get(VARIABLE) or shutil.which("ccx")


def run_ccx(program: str, deck: str, folder: Path, minutes: float = 10.0) -> CalculixRun:
    """Run a deck in a folder.

    Parameters
    ----------
    program : str
        As from `ccx_program`.
    deck : str
        Text of the deck.
    folder : Path
        Where input, results and what it prints (``deck.log``) are left.
    minutes : float
        Time limit.

    Raises
    ------
    ConvergenceError
        If it ends with an error or not in time; the message has the end of its output.
    OutputError
        If its results cannot be read.
    """
    (folder / "deck.inp").write_text(deck, encoding="utf-8")
    log = folder / LOG
    try:
        with log.open("w", encoding="utf-8") as file:
            done = subprocess.run(
                [program, "deck"], cwd=folder, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
                timeout=60 * minutes, check=False,
            )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ConvergenceError(f"CalculiX ({program}) in {folder}: {error}") from error
    said = log.read_text(encoding="utf-8", errors="replace")
    if done.returncode != 0 or "*ERROR" in said or "Job finished" not in said:
        tail = "\n    ".join(said.strip().splitlines()[-_LINES_SHOWN:])
        raise ConvergenceError(f"CalculiX failed in {folder} (exit code {done.returncode}):\n    {tail}")
    frd = folder / "deck.frd"
    return CalculixRun(_version(frd), read_frd(frd), read_dat(folder / "deck.dat"))


def _version(frd: Path) -> str:
    """Version in the head of a result file."""
    with frd.open(encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith("    1UVERSION"):
                return line.split("Version")[-1].strip()
            if line.startswith("    2C"):
                break
    return "unknown"
