"""A crack that grows in the ceramic of a finished run, fed with its metal: ``platingx crack RUN --grow``."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.columns import ColumnTable
from platingx.config.base import Finding
from platingx.config.flaw_file import GivenFlaws, flaws_of_case, load_flaws
from platingx.config.fracture import REFUSAL, CrackGrowth, Flaws
from platingx.errors import CaseError, InputError, MeshError, OutputError
from platingx.fracture.balance import Loading, balance
from platingx.fracture.crack_body import CrackBody, Response
from platingx.fracture.film_growth import FilmGrower
from platingx.fracture.film_law import film_law
from platingx.fracture.growth import PIECES, CrackGrower, CrackState, Ending, GrowthRule, Past
from platingx.materials.parameters import parameter_vector
from platingx.parallel import on_rank_0
from platingx.physics.model import Model, build_model
from platingx.physics.placed_flaws import PlacedFlaw, place_flaws
from platingx.physics.region_surfaces import RegionSurfaces
from platingx.post.field_reader import read_fields
from platingx.run.crack_loading import run_loading
from platingx.run.crack_table import CRACK_COLUMNS, CrackTable, past_content, past_of, slit_content, slit_of
from platingx.run.crack_verdict import ending_content
from platingx.run.flaw_probe import elastic_of
from platingx.run.flaw_table import toughness_of
from platingx.run.provenance import write_json
from platingx.run.run_inputs import case_of, history_at, mesh_of
from platingx.run.stored_states import StoredStates
from platingx_meshes.errors import MeshBuildError
from platingx_meshes.slit_body import Slit, SlitSizes

__all__ = ["CRACK_CHECKPOINT", "CRACK_JSON", "CRACK_TABLE", "GrownCrack", "grow"]

CRACK_JSON, CRACK_TABLE, CRACK_CHECKPOINT = "crack_growth.json", "crack_growth.csv", "crack_checkpoint.json"
"""What is left in the run folder: how it ended, a row for each length, and what to go on from."""
EXAMPLE = "growth: {flaw: tip, fill: full}"


@dataclass(frozen=True)
class GrownCrack:
    """What was found and written.

    Attributes
    ----------
    content
        Content of ``crack_growth.json``.
    files
        Paths.
    """

    content: dict[str, Any]
    files: tuple[Path, ...]


def grow(
    folder: Path,
    flaws: Path | None = None,
    resume: bool = False,
    say: Callable[[str], None] | None = None,
    comm: MPI.Intracomm = MPI.COMM_WORLD,
) -> GrownCrack:
    """Grow one flaw of a run. Collective.

    Parameters
    ----------
    folder
        Run folder.
    flaws
        File of flaws, one of which grows; those of the case if left out.
    resume
        Go on from the checkpoint in the folder.
    say
        Told of each increment.
    comm
        Communicator.

    Raises
    ------
    CaseError
        If no flaw is to grow, it has no place, or it is to be filled where there is no metal.
    MeshError
        If a crack cannot be meshed.
    OutputError
        If the run or the checkpoint cannot be read, or the results not be written.
    """
    case = on_rank_0(comm, lambda: case_of(folder))
    given = on_rank_0(comm, lambda: flaws_of_case(case) if flaws is None else load_flaws(flaws, case))
    model = build_model(case, mesh_of(folder, case, comm))
    block, placed = _placed(given, model)
    states = StoredStates(model, read_fields(folder), (placed.region,))
    thickness = on_rank_0(comm, lambda: history_at(folder, states.times)["deposited_thickness"])
    loading = run_loading(model, placed, states, thickness, float(given.block.residual_stress), str(folder))
    body = CrackBody(placed.loops, elastic_of(given.case, placed.region), SlitSizes(refinement=float(block.refinement)))
    grower = _grower(given, placed, loading, body, comm)
    table = CrackTable(loading, float(given.case.materials[given.case.growth.region].molar_volume or np.nan), [])
    kept = _Kept(folder / CRACK_CHECKPOINT, _digest(given.block, loading), comm)
    slit, grown, past = kept.read(table) if resume else (placed.slits[0], [], None)
    try:
        ending = _march(grower, table, kept, grower.judged(slit, past), grown, say)
    except ArithmeticError as error:
        raise OutputError(
            f"{folder}: {error}\n    try:   a shorter growth.increment, or more written states"
        ) from error
    content = ending_content(given.case, placed, block, ending, table)
    content["path"] |= {"grown_tips": grown}
    files = on_rank_0(comm, lambda: _write(folder, content, table))
    return GrownCrack(content, files)


def _placed(given: GivenFlaws, model: Model) -> tuple[CrackGrowth, PlacedFlaw]:
    """What grows, with its place."""
    block = given.block.growth
    if block is None:
        message = "no flaw is said to grow: the block of flaws has no growth"
        raise CaseError(InputError(message, hint=f"add {EXAMPLE}"))
    if model.loaded.mesh.geometry.dim != 2:  # of a mesh from a file that is known only now
        raise given.refusal(Finding("", f"{REFUSAL} and this is a three-dimensional model", "a plane-strain model"))
    table = RegionSurfaces(model).table

    def place() -> PlacedFlaw:
        if table is None:
            raise TypeError("the surfaces of a model are known on rank 0")
        index = next(i for i, flaw in enumerate(given.block.flaws) if flaw.name == block.flaw)
        flaw = given.block.flaws[index]
        one = given.block.model_copy(update={"flaws": (flaw,)})
        found = place_flaws(given.case, one, table, lambda finding: given.refusal(_at_index(finding, index)))[0]
        if block.fill != "dry" and found.pressed_at is None:
            raise given.refusal(Finding("growth.fill", "there is no metal at the mouth of this flaw", "dry"))
        return found

    return block, on_rank_0(model.problem.comm, place)


def _at_index(finding: Finding, index: int) -> Finding:
    key = finding.key.replace("flaws.0", f"flaws.{index}", 1)
    return Finding(key, finding.message, finding.valid, finding.hint)


def _respond(comm: MPI.Intracomm, body: CrackBody, slit: Slit) -> Response:
    def answer() -> Response:
        try:
            return body.respond(slit)
        except MeshBuildError as error:
            raise MeshError(f"the crack of {1e9 * slit.length:.4g} nm cannot be meshed: {error}") from error

    return on_rank_0(comm, answer)


def _grower(
    given: GivenFlaws, placed: PlacedFlaw, loading: Loading, body: CrackBody, comm: MPI.Intracomm
) -> CrackGrower:
    """What grows the flaw, with or without a film."""
    block = given.block.growth
    if block is None:
        raise ValueError("nothing is said to grow")
    rule = GrowthRule(toughness_of(given.case, placed.region), float(block.increment))
    respond = partial(_respond, comm, body)

    def openings(tractions: Array) -> Array:
        return on_rank_0(comm, lambda: body.openings(tractions))

    if block.fill != "front":
        filled = block.fill == "full"
        return CrackGrower(loading, rule, respond, lambda own, found: balance(own, found, filled), openings)
    metal = given.case.materials[given.case.growth.region]
    law = film_law(parameter_vector(metal, float(given.case.temperature)))
    if law is None:
        message = f"the metal {given.case.growth.region} has no flow law by which a film of it could flow"
        raise given.refusal(Finding("growth.fill", message, "full or dry", "give the metal a viscoplasticity"))
    if placed.surface is None:
        message = "a buried flaw has no mouth that a film of metal could enter by"
        raise given.refusal(Finding("growth.fill", message, "full or dry"))
    aperture = float(block.aperture or 0.0)
    return FilmGrower(loading, rule, respond, lambda own, found: balance(own, found, True), openings, law, aperture)


def _march(
    grower: CrackGrower,
    table: CrackTable,
    kept: _Kept,
    present: CrackState,
    grown: list[int],
    say: Callable[[str], None] | None,
) -> Ending:
    """Grow until an end; the table gets a row for each length, the checkpoint is renewed after each."""
    if not grown and not present.lacks:
        table.add(present)
    while True:
        found = grower.next(present, _grown_length(present, grown))
        if isinstance(found, Ending):
            if found.kind != "outline":
                table.add(found.last)
            return found
        grown.append(present.tip)
        present = found
        table.add(present)
        kept.write(table, present, grown)
        if say is not None:
            say(_line(table))


def _grown_length(present: CrackState, grown: list[int]) -> float:
    """How far the tip that goes on has come from the end of the given flaw, m."""
    pieces = PIECES * grown.count(present.tip)
    own = present.slit.pieces if present.tip == 1 else present.slit.pieces[::-1]
    return float(own[:pieces].sum()) if present.slit.kind != "symmetric" else 0.0


def _line(table: CrackTable) -> str:
    row = table.rows[-1]
    return (
        f"crack of {1e9 * row['crack_length']:.4g} nm after {1e3 * row['time']:.5g} ms at "
        f"{1e-9 * row['crack_pressure']:.4g} GPa"
    )


def _digest(block: Flaws, loading: Loading) -> str:
    """Of what decides the growth: a checkpoint of something else is refused."""
    digest = hashlib.sha256(block.model_dump_json().encode())
    for values in (loading.times, loading.supply, loading.pressures):
        digest.update(values.tobytes())
    return digest.hexdigest()


@dataclass(frozen=True)
class _Kept:
    """The checkpoint: path, of what it is, and the communicator."""

    path: Path
    digest: str
    comm: MPI.Intracomm

    def write(self, table: CrackTable, present: CrackState, grown: list[int]) -> None:
        """Keep what has grown."""
        rows = [{name: None if np.isnan(value) else value for name, value in row.items()} for row in table.rows]
        content: dict[str, Any] = {
            "of": self.digest,
            "crack": slit_content(present.slit),
            "grown_tips": grown,
            "rows": rows,
        }
        content["past"] = None if present.past is None else past_content(present.past)
        on_rank_0(self.comm, lambda: write_json(self.path, content))

    def read(self, table: CrackTable) -> tuple[Slit, list[int], Past | None]:
        """Fill a table, and give the crack, the tips that have grown, and how it came to its length."""
        content = on_rank_0(self.comm, self._load)
        table.rows.extend(
            {name: float("nan") if value is None else value for name, value in row.items()} for row in content["rows"]
        )
        past = None if content["past"] is None else past_of(content["past"])
        return slit_of(content["crack"]), list(content["grown_tips"]), past

    def _load(self) -> dict[str, Any]:
        hint = "leave out --resume to begin anew"
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise OutputError(f"{self.path}: nothing to go on from\n    try:   {hint}") from None
        except (OSError, ValueError) as error:
            raise OutputError(f"{self.path}: cannot be read: {error}\n    try:   {hint}") from error
        if not isinstance(content, dict) or content.get("of") != self.digest:
            raise OutputError(f"{self.path}: of another run or other flaws\n    try:   {hint}")
        return content


def _write(folder: Path, content: dict[str, Any], table: CrackTable) -> tuple[Path, ...]:
    write_json(folder / CRACK_JSON, content)
    columns = ColumnTable.with_own(False, CRACK_COLUMNS)
    path = folder / CRACK_TABLE
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([columns.header(column.name) for column in CRACK_COLUMNS])
            writer.writerows([[repr(float(row[column.name])) for column in CRACK_COLUMNS] for row in table.rows])
    except OSError as error:
        raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
    return folder / CRACK_JSON, path
