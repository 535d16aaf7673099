"""What would hurt most if lost: a current that is distributed wrongly over an interface, or does not add up."""

import numpy as np
import pytest
from cells import THERMAL, Solved, body, cell, strip
from mpi4py import MPI

from platingx.materials.local_law import LocalLaw
from platingx.physics.conduction import ITERATIVE
from platingx.physics.discretisation import discretise
from platingx.problems.circuit import Held
from platingx.profiling import Profile
from platingx.verification.models.conducting_cell import ConductingCell, solve_cell
from platingx_meshes.simple import Box, build_box
from platingx_meshes.tags import LLZO


@pytest.mark.mpi
@pytest.mark.parametrize("shape", ["quadrilateral", "triangle", "hexahedron", "tetrahedron"])
def test_a_slab_is_a_resistance(shape: str) -> None:
    """Ohm's law with both interfaces: exact, for the potential is linear; Butler-Volmer on one side at 3 V."""
    law = LocalLaw(0.5, None, 0.5, THERMAL)
    linear = cell(body(shape), Held(voltage=1.0), law, 1.0, conductivity=0.4, counter_resistance=0.25, leads=0.125)
    assert linear.current == pytest.approx(1.0 / (2.5 + 0.5 + 0.25 + 0.125), rel=1e-11)
    _, density, areas = linear.at_points()
    assert density == pytest.approx(linear.current, rel=1e-10)
    assert areas.sum() == pytest.approx(1.0, rel=1e-13)
    kinetic = cell(body(shape), Held(voltage=3.0), LocalLaw(0.0, 1e-3, 0.3, THERMAL), 1.0, conductivity=0.4)
    eta = float(kinetic.conduction.kinetics.law.charge_transfer(np.array([kinetic.current]))[0])
    assert 2.5 * kinetic.current + eta == pytest.approx(3.0, rel=1e-11)
    assert kinetic.result.iterations <= 10


@pytest.mark.mpi
@pytest.mark.parametrize("shape", ["quadrilateral", "triangle", "hexahedron", "tetrahedron"])
def test_ranks_agree_where_the_current_varies(shape: str) -> None:
    """Voltage and current to 1e-12, with half of the face plated, a part of that behind gaps, and kinetics at 3 V."""
    law = LocalLaw(0.01, 51.4, 0.3, THERMAL)

    def found(comm: MPI.Intracomm, held: Held) -> Solved:
        return cell(
            body(shape, 4, comm),
            held,
            law,
            0.5,
            lambda x: x[:, 0] < 0.5,
            conductivity=1e3,
            counter_resistance=1e-4,
            closed=lambda x: np.where(x[..., 0] < 0.25, 0.3, 1.0),
            leads=2e-4,
        )

    alone, together = (found(comm, Held(voltage=3.0)) for comm in (MPI.COMM_SELF, MPI.COMM_WORLD))
    assert together.current == pytest.approx(alone.current, rel=1e-12)
    density = together.at_points()[1]
    assert density.max() > 1.1 * density.min()
    alone, together = (found(comm, Held(current_density=-500.0)) for comm in (MPI.COMM_SELF, MPI.COMM_WORLD))
    assert together.voltage == pytest.approx(alone.voltage, rel=1e-12)


def test_a_mean_current_is_that_of_the_points() -> None:
    """The current is kept to round-off where it is held, over a part of the face and with Butler-Volmer kinetics."""
    law = LocalLaw(0.0, 2.0, 0.5, THERMAL)
    found = cell(body("triangle", 6), Held(current_density=7.0), law, 0.5, lambda x: x[:, 0] < 0.5, conductivity=20.0)
    _, density, areas = found.at_points()
    assert float(density @ areas) == pytest.approx(3.5, rel=1e-13)
    assert density.max() > 1.05 * density.min()


def test_a_blocked_strip_takes_the_voltage_of_its_series() -> None:
    """w/L 0.3, half width over conductivity times resistance 1: 0.26213 L/kappa, and 1.6146 at 0.2 L of the middle.

    Reference: cosine series of 1600 intervals, and finite elements graded to 1e-6 L at the edge, the same digits.
    """
    found, extra = strip(0.3, 0.15, 20)
    assert extra == pytest.approx(0.26213, rel=1e-3)
    x, density, _ = found.at_points()
    order = np.argsort(x[:, 0])
    there = np.interp([0.2, 0.5], x[order, 0], density[order])
    assert there == pytest.approx([1.6146, 1.2897], rel=2e-3)


