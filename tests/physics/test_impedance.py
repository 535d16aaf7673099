"""What would hurt most if lost: an impedance that is not that of the circuit that it stands for."""

import csv
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from cells import THERMAL, body, cell, strip
from dolfinx.mesh import compute_midpoints
from driven_cell import driven_cell

from platingx.cli.main import execute
from platingx.constants import VACUUM_PERMITTIVITY
from platingx.errors import CaseError
from platingx.materials.local_law import LocalLaw
from platingx.physics.conduction import Conduction
from platingx.physics.discretisation import discretise
from platingx.physics.impedance import BlockedFace, FieldImpedance
from platingx.physics.interface_points import interface_points
from platingx.post.impedance import Spectrum
from platingx.problems.circuit import Held
from platingx.run.runner import run_case
from platingx_meshes.simple import Box, build_box
from platingx_meshes.tags import LLZO

TURN = 2.0 * np.pi
CM2 = 1e-4


@pytest.mark.mpi
@pytest.mark.parametrize("shape", ["quadrilateral", "triangle", "hexahedron", "tetrahedron"])
def test_a_slab_is_a_resistance_beside_a_capacitor(shape: str) -> None:
    """Z_counter + Z_leads + L/(kappa + jw eps) + Z_film + R/(1 + jwRC), at rest and under a bias: exact."""
    law = LocalLaw(0.5, 1e-3, 0.3, THERMAL)
    for voltage in (0.0, 1.0):
        held = Held(voltage=voltage)
        solved = cell(body(shape), held, law, 1.0, conductivity=0.4, counter_resistance=0.25, leads=0.125)
        found = FieldImpedance(solved.conduction, double_layer=0.02, permittivity=0.03, leads=0.125)
        transfer = float(law.drop(np.array([solved.current]))[1][0]) - 0.5
        for frequency in (0.0, 1e-3, 0.3, 40.0):
            w = TURN * frequency
            exact = 0.25 + 0.125 + 1.0 / (0.4 + 1j * w * 0.03) + 0.5 + transfer / (1.0 + 1j * w * transfer * 0.02)
            assert found.at(frequency) == pytest.approx(exact, rel=1e-10)


def test_the_direct_current_limit_is_the_slope_of_the_voltage() -> None:
    """Z(0) against the difference quotient of two solutions, at a current that differs from place to place."""
    law = LocalLaw(0.0, 2.0, 0.4, THERMAL)

    def at(current: float):
        return cell(body("triangle", 6), Held(current_density=current), law, 0.5, lambda x: x[:, 0] < 0.5,
                    conductivity=20.0, counter_resistance=1e-3)  # fmt: skip

    low, middle, high = (at(current) for current in (7.0 - 1e-3, 7.0, 7.0 + 1e-3))
    slope = (high.voltage - low.voltage) / 2e-3
    assert FieldImpedance(middle.conduction).at(0.0).real == pytest.approx(slope, rel=1e-7)
    assert FieldImpedance(middle.conduction).at(0.0).imag == 0.0


def test_a_constriction_adds_its_resistance() -> None:
    """At 0 Hz the blocked strip's: 0.26213 L/kappa beyond the slab, w/L 0.3 (1600 cosines)."""
    found, _ = strip(0.3, 0.15, 20)
    assert FieldImpedance(found.conduction).at(0.0).real == pytest.approx(2.0 + 0.26213, rel=1e-4)


