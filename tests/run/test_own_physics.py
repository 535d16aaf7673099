"""What would hurt most if lost: physics in Python is solved, reported, saved and resumed like that of the case."""

import shutil
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import ufl
from mpi4py import MPI
from own_physics import (
    CONDUCTIVITY,
    KINDS,
    LAYER,
    MOLAR_VOLUME,
    PLATE,
    RESISTANCE,
    SWELLING_ELIMINATED,
    VOLTAGE,
    WIDTH,
    conduction,
)  # fmt: skip
from resumed_runs import SOLVER, started
from two_layers import two_layers

from platingx.config.case import Case
from platingx.constants import FARADAY
from platingx.errors import CaseError, ConvergenceError, OutputError
from platingx.physics.discretisation import Discretisation
from platingx.physics.part import Part
from platingx.physics.python_terms import GrowthState, OwnField, Reported, Symbols, Term
from platingx.post.field_reader import read_fields
from platingx.post.history import read_history
from platingx.problems.solid import Solid
from platingx.run.runner import run_case

CURRENT = VOLTAGE / (RESISTANCE + PLATE / CONDUCTIVITY)
PROGRAM = Path(__file__).parents[1] / "support" / "own_physics.py"
STEPS = {"time__initial_step": "0.25 ms", "time__maximum_step": "0.25 ms"}


def history(folder: Path, kind: str, side: str = "free", end: str = "2 ms", **changed: object) -> pd.DataFrame:
    """History of a run with physics in Python."""
    folder.mkdir()
    case = two_layers(folder, "1 A/cm^2", end, side, **(STEPS | changed))
    run_case(case, folder / "run", terms=KINDS[kind], quiet=True, comm=MPI.COMM_SELF)
    return read_history(folder / "run" / "history.csv")


def test_a_staged_current_grows_the_metal_as_the_closed_form_says(tmp_path: Path) -> None:
    """Everything is uniform: i = V / (Z + L / kappa), and Jg = 1 + Vm i t / (F h)."""
    found = history(tmp_path / "a", "conduction")
    time = found["time_s"].to_numpy()
    np.testing.assert_allclose(found["cell_current"], CURRENT * WIDTH, rtol=1e-9)
    grown = 1.0 + MOLAR_VOLUME * CURRENT * time / (FARADAY * LAYER)
    np.testing.assert_allclose(found["growth_stretch"], grown, rtol=1e-9)
    written = read_fields(tmp_path / "a" / "run" / "fields.bp").at(-1)["potential"]
    assert written.max() == pytest.approx(CURRENT * PLATE / CONDUCTIVITY, rel=1e-9)
    assert written.min() == pytest.approx(0.0, abs=1e-12)


def test_a_staged_current_gives_the_run_with_that_current(tmp_path: Path) -> None:
    """The same pressure as the current of the case, which is the same, and the same steps."""
    staged, given = (history(tmp_path / kind, kind) for kind in ("conduction", "none"))
    np.testing.assert_array_equal(staged["time_s"], given["time_s"])
    name = "max_pressure_li_Pa"
    np.testing.assert_allclose(staged[name], given[name], rtol=1e-5)


def test_an_own_field_beside_the_displacement_is_its_elimination(tmp_path: Path) -> None:
    """A field that is proportional to the volume strain, or that put in: the same force, and not that without."""
    force = "collector_force_N_per_m"
    runs = (history(tmp_path / kind, kind, "wall", "0.5 ms") for kind in ("swelling", "eliminated", "none"))
    with_field, without_field, plain = (run[force].to_numpy() for run in runs)
    np.testing.assert_allclose(with_field, without_field, rtol=1e-6)
    assert np.abs(with_field - plain).max() > 1e-3 * np.abs(plain).max()


def case_file(folder: Path) -> Path:
    """A case for processes of their own: all kinds of physics at once."""
    folder.mkdir()
    two_layers(folder, "1 A/cm^2", "2 ms", "free")
    text = (folder / "case.yaml").read_text()
    text = text.replace("time: {end: 2 ms}", "time: {end: 2 ms, initial_step: 0.1 ms, maximum_step: 0.1 ms}")
    text = text.replace("fields_every: milestones", "fields_every: milestones, checkpoint: {every_steps: 3, keep: 100}")
    (folder / "case.yaml").write_text(text)
    return folder / "case.yaml"


def line(kind: str, case: Path, folder: Path, ranks: int = 0, *more: str) -> list[str]:
    start = ["mpirun", "--oversubscribe", "-n", str(ranks)] if ranks else []
    return [*start, sys.executable, str(PROGRAM), kind, str(case), str(folder), *more]


