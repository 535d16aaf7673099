"""What would hurt most if lost: the counted operations, a bound of the kernels, are those that the kernels do.

The compiled functions are run as Python on numbers that count what is done with them.
"""

import math
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from platingx.benchmarks.operations import ELEMENTARY, ElementSize, bytes_moved, kernel_operations, update_operations
from platingx.fields import condensation_kernel, solid_kernel
from platingx.fields.kinematics import THREE_DIMENSIONAL
from platingx.materials import eigen, layout, point, return_map
from platingx.verification.models.vectors import LITHIUM, elastic, vector

HEX27 = ElementSize(nodes=27, corners=27, dimension=3, modes=4, points=27)


class Tally:
    """Operations done so far."""

    operations = 0


class Counting(float):
    """A number that counts: one for a sum or product, more for the others."""

    def __new__(cls, value: float) -> "Counting":
        return super().__new__(cls, value)


def _counted(name: str, cost: int) -> Callable[..., Any]:
    plain = getattr(float, name)

    def operation(self: float, *others: Any) -> Any:
        result = plain(self, *(float(other) for other in others))
        Tally.operations += cost
        return Counting(result) if isinstance(result, float) else result

    return operation


for _name in ("__add__", "__radd__", "__sub__", "__rsub__", "__mul__", "__rmul__"):
    setattr(Counting, _name, _counted(_name, 1))
for _name in ("__truediv__", "__rtruediv__", "__pow__", "__rpow__"):
    setattr(Counting, _name, _counted(_name, ELEMENTARY))
for _name in ("__neg__", "__abs__"):
    setattr(Counting, _name, _counted(_name, 0))


def _elementary(function: Callable[[float], float]) -> Callable[[float], Counting]:
    def counted(value: float) -> Counting:
        Tally.operations += ELEMENTARY
        return Counting(function(float(value)))

    return counted


#: Stands in for NumPy in the kernels.
NUMPY = SimpleNamespace(
    empty=lambda shape: np.empty(shape, dtype=object),
    sqrt=_elementary(math.sqrt),
    log=_elementary(math.log),
    exp=_elementary(math.exp),
    log1p=_elementary(math.log1p),
    isfinite=math.isfinite,
    nan=math.nan,
)


def counting(array: np.ndarray) -> np.ndarray:
    """Copy of an array whose numbers count."""
    result = np.empty(array.shape, dtype=object)
    for place in np.ndindex(array.shape):
        result[place] = Counting(array[place])
    return result


@pytest.fixture
def tally(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Tally]]:
    """Let the kernels run as Python, and count from zero."""
    for module in (point, eigen, return_map, solid_kernel, condensation_kernel):
        monkeypatch.setattr(module, "np", NUMPY)
        for name, value in vars(module).items():
            if hasattr(value, "py_func"):
                monkeypatch.setattr(module, name, value.py_func)
    Tally.operations = 0
    yield Tally
    Tally.operations = 0


def update(parameters: np.ndarray, dt: float) -> None:
    """Constitutive update at a shear of 1 % on top of an elastic compression."""
    f = np.diag([1.0, 1.0, 0.99]) + 0.01 * np.array([[0.0, 1.0, 0.3], [-0.2, 0.0, 0.7], [0.4, 0.1, 0.0]])
    rows, columns = layout.gradient_components(3)
    stress, tangent, new = (np.empty(shape, dtype=object) for shape in ((3, 3), (9, 9), (6,)))
    start = counting(np.array(layout.UNSTRAINED))
    point.update_point(
        counting(parameters), counting(f), start, Counting(parameters[layout.INITIAL_RESISTANCE]), dt, rows, columns,
        stress, tangent, new,
    )  # fmt: skip


@pytest.mark.parametrize("plastic", [False, True])
def test_constitutive_update(plastic: bool, tally: type[Tally]) -> None:
    """The numbers of sweeps and iterations vary from point to point, so that only the size is right."""
    update(vector(LITHIUM) if plastic else elastic(7.8e9, 0.38), 0.1)
    counted = update_operations(9, plastic)
    print(f"plastic {plastic}: counted by hand {counted}, done {tally.operations}")
    assert 0.7 * counted < tally.operations < 1.4 * counted


def test_element_matrix_and_condensation(tally: type[Tally]) -> None:
    """They are nine tenths of a hexahedron."""
    size, one = HEX27, Counting(1.5)
    gradients = counting(np.random.default_rng(1).normal(size=(3, size.nodes)))
    hoop, tangent = counting(np.zeros(size.nodes)), counting(np.random.default_rng(2).normal(size=(9, 9)))
    blocks = counting(np.zeros((size.unknowns, 3, size.nodes)))
    solid_kernel._add_stiffness(tangent, gradients, hoop, one, THREE_DIMENSIONAL, blocks)
    matrix = counting(np.zeros((size.unknowns, size.unknowns)))
    stiffness, tally.operations = tally.operations, 0
    coupling = counting(np.random.default_rng(3).normal(size=(size.modes, size.unknowns)))
    volume = counting(np.eye(size.modes) + 0.1)
    force, residual = counting(np.zeros(size.unknowns)), counting(np.ones(size.modes))
    gain, shift = np.empty((size.modes, size.unknowns), dtype=object), np.empty(size.modes, dtype=object)
    assert condensation_kernel.condense(matrix, force, coupling, volume, residual, gain, shift)
    done = stiffness + tally.operations / size.points
    counted = kernel_operations(size, False) - update_operations(9, False)
    print(f"counted by hand {counted:.0f}, of which stiffness and condensation do {done:.0f}")
    assert 0.85 * counted < done < counted


def test_bytes_of_a_hexahedron_are_mostly_its_matrix() -> None:
    matrix = 8 * 81**2 / 27
    assert matrix < bytes_moved(HEX27, False) < 1.3 * matrix
    assert bytes_moved(HEX27, True) - bytes_moved(HEX27, False) == 2 * 8 * 8