def test_gaps_conduct_less_and_store() -> None:
    """Half of the area in contact: c/(R + ...) beside the capacitor of the rest; at 0 Hz the slope of the voltage."""
    law = LocalLaw(0.5, 2.0, 0.3, THERMAL)

    def at(current: float):
        return cell(
            body("quadrilateral"), Held(current_density=current), law, 1.0, closed=lambda x: 0.5 + 0.0 * x[..., 0]
        )

    middle, (low, high) = at(7.0), (at(7.0 + change) for change in (-1e-3, 1e-3))
    middle.conduction.kinetics.gap_capacitance = lambda: np.full_like(middle.conduction.kinetics.current, 0.01)
    found = FieldImpedance(middle.conduction, double_layer=0.02)
    assert found.at(0.0).real == pytest.approx((high.voltage - low.voltage) / 2e-3, rel=1e-7)
    transfer, w = float(law.drop(np.array([14.0]))[1][0]) - 0.5, TURN * 3.0
    passing = 0.5 / (0.5 + transfer / (1.0 + 1j * w * transfer * 0.02)) + 1j * w * 0.01
    assert found.at(3.0) == pytest.approx(1.0 + 1.0 / passing, rel=1e-10)


@pytest.mark.mpi
@pytest.mark.parametrize("shape", ["hexahedron", "tetrahedron"])
def test_iterations_give_what_factors_give(shape: str) -> None:
    """In space, from direct current to where the electrolyte is a capacitor, with a part of the face blocked."""

    def plated(x: np.ndarray) -> np.ndarray:
        return (x[:, 0] < 0.5) & (x[:, 1] < 0.5)

    law = LocalLaw(0.01, 2.0, 0.5, THERMAL)
    found = cell(body(shape, 4), Held(current_density=3.0), law, 0.25, plated, conductivity=5.0)
    factored, iterated = (
        FieldImpedance(found.conduction, double_layer=0.02, permittivity=1e-3, iterates=way) for way in (False, True)
    )
    for frequency in (0.0, 1.0, 1e2, 1e4):
        assert iterated.at(frequency) == pytest.approx(factored.at(frequency), rel=1e-9)


def rest_of_top(conduction: Conduction, parts, plated, capacitance: float) -> BlockedFace:
    """Facets of ``top`` that are not plated."""
    domain = parts.loaded.mesh
    pairs = conduction.symbols.side("top", LLZO).reshape(-1, 2)
    links = domain.topology.connectivity(domain.topology.dim, domain.topology.dim - 1)
    middles = compute_midpoints(domain, 1, np.array([links.links(c)[f] for c, f in pairs], dtype=np.int32))
    return BlockedFace(interface_points(parts, conduction.potential, pairs[~plated(middles)], False), capacitance)


@pytest.mark.parametrize(
    ("capacitance", "values"),
    [
        (VACUUM_PERMITTIVITY / 1e-6, {0.0: 69.2 + 0j, 1e3: 69.1 - 2.5j, 1e5: 30.2 - 6.2j}),
        (5e-2, {0.0: 69.2 + 0j, 1e3: 40.1 - 21.0j, 1e5: 25.0 - 0.3j}),
    ],
    ids=["gap", "blocking"],
)
def test_a_pellet_with_contact_on_a_twentieth(capacitance: float, values: dict[float, complex]) -> None:
    """Half period 50 um, plate 500 um of 0.2 S/m and 20 eps0, 2 ohm cm2 and 5 uF/cm2: ohm cm2 of the whole face.

    Reference: a cosine series and a complex finite-element program, both by the digits shown.
    """
    share, width = 0.05, 50e-6

    def plated(x: np.ndarray) -> np.ndarray:
        return x[:, 0] < share * width

    parts = discretise(build_box(Box(width, 1e-4, 60, 60, region=LLZO)))  # the rest of the plate is a resistance
    law = LocalLaw(0.0, THERMAL / (2.0 * CM2), 0.5, THERMAL)
    solved = cell(parts, Held(voltage=0.0), law, share * width, plated, conductivity=0.2, counter_resistance=2e-3)
    face = rest_of_top(solved.conduction, parts, plated, capacitance)
    found = FieldImpedance(solved.conduction, 5e-2, 20.0 * VACUUM_PERMITTIVITY, [face])
    for frequency, expected in values.items():
        value = found.at(frequency) / share / CM2
        assert value.real == pytest.approx(expected.real, abs=0.06 + 2e-3 * abs(expected))
        assert value.imag == pytest.approx(expected.imag, abs=0.06 + 2e-3 * abs(expected))
    if capacitance < 1e-4:
        spectrum = Spectrum(f := np.geomspace(5e3, 5e4, 9), np.array([found.at(x) for x in f]) / share, 0.0)
        assert spectrum.apexes[0].frequency == pytest.approx(15.8e3, rel=0.03), "that of contact everywhere"