def finish(command: list[str]) -> str:
    with started(command) as process:
        output, _ = process.communicate(timeout=1800)
    assert process.returncode == 0, output
    return output


def test_all_of_it_killed_and_resumed_on_two_ranks_is_the_uninterrupted_run(tmp_path: Path) -> None:
    """A staged field that gives the growth, a field beside the displacement, and a collector on a spring."""
    case = case_file(tmp_path / "case")
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    finish(line("all", case, whole))
    with started(line("all", case, killed)) as process:
        while process.poll() is None:
            rows = killed / "history.csv"
            if len(list(killed.glob("checkpoint/step-*"))) >= 2 and rows.read_text().count("\n") > 8:
                process.send_signal(signal.SIGKILL)
            time.sleep(0.01)  # the run needs the core
        process.communicate()
    assert process.returncode in (-signal.SIGKILL, 0)
    assert len(list(killed.glob("checkpoint/step-*"))) >= 2
    again = tmp_path / "again"
    shutil.copytree(killed, again)
    for newer in sorted(again.glob("checkpoint/step-*"))[2:]:
        shutil.rmtree(newer)  # as if it had died then, however fast the machine is
    shutil.copytree(again, tmp_path / "once")
    finish(line("all", case, again, 2, "resume"))
    finish(line("all", case, tmp_path / "once", 0, "resume"))
    expected, once, twice = (read_history(f / "history.csv") for f in (whole, tmp_path / "once", again))
    pd.testing.assert_frame_equal(once, expected, check_exact=False, rtol=1e-10)
    pd.testing.assert_frame_equal(twice.iloc[:, :3], expected.iloc[:, :3], check_exact=False, rtol=1e-12)
    for name in ("cell_current", "growth_stretch", "max_pressure_li_Pa", "collector_force_N_per_m"):
        np.testing.assert_allclose(twice[name], expected[name], rtol=SOLVER, err_msg=name)


def test_a_run_is_not_resumed_with_other_physics(tmp_path: Path) -> None:
    history(tmp_path / "a", "eliminated", end="0.5 ms", output__checkpoint__every_steps=1)
    case = two_layers(tmp_path / "a", "1 A/cm^2", "1 ms", "free", **STEPS)
    with pytest.raises(
        OutputError, match=r"with the terms swelling \(mechanics: no field\) .* with none: give run_case"
    ):
        run_case(case, tmp_path / "a" / "run", resume=True, quiet=True, comm=MPI.COMM_SELF)


def reporting(name: str, dimension: str = "force") -> Term:
    """A term that reports the push of its foundation by a name."""

    def push(symbols: Symbols) -> ufl.Form:
        return 1e12 * symbols.value("displacement")[1] * symbols.ds("collector")

    return Term("a", SWELLING_ELIMINATED.residual, reported={name: Reported(push, dimension)})


@pytest.mark.parametrize(
    ("term", "words"),
    [
        (Term("a", conduction), "there is no field 'potential'; there are: displacement"),
        (Term("a", lambda s: 3.0), "the residual of the term 'a' is float, not a form of UFL"),
        (Term("solids", SWELLING_ELIMINATED.residual), "there is a part 'solids' of the model already"),
        (Term("a", SWELLING_ELIMINATED.residual, stage="b"), "adds to the residual of displacement, which is solved"),
        (Term("a", conduction, fields=(OwnField("displacement"),)), "field 'displacement' of the term 'a' is there"),
        (Term("a", conduction, fields=(OwnField("potential", region="llzo", degree=3),)), "has the degree 3; 1 or 2"),
        (
            Term("a", conduction, fields=(OwnField("potential", region="llzo", prescribed={"collector": 0.0}),)),
            "the boundary 'collector' does not touch the field 'potential'",
        ),
        (
            Term("a", SWELLING_ELIMINATED.residual, grows="llz", growth=lambda state: state.converged),
            "there is no growth of llz at quadrature points; there are: growth of li, growth of llzo",
        ),
        (
            Term("a", SWELLING_ELIMINATED.residual, grows="li", growth=lambda state: np.ones(3)),
            r"the growth that the term 'a' gives has the shape \(3,\), and the quadrature points",
        ),
        (reporting("mean_pressure_li"), "two quantities are called mean_pressure_li"),
        (reporting("max_pressure_li"), "two quantities are called max_pressure_li"),
        (reporting("work", dimension="vold"), "'work' .* has the dimension 'vold'"),
    ],
)  # fmt: skip
def test_mistakes_are_told(term: Term, words: str, tmp_path: Path) -> None:
    case = two_layers(tmp_path, "1 A/cm^2", "0.5 ms", "free", **STEPS)
    with pytest.raises(CaseError, match=words):
        run_case(case, tmp_path / "run", terms=[term], quiet=True, comm=MPI.COMM_SELF)


