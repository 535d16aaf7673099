"""What would hurt most if lost: a long run on several ranks keeps its memory.

On several ranks PETSc keeps what Python has let go of until somebody asks it to clean up: what is made in every solve
has to be destroyed in words.
"""

import numpy as np
import pytest
from mpi4py import MPI
from petsc4py import PETSc

from platingx.fields.constraints import Tied
from platingx.fields.nodal_field import DISPLACEMENT, GlobalUnknowns, NodalField
from platingx.physics.discretisation import discretise, fix
from platingx.physics.form_symbols import Symbols
from platingx.physics.solid_model import Load, SolidModel, solid_model
from platingx.problems.spring import Spring
from platingx.problems.ufl_contribution import UflContribution
from platingx.verification.models.vectors import elastic
from platingx_meshes.simple import Box, build_box

COMM = MPI.COMM_WORLD


def kept(capfd: pytest.CaptureFixture[str]) -> int:
    """Objects that PETSc keeps although nobody in Python has them."""
    capfd.readouterr()
    PETSc.garbage_view(COMM)
    lines = [line for line in capfd.readouterr().out.splitlines() if "Total entries:" in line]
    return COMM.bcast(int(lines[0].rsplit(":", 1)[1]) if COMM.rank == 0 else None, root=0)


def pushed(preset: str, together: bool) -> SolidModel:
    """A block under a load: alone, or bonded to a body on a spring, on a foundation in UFL."""
    parts = discretise(build_box(Box(1.0, 1.0, 3, 3)), COMM)
    supports = [fix(parts, "left", 0), fix(parts, "bottom", 0), fix(parts, "bottom", 1)]
    loads = [Load("right", "li", pressure=lambda time: 1e7 * time)]
    material = {"li": elastic(1e9, 0.499)}
    if not together:
        return solid_model(parts, material, supports, loads=loads, preset=preset)
    body, top = GlobalUnknowns("body", 1, COMM), parts.nodes("top")
    symbols = Symbols(parts, {DISPLACEMENT: NodalField(DISPLACEMENT, parts.space)})
    inner = symbols.value(DISPLACEMENT)[0] * symbols.test(DISPLACEMENT)[0]
    form = {DISPLACEMENT: 1e8 * inner * symbols.ds("top", "li")}
    foundation = UflContribution("foundation", form, symbols.coefficients, [DISPLACEMENT])
    tie = Tied("body", top, 1, "body", np.ones((len(top), 1)))
    extra = [Spring("spring", body, 1e9), foundation]
    return solid_model(parts, material, [*supports, tie], loads=loads, extra=extra, fields=[body], preset=preset)


@pytest.mark.mpi
@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("preset", ["direct", "iterative"])
def test_steps_leave_no_objects_behind(preset: str, together: bool, capfd: pytest.CaptureFixture[str]) -> None:
    """After the first step, which makes what stays; the count sees what is let go of where there are several ranks."""
    vector = PETSc.Vec().createMPI((1, None), comm=COMM)
    before = kept(capfd)
    del vector
    lost = kept(capfd) - before
    assert lost == (1 if COMM.size > 1 else 0)
    model = pushed(preset, together)
    model.advance(0.5)
    first = kept(capfd)
    for time in (1.0, 1.5, 2.0):
        assert model.advance(time).iterations > 0
    assert kept(capfd) == first