def test_apex_of_an_arc() -> None:
    """An arc of R and C has its apex at 1/(2 pi R C), where it is R/2 high."""
    frequencies = np.geomspace(1e-2, 1e2, 41)
    arc = 3.0 + 2.0 / (1.0 + 1j * TURN * frequencies * 0.4)
    apex = Spectrum(frequencies, arc, 5.0).apexes
    assert [top.frequency for top in apex] == [pytest.approx(1.0 / (TURN * 0.4), rel=1e-3)]
    assert apex[0].value == pytest.approx(4.0 - 1.0j, rel=2e-3)


CIRCUIT = """
  electrolyte: {conductivity: 1e-3 S/m, relative_permittivity: 20}
  counter: {boundary: electrolyte_bottom}
  electrode: {charge_transfer_resistance: 5 ohm cm^2, double_layer: 5 uF/cm^2}"""


def table_of(path: Path) -> np.ndarray:
    with path.open() as file:
        return np.array([[float(x) for x in row] for row in list(csv.reader(file))[1:]])


def test_the_command_of_a_case_and_of_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """300 nm of 1 mS/m and 5 ohm cm2: 3e-4 + 5e-4 ohm m2 at rest; under a bias the charge transfer of its current."""
    folder = tmp_path / "cell"
    case = driven_cell(folder, [{"voltage": "0.1 V"}], "1 ms", CIRCUIT, side="free")
    assert execute(["impedance", str(folder / "case.yaml"), "--out", str(tmp_path / "rest")]) == 0
    rest = table_of(tmp_path / "rest" / "impedance.csv")
    assert rest[-1, 1] == pytest.approx(8e-4, rel=1e-6)
    assert np.argmax(-rest[:, 2]) not in (0, len(rest) - 1)
    result = run_case(case, tmp_path / "run", quiet=True)
    assert execute(["impedance", str(tmp_path / "run"), "--to", "1 Hz"]) == 0
    current = result.history["current_density_A_per_m2"].iloc[-1]
    exchange = THERMAL / 5e-4
    slope = THERMAL / exchange / np.sqrt(1.0 + (0.5 * current / exchange) ** 2)
    assert table_of(tmp_path / "run" / "impedance.csv")[-1, 1] == pytest.approx(3e-4 + slope, rel=1e-5)
    assert {path.name for path in (tmp_path / "run" / "figures").iterdir()} >= {
        "impedance_nyquist.png", "impedance_bode.png"
    }  # fmt: skip
    assert "direct current" in capsys.readouterr().out
    assert execute(["impedance", str(folder / "case.yaml"), "--from", "1 Hz", "--to", "2 Hz"]) == 2
    assert execute(["impedance", str(tmp_path / "rest")]) == 5


@pytest.mark.parametrize(
    ("circuit", "says"),
    [
        (CIRCUIT + "\n  blocked: {collector: {gap: 1 um}}", "does not touch it"),
        (CIRCUIT + "\n  blocked: {interface: {gap: 1 um}}", "ions pass the boundary interface"),
        (CIRCUIT + "\n  blocked: {electrolyte_side: {gap: 1 um, double_layer: 5 uF/cm^2}}", "not both"),
    ],
)
def test_faces_that_cannot_be_blocked(
    tmp_path: Path, circuit: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with suppress(CaseError):
        driven_cell(tmp_path, [{"voltage": "0.1 V"}], "1 ms", circuit)
    assert execute(["impedance", str(tmp_path / "case.yaml"), "--out", str(tmp_path / "z")]) == 2
    assert says in capsys.readouterr().err
