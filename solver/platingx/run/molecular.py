"""Run a case of ``kind: md_nucleation`` or ``md_deposition``: LAMMPS moves the atoms, this looks at what it leaves.

All that has been computed lies in the folder ``lammps`` of the run. Resuming reads it anew, and LAMMPS goes on from the
last segment that is whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from platingx.atoms.incubation import incubation_time
from platingx.config.molecular import MdCase, MdDepositionCase, MdNucleationCase
from platingx.config.resolved import fingerprint_of_past
from platingx.errors import OutputError
from platingx.molecular.deck import deck
from platingx.molecular.potential_files import potential_files
from platingx.molecular.program import Lammps, find_lammps, run_deck
from platingx.molecular.results import is_done, rows_of
from platingx.molecular.schedule import segments
from platingx.post.scales import format_value
from platingx.run.reduced_run import ReducedRun, write_table
from platingx.run.resume import changes_of, in_words, physics_of

__all__ = ["LAMMPS_FOLDER", "MolecularRun", "write_deck"]

LAMMPS_FOLDER = "lammps"
_ELECTRODE = 25.0
"""Current density that cells are plated at, A/m2 (2.5 mA/cm2), that those of a simulation are set beside."""


def write_deck(case: MdCase, folder: Path, lammps: Lammps | None) -> None:
    """Write the deck of a case into a folder.

    Parameters
    ----------
    case
        A validated case.
    folder
        Is made if it is not there.
    lammps
        The program, whose folder of potentials some potentials come from; None if there is none.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    files = deck(case, potential_files(case.potential, lammps.potentials if lammps is not None else None))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise OutputError(f"cannot write to {folder}: {error.strerror or error}") from error


