"""What would hurt most if lost: numbers of CalculiX are read as written, and a broken result is never taken."""

import stat
from pathlib import Path

import numpy as np
import pytest

from platingx.errors import ConvergenceError, OutputError
from platingx.exchange.calculix_deck import Deck, DeckGrowth, DeckMaterial, DeckStep
from platingx.exchange.calculix_results import read_dat, read_energies, read_frd
from platingx.exchange.ccx import ccx_program, run_ccx
from platingx.verification.models.calculix import held, missing_program, run_deck
from platingx.verification.problems import calculix
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.simple import Box, build_box

with_ccx = pytest.mark.skipif(missing_program() != "", reason=missing_program())

FRD = """    1C
    1UVERSION           Version 2.20
    2C                             2                                     1
 -1         1 0.00000E+00 0.00000E+00 0.00000E+00
 -1        12 1.00000E+00 0.00000E+00 0.00000E+00
 -3
    3C                             1                                     1
 -1         1   10    0    1
 -2         1        12
 -3
    1PSTEP                         1           1           1
  100CL  101 0.500000000           2                     0    1           1
 -4  DISP        4    1
 -5  D1          1    2    1    0
 -1         1-1.09984E+00-1.25830E+00 0.00000E+00
 -1        12 1.00000E-01-2.00000E-12 3.00000E+00
 -3
    1PSTEP                         2           1           1
  100CL  102 1.000000000           2                     0    1           1
 -4  STRESS      6    1
 -5  SXX         1    4    1    1
 -1         1-1.00000E+00-2.00000E+00-3.00000E+00-4.00000E+00 5.00000E+00 6.00000E+00
 -3
 9999
"""

DAT = """

 stresses (elem, integ.pnt.,sxx,syy,szz,sxy,sxz,syz) for set LI and time  0.5000000E+00

         7   1 -1.462017E+00 -8.960750E-01 -8.960750E-01 -5.551115E-17  0.000000E+00  0.000000E+00
         7   2 -1.462017E+00  8.960749E+01 -8.960749E-01  1.110223E-16  0.000000E+00  0.000000E+00

 global coordinates (elem, integ.pnt.,x,y,z) for set LI and time  0.5000000E+00

         7   1  1.127017E-01  1.127017E-01 -3.872983E-01
"""


def test_nodal_fields(tmp_path: Path) -> None:
    """Numbers without spaces between them are cut by columns."""
    (tmp_path / "a.frd").write_text(FRD)
    displacement, stress = read_frd(tmp_path / "a.frd")
    assert (displacement.name, displacement.time) == ("DISP", 0.5)
    assert displacement.at(12).tolist() == [0.1, -2e-12, 3.0]
    assert displacement.at(1).tolist() == [-1.09984, -1.25830, 0.0]
    assert (stress.name, stress.time, stress.values.tolist()) == ("STRESS", 1.0, [[-1.0, -2.0, -3.0, -4.0, 5.0, 6.0]])
    with pytest.raises(KeyError):
        stress.at(12)


def test_values_at_integration_points(tmp_path: Path) -> None:
    (tmp_path / "a.dat").write_text(DAT)
    stresses, places = read_dat(tmp_path / "a.dat")
    assert (stresses.what, stresses.region, stresses.time) == ("stresses", "li", 0.5)
    assert stresses.elements.tolist() == [7, 7]
    assert stresses.points.tolist() == [1, 2]
    assert stresses.values[1, 1] == 89.60749
    assert (places.what, places.values.tolist()) == ("global coordinates", [[0.1127017, 0.1127017, -0.3872983]])


@pytest.mark.parametrize("text", [FRD.replace(" 9999\n", ""), FRD.replace("-2.00000E-12", "-2.0000*E-12"), ""])
def test_a_damaged_result_file_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.frd").write_text(text)
    with pytest.raises(OutputError, match=r"a\.frd"):
        read_frd(tmp_path / "a.frd")
    with pytest.raises(OutputError, match="cannot be read"):
        read_dat(tmp_path / "nothing.dat")