COVERED = 200.0  # 1/s


def covering(symbols: Symbols) -> Mapping[str, ufl.Form]:
    """A field of the interface alone that rises in proportion to x, and one of the collector that is its lift."""
    new, old, test = symbols.value("coverage"), symbols.previous("coverage"), symbols.test("coverage")
    risen = (new - old) / symbols.dt - COVERED * symbols.x[0] / WIDTH
    lifted = (symbols.value("lift") - symbols.value("displacement")[1]) * symbols.test("lift")
    return {"coverage": risen * test * symbols.ds("interface", "llzo"), "lift": lifted * symbols.ds("collector")}


@pytest.mark.mpi
def test_fields_on_boundaries_are_the_closed_form(tmp_path: Path) -> None:
    """c = k t x / W on an interface inside of the body, its integral k t W / 2, and that of its square (k t)2 W / 3."""
    reported = {
        "covered": Reported(lambda s: s.value("coverage") * s.ds("interface", "llzo")),
        "covered_squared": Reported(lambda s: s.value("coverage") ** 2 * s.ds("interface", "llzo")),
        "lift": Reported(lambda s: s.value("lift") * s.ds("collector")),
        "raised": Reported(lambda s: s.value("displacement")[1] * s.ds("collector")),
    }
    own = (OwnField("coverage", boundary="interface"), OwnField("lift", boundary="collector", degree=2))
    term = Term("coverage", covering, fields=own, reported=reported)
    folder = MPI.COMM_WORLD.bcast(tmp_path)
    case = two_layers(folder, "1 A/cm^2", "1 ms", "free", **(STEPS | {"constraints__collector": "free"}))
    found = run_case(case, folder / "run", terms=[term], quiet=True, force=True).history
    time = found["time_s"].to_numpy()
    np.testing.assert_allclose(found["covered"], 0.5 * COVERED * time * WIDTH, rtol=1e-9)
    np.testing.assert_allclose(found["covered_squared"], (COVERED * time) ** 2 * WIDTH / 3.0, rtol=1e-9)
    assert found["raised"].iloc[-1] > 0.0
    np.testing.assert_allclose(found["lift"], found["raised"], rtol=1e-8)


def strip(state: GrowthState) -> np.ndarray:
    """What loses 2 % of the first volume in each millisecond."""
    return state.converged - 20.0 * state.dt


def test_a_growth_that_is_not_positive_is_a_failed_step(tmp_path: Path) -> None:
    """The attempt is repeated with smaller steps, and the last message names term, place, cause and keys."""
    term = Term("a", SWELLING_ELIMINATED.residual, grows="li", growth=lambda state: -state.converged)
    case = two_layers(tmp_path, "1 A/cm^2", "0.5 ms", "free", **STEPS)
    with pytest.raises(ConvergenceError) as caught:
        run_case(case, tmp_path / "run", terms=[term], quiet=True, comm=MPI.COMM_SELF)
    said = str(caught.value)
    assert "the growth that the term 'a' gives is -1, where Jg above zero is needed, in li at (" in said
    assert "1. the function that gives the growth strips more than there is" in said
    assert "time.minimum_step" in said


def test_a_quantity_of_a_term_ends_the_run(tmp_path: Path) -> None:
    """Volume falls by 2 % in each millisecond: a value between two steps is hit at its instant."""
    volume = Reported(
        lambda s: s.points("li", "growth") * s.dx("li"), "area", per_depth=True, until=0.97 * LAYER * WIDTH
    )
    term = Term("a", SWELLING_ELIMINATED.residual, grows="li", growth=strip, reported={"grown_area": volume})
    case = two_layers(tmp_path, "1 A/cm^2", "3 ms", "free", **STEPS)
    result = run_case(case, tmp_path / "run", terms=[term], quiet=True, comm=MPI.COMM_SELF)
    assert result.history["time_s"].iloc[-1] == pytest.approx(1.5e-3, rel=1e-4)
    assert result.summary["until"][0]["quantity"] == "grown_area"


def test_two_states_under_one_name_are_refused(tmp_path: Path) -> None:
    """A checkpoint would keep one of them."""

    def again(case: Case, discretisation: Discretisation, parts: Mapping[str, Part]) -> Part:
        return Part(name="again", states=tuple(c for c in parts["solids"].contributions if isinstance(c, Solid)))

    case = two_layers(tmp_path, "1 A/cm^2", "0.5 ms", "free", **STEPS)
    with pytest.raises(CaseError, match=r"several states of the model are saved as .*: give contributions names"):
        run_case(case, tmp_path / "run", terms=[again], quiet=True, comm=MPI.COMM_SELF)