class MolecularRun(ReducedRun[MdCase]):
    """Segment by segment."""

    def __init__(self, case: MdCase, folder: Path, *arguments: Any) -> None:
        self.segments = segments(case)
        self.deck_folder = folder / LAMMPS_FOLDER
        self.lammps = find_lammps(case)
        self.lammps.require(case.potential)
        self.seen: list[dict[str, float]] = []
        self.done = 0
        super().__init__(case, folder, *arguments)

    def load(self) -> bool:
        """Whether the folder holds a run of the same physics; what it has computed is read by the march."""
        if self.before and self.before.get("physics_sha256") != fingerprint_of_past(self.case):
            changes = physics_of(changes_of(self.case, self.folder))
            raise OutputError(
                f"{self.folder} holds a run of another case: {in_words(changes)}. Resume with the case and --set "
                "options of that run (output may differ), or start a new run with another --out"
            )
        self.wall_seconds = float(self.before.get("wall_seconds") or 0.0)
        return self.deck_folder.is_dir()

    def progress_end(self) -> float:
        """Simulated time, s."""
        return self.segments[-1].last * self.case.step

    def head(self) -> Iterator[str]:
        """The program, the potential, and how far from a cell this is."""
        potential, entry = self.case.potential, self.case.potential.entry
        yield f"LAMMPS {self.lammps.version}, {self.lammps.path}; its files are in {self.deck_folder}"
        source = f"{entry.source}; {entry.status}" if entry is not None else f"files of the user, {potential.sha256}"
        yield f"potential {potential.base or potential.style}: {source}"
        yield from self._notes()

    def _notes(self) -> Iterator[str]:
        if isinstance(self.case, MdDepositionCase):
            density = self.case.current_density
            yield (
                f"{self.case.deposition_rate * 1e-12:g} atoms per ps on {format_value(self.case.area, 'm^2')} are "
                f"{density * 1e-4:.3g} A/cm2: {density / _ELECTRODE:.1g} times the 2.5 mA/cm2 of a fast cell"
            )

    def march(self) -> None:
        """All segments: those that are there, then those that are left."""
        if not self.deck_folder.is_dir():
            write_deck(self.case, self.deck_folder, self.lammps)
        self._take_finished()
        while self.done < len(self.segments):
            first = self.segments[self.done].number
            ranks = self.case.program.ranks
            run_deck(self.lammps, self.deck_folder, first, ranks, lambda: self.watch.received, self._take_finished)
            self._take_finished()
            if self.done < len(self.segments):
                self.stop_if_asked(f"in segment {self.segments[self.done].number}")

    def _take_finished(self) -> None:
        """Rows of the segments that have ended."""
        while self.done < len(self.segments) and is_done(self.deck_folder, self.segments[self.done]):
            segment = self.segments[self.done]
            for values in rows_of(self.case, self.deck_folder, segment):
                self.row({"dt": values["time"] - self.time, **values} if self.seen else {"dt": 0.0, **values})
                self.seen.append(values)
                self.time = values["time"]
            self.done += 1
            self.time = max(self.time, segment.last * self.case.step)
            told = self._told()
            self.log.say(f"segment {segment.number:4d}  t {self.time:.6e} s  {told}", terminal=self.verbose)
            self.log.progress(self.time, told)

    def _told(self) -> str:
        """The latest row in a few words."""
        if not self.seen:
            return ""
        last = self.seen[-1]
        if "bcc_fraction" in last:
            relative = f"{last['relative_bcc_fraction']:.3f} of a sphere"
            return f"T {last['temperature']:.0f} K  bcc {last['bcc_fraction']:.3f}, {relative}"
        return f"{last['deposited_atoms']:.0f} atoms landed  sigma {last['roughness_rms'] * 1e9:.3f} nm"

    def write_tables(self) -> None:
        """Write the front at the end."""
        if isinstance(self.case, MdDepositionCase):
            write_table(self.folder / "front.csv", self._front())

    def _front(self) -> Iterator[Mapping[str, float]]:
        from platingx.atoms.dump_file import read_dump
        from platingx.molecular.deck import FRAMES
        from platingx.molecular.results import heights_of

        assert isinstance(self.case, MdDepositionCase)
        last = None
        for frame in read_dump(self.deck_folder / FRAMES.format(self.segments[-1].number)):
            last = frame
        if last is not None:
            heights, width = heights_of(self.case, last)
            for index, height in enumerate(heights):
                yield {"x_m": (index + 0.5) * width, "height_m": float(height)}

    def content(self) -> Mapping[str, Any]:
        """Last row, and what follows from all of them."""
        last = {self.columns.header(name): value for name, value in self.seen[-1].items()} if self.seen else {}
        potential = self.case.potential
        found: dict[str, Any] = {
            "end": last,
            "lammps": {"version": self.lammps.version, "path": self.lammps.path},
            "potential": {
                "name": potential.base, "style": potential.style, "files_sha256": potential.sha256,
                "source": None if potential.entry is None else potential.entry.source,
            },
        }  # fmt: skip
        return found | (self._order() if isinstance(self.case, MdNucleationCase) else self._deposit())

    def _order(self) -> dict[str, Any]:
        assert isinstance(self.case, MdNucleationCase)
        time = self._incubation()
        return {
            "ordered": time is not None,
            "incubation_time_s": time,
            "censored_at_s": None if time is not None or not self.seen else self.seen[-1]["time"],
            "order_threshold": float(self.case.order.threshold),
        }

    def _incubation(self) -> float | None:
        """Time from which the cluster is ordered for good, from the start of the run; None if it is not at the end."""
        import numpy as np

        assert isinstance(self.case, MdNucleationCase)
        melt = self.case.durations()[0] if len(self.case.stages) > 1 else -1.0
        after = [row for row in self.seen if row["time"] > melt]  # the crystal of the start is not counted
        if not after:
            return None
        times, order = (np.array([row[name] for row in after]) for name in ("time", "relative_bcc_fraction"))
        return incubation_time(times, order, float(self.case.order.threshold))

    def _deposit(self) -> dict[str, Any]:
        assert isinstance(self.case, MdDepositionCase)
        return {
            "equivalent_current_density_A_per_m2": self.case.current_density,
            "times_faster_than_a_cell_at_2.5_mA_per_cm2": self.case.current_density / _ELECTRODE,
        }

    def ending(self) -> str:
        """What came out."""
        if isinstance(self.case, MdNucleationCase):
            time = self._incubation()
            if time is None:
                return f"{self.case.atoms} atoms had not ordered when the run ended (censored, not never)"
            return f"{self.case.atoms} atoms ordered at {format_value(time, 's')}"
        return self._told()

    def warnings(self) -> Sequence[str]:
        """What makes the results doubtful."""
        found = list(self._notes())
        lost = self.case.atoms - self.seen[-1]["atoms"] if self.seen and isinstance(self.case, MdNucleationCase) else 0
        if lost:
            found.append(f"{lost:.0f} atoms have left the box")
        return found
