"""Order of tensor components and of material parameters in flat arrays."""

from __future__ import annotations

import numpy as np

from platingx.arrays import IntArray

#: Row and column of the six stored components of a symmetric tensor.
SYMMETRIC_ROWS = np.array([0, 1, 2, 0, 0, 1])
SYMMETRIC_COLUMNS = np.array([0, 1, 2, 1, 2, 2])

#: Cp^-1 of a material that has never flowed.
UNSTRAINED = np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0])

# Parameter vector of one material (one float64 array per region).
SHEAR_MODULUS = 0  # Pa
BULK_MODULUS = 1  # Pa
PRESSURE_LAW = 2  # one of the PRESSURE_* identifiers below
BULK_DERIVATIVE = 3  # K' of Murnaghan, dimensionless
FLOW_LAW = 4  # one of the FLOW_* identifiers below
REFERENCE_RATE = 5  # 1/s, at the temperature of the run
RATE_SENSITIVITY = 6  # m, dimensionless
INITIAL_RESISTANCE = 7  # S0, Pa
HARDENING_MODULUS = 8  # H0, Pa
SATURATION_RESISTANCE = 9  # S*, Pa
HARDENING_EXPONENT = 10  # a, dimensionless
SATURATION_EXPONENT = 11  # n, dimensionless
PARAMETER_COUNT = 12
# A law of the user goes on behind these; its functions stand there as their addresses, which a float64 holds exactly.
TEMPERATURE = 12  # K
RATE_FUNCTION = 13
HARDENING_FUNCTION = 14  # 0 for a law that does not harden
HARDENING_PARAMETERS = 15  # place of the first parameter of the hardening
USER_PARAMETERS = 16  # the first parameter of the rate, SI; those of the hardening come behind

PRESSURE_HENCKY_KIRCHHOFF = 0
PRESSURE_HENCKY_CAUCHY = 1
PRESSURE_MURNAGHAN = 2

FLOW_NONE = 0
FLOW_POWER_LAW = 1
FLOW_USER = 2


def gradient_components(dimension: int) -> tuple[IntArray, IntArray]:
    """Rows and columns of the displacement-gradient components that a model can have.

    Parameters
    ----------
    dimension
        2 (plane strain and axisymmetric: four in-plane components and the hoop component)
        or 3 (all nine).

    Returns
    -------
    rows, columns
        Integer arrays of length 5 or 9; component ``i * dimension + j`` is ``d u_i / d x_j``.
    """
    rows = [i for i in range(dimension) for _ in range(dimension)]
    columns = [j for _ in range(dimension) for j in range(dimension)]
    if dimension == 2:
        rows.append(2)
        columns.append(2)
    return np.array(rows, dtype=np.int64), np.array(columns, dtype=np.int64)