def test_energies(tmp_path: Path) -> None:
    """The last one of each set counts, and what stands between is skipped."""
    text = " total internal energy for set {} and time  0.1E+00\n\n        {}\n\n"
    blocks = [text.format("LI", "1.000000E-11"), DAT, text.format("LLZO", "6.5E-12"), text.format("LI", "3.2E-11")]
    (tmp_path / "a.dat").write_text("".join(blocks))
    assert read_energies(tmp_path / "a.dat") == {"li": 3.2e-11, "llzo": 6.5e-12}
    (tmp_path / "a.dat").write_text(text.format("LI", "none"))
    with pytest.raises(OutputError, match="line 3"):
        read_energies(tmp_path / "a.dat")


def test_a_failing_program_is_reported_with_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "ccx"
    program.write_text("#!/bin/sh\necho '*ERROR reading *STEP: no step'\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    with pytest.raises(ConvergenceError, match=r"\*ERROR reading \*STEP: no step"):
        run_ccx(str(program), "*STEP\n", tmp_path)
    with pytest.raises(ConvergenceError, match="CalculiX"):
        run_ccx(str(tmp_path / "nowhere"), "*STEP\n", tmp_path)
    monkeypatch.setenv("PLATINGX_CCX", str(program))
    assert ccx_program() == str(program)
    assert missing_program() == ""
    monkeypatch.delenv("PLATINGX_CCX")
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert "PLATINGX_CCX" in missing_program()


# --- with CalculiX


@with_ccx
@pytest.mark.parametrize("direction", [(0.0, 1.0, 0.0), (0.6, 0.8, 0.0)])
@pytest.mark.parametrize("expansion", [(1.0, 0.0, 0.0), (0.0, 1.0, 1.0), (1.0, 1.0, 1.0)])
@pytest.mark.parametrize("cell", ["quadrilateral", "triangle", "hexahedron", "tetrahedron"])
def test_calculix_takes_growth_as_we_mean_it(
    cell: str, expansion: tuple[float, float, float], direction: tuple[float, float, float]
) -> None:
    """All faces held: stress = -(lambda tr(g) 1 + 2 G g) of the growth strain g; six digits are printed."""
    plane = cell in ("quadrilateral", "triangle")
    data = build_box(Box(1e-6, 1e-6, 2, 2, cell=cell)) if plane else build_block3d(
        Block3D(1e-6, 1e-6, 1e-6, 1, 1, 1, cell=cell))  # fmt: skip
    young, poisson, strain = 7.81e9, 0.38, 1e-4
    held_on = [held(data, name, *range(data.dimension)) for name in data.boundary_names]
    directions = np.tile(direction, (len(data.cells), 1))
    deck = Deck(
        "held", (), data, "plane_strain" if plane else "three_dimensional", {"li": DeckMaterial(young, poisson)},
        tuple(held_on), DeckStep(1, 1, 1, 1), DeckGrowth("li", expansion, directions, ((0.0, 0.0), (1.0, strain))),
    )  # fmt: skip
    stress = run_deck(deck).last("stresses", "li").values * 1e6
    along = np.array(direction)
    across = np.array([-along[1], along[0], 0.0])
    axes = np.stack([along, across, [0.0, 0.0, 1.0]])
    growth = np.einsum("a,ai,aj->ij", expansion, axes, axes) * strain
    shear = young / (2 * (1 + poisson))
    lame = young * poisson / ((1 + poisson) * (1 - 2 * poisson))
    expected = -(lame * np.trace(growth) * np.eye(3) + 2 * shear * growth)
    np.testing.assert_allclose(
        stress[:, :4],
        np.tile([*np.diag(expected), expected[0, 1]], (len(stress), 1)),
        atol=1e-5 * np.abs(expected).max(),
    )


@with_ccx
def test_the_problem_of_the_book_passes_coarsely() -> None:
    outcome = calculix.PROBLEM.run("coarse")
    assert [row.label for row in outcome.rows if not row.passed] == []
    assert outcome.notes[0].startswith("CalculiX 2.")