def test_faces_behind_gaps_are_a_blocked_strip() -> None:
    """Where a millionth of the area conducts, the voltage and the current are those of a strip that is cut out."""
    parts = discretise(build_box(Box(0.5, 2.0, 20, 40, region=LLZO)))
    law = LocalLaw(0.15, None, 0.5, THERMAL)

    def closed(x: np.ndarray) -> np.ndarray:
        return np.where(x[..., 0] > 0.15, 1.0, 1e-6)

    found = cell(parts, Held(current_density=1.0), law, 0.5, closed=closed)
    blocked, extra = strip(0.3, 0.15, 20)
    assert found.voltage - 2.0 == pytest.approx(extra, rel=1e-5)
    assert extra == pytest.approx(0.26213, rel=1e-3)
    x, density, _ = found.at_points()
    _, cut, _ = blocked.at_points()
    assert density[x[:, 0] > 0.15].max() == pytest.approx(cut.max(), rel=1e-5)
    assert density[x[:, 0] < 0.15].max() < 1e-4


def test_a_gap_that_half_conducts_has_twice_the_resistance() -> None:
    """Butler-Volmer kinetics of the share that conducts: i/c goes into the law, in both senses."""
    law = LocalLaw(0.5, 2.0, 0.3, THERMAL)
    for current in (7.0, -7.0):
        found = cell(
            body("quadrilateral"), Held(current_density=current), law, 1.0, closed=lambda x: 0.5 + 0.0 * x[..., 0]
        )
        drop = float(law.drop(np.array([2.0 * current]))[0][0])
        assert found.voltage == pytest.approx(current + drop, rel=1e-11)


def test_a_large_resistance_spreads_the_current_and_a_small_one_leaves_the_constriction() -> None:
    """To both sides: Z/f and 0.052097 of a uniform flux; -ln(sin(pi f/2))/pi of the primary distribution.

    The primary one is singular at the edge, so that its error falls with the size of the elements: extrapolated.
    """
    _, extra = strip(0.3, 15.0, 20)
    assert extra - 15.0 / 0.7 == pytest.approx(0.05203, rel=2e-3), "0.05203 at 0.01, 0.052097 at 0"
    primary = -np.log(np.sin(np.pi * 0.7 / 2.0)) / np.pi
    values = [strip(0.3, 1e-7, count)[1] for count in (20, 40)]
    assert 2.0 * values[1] - values[0] == pytest.approx(primary, rel=0.01)
    assert abs(values[1] - primary) < 0.6 * abs(values[0] - primary)


def test_a_disc_in_a_cylinder() -> None:
    """4 kappa a (R - Z/A - slab) is 0.4004 at a/b 0.5, radius over conductivity times resistance 1."""
    parts = discretise(build_box(Box(1.0, 4.0, 20, 40, region=LLZO)))
    law, area = LocalLaw(0.5, None, 0.5, THERMAL), np.pi * 0.25
    found = cell(parts, Held(current_density=1.0 / area), law, area, lambda x: x[:, 0] < 0.5, axisymmetric=True)
    excess = found.voltage - 0.5 / area - 4.0 / np.pi
    assert 4.0 * 0.5 * excess == pytest.approx(0.4004, rel=2e-3)


def test_a_disc_at_three_volts_takes_ten_corrections() -> None:
    """321.45 nA through 0.515 um on LLZO of 0.069 S/m, i0 51.4 A/m2, spread in a cylinder of 5 x 10 um.

    Graded to the edge, where the current is singular: even elements see it to their size, 1 % with ten over the radius.
    """
    radius, law = 0.515e-6, LocalLaw(0.0, 51.4, 0.5, THERMAL)
    disc = ConductingCell(5e-6, 10e-6, 32, 32, 0.069, law, radius, inside=True, axisymmetric=True, grading=4.0)
    found = solve_cell(disc, Held(voltage=3.0))
    assert found.corrections <= 10
    assert found.current * np.pi * radius**2 == pytest.approx(321.45e-9, rel=1e-4)


@pytest.mark.mpi
@pytest.mark.parametrize("shape", ["hexahedron", "tetrahedron"])
def test_multigrid_gives_what_factors_give(shape: str) -> None:
    """A quarter of a square contact on a cube, at 3 V: the same current, and hardly more iterations on a finer mesh."""

    def contact(count: int, options: dict[str, str] | None) -> tuple[float, float]:
        law = LocalLaw(0.0, 51.4, 0.5, THERMAL)
        profile = Profile()
        with profile.active():
            found = cell(
                body(shape, count),
                Held(voltage=3.0),
                law,
                0.25,
                lambda x: (x[:, 0] < 0.5) & (x[:, 1] < 0.5),
                conductivity=1e3,
                options=options,
            )
        return found.current, profile.counts["Krylov iterations"] / profile.counts["linear solves"]

    (coarse, few), (fine, more) = contact(4, ITERATIVE), contact(8, ITERATIVE)
    assert coarse == pytest.approx(contact(4, None)[0], rel=1e-12)
    assert fine == pytest.approx(coarse, rel=0.05)
    assert more < 1.6 * few
