"""What would hurt most if lost: a run that is killed at any moment, on any ranks, comes to the same end when resumed.

The moments are drawn from the whole life of a run: start, steps, output, checkpoints. The counts are printed (``-rP``).
"""

import random
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from killed_runs import kill_after
from resumed_runs import DIFFUSING, EXACT, LAYER, SOLVER, TOUCHING, assert_same_run, command, run

from platingx.errors import OutputError
from platingx.post.field_reader import read_fields
from platingx.post.field_segments import existing_segments
from platingx.post.history import read_summary

MOMENTS = 20
SEED = 20261121
CYCLES = {  # jumps and ramps between steps, and an end where the pressure reaches a value
    "growth__current_density": "{table: [[0 s, 2 mA/cm^2], [0.3 s, 5 mA/cm^2], [0.3 s, -1 mA/cm^2], "
    "[0.31 s, -1 mA/cm^2], [0.31 s, 5 mA/cm^2], [0.7 s, 5 mA/cm^2], [0.7 s, 8 mA/cm^2]]}",
    "time__until": "{max_pressure_li: 14 MPa}",
}
OFTEN = {"output__checkpoint__every_steps": "1", "output__fields_every": "1", "output__checkpoint__keep": "2"}


@dataclass
class Counts:
    """What the kills have met."""

    runs: int = 0
    kills: int = 0
    resumed_from_a_checkpoint: int = 0
    started_again: int = 0
    within_a_checkpoint: int = 0
    parts_opened: int = 0
    parts_without_a_step: int = 0
    largest_difference: float = 0.0


def count_parts(folder: Path, counts: Counts) -> None:
    """Open every part of the fields that the killed run has left."""
    for part in existing_segments(folder / "fields.bp"):
        try:
            steps = len(read_fields(part.rename(part.with_name("alone.bp"))))
        except OutputError:
            steps = 0
        finally:
            (folder / "alone.bp").rename(part)
        counts.parts_opened += steps > 0
        counts.parts_without_a_step += steps == 0


@pytest.mark.long
@pytest.mark.parametrize(
    ("ranks", "driven"),
    [(0, {}), (2, {}), (0, CYCLES), (2, DIFFUSING), (0, LAYER), (0, TOUCHING), (2, TOUCHING)],
    ids=["one", "two", "cycles", "diffusing", "layer", "touching", "touching-two"],
)
def test_killed_at_random_moments(ranks: int, driven: dict[str, str], tmp_path: Path) -> None:
    """On one rank and on two; under a current that changes, until a value is reached; with diffusion; with contact.

    Equal bytes where the preset is ``repeatable``.
    """
    whole = tmp_path / "whole"
    began = time.monotonic()
    settings = OFTEN | driven
    code, output = run(["--out", str(whole)], ranks, **settings)
    assert code == 0, output
    lines = [
        float(line[1:].split(" s]")[0]) for line in (whole / "run.log").read_text().splitlines() if " step " in line
    ]
    marching, whole_time = lines[-1] - lines[0], time.monotonic() - began
    moments = random.Random(SEED + ranks)
    counts = Counts()
    for number in range(2 * MOMENTS):
        if counts.runs == MOMENTS:
            break
        folder = tmp_path / f"killed-{number}"
        early = number % 10 == 0  # before the first step
        wait = -moments.uniform(0.2, 0.8) * (whole_time - marching) if early else moments.uniform(0.0, marching)
        if not kill_after(command(["--out", str(folder)], ranks, **settings), folder, wait):
            continue  # it was faster
        counts.runs += 1
        counts.kills += 1
        counts.within_a_checkpoint += any((folder / "checkpoint").glob(".*"))
        count_parts(folder, counts)
        kill_again = number % 3 == 0 and folder.exists()
        if kill_again and kill_after(
            command(["--resume", str(folder)], ranks, **settings), folder, moments.uniform(0.5, 3.0)
        ):
            counts.kills += 1
        folder.mkdir(exist_ok=True)
        code, output = run(["--resume", str(folder)], ranks, **settings)
        assert code == 0, (number, output)
        assert read_summary(folder).get("until") == read_summary(whole).get("until")
        again = "starting from the beginning" in (folder / "run.log").read_text()
        counts.started_again += again
        counts.resumed_from_a_checkpoint += not again
        difference = assert_same_run(folder, whole, EXACT)
        counts.largest_difference = max(counts.largest_difference, difference)
        if driven.get("solver__preset") == "repeatable":
            for path in (whole / "history.csv", *whole.glob("interface.csv")):
                assert (folder / path.name).read_bytes() == path.read_bytes(), (number, path.name)
    print(f"{max(ranks, 1)} rank(s): {counts}")
    assert counts.runs == MOMENTS
    assert counts.resumed_from_a_checkpoint >= MOMENTS // 2
    assert np.isfinite(counts.largest_difference)
    assert counts.largest_difference < SOLVER
