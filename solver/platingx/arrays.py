"""Names of the array types that annotations use: the dtype is in the name, the shape stands in the docstring."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Array", "Int32Array", "IntArray", "Mask", "RealArray"]

Array = npt.NDArray[np.float64]
Int32Array = npt.NDArray[np.int32]
IntArray = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
RealArray = npt.NDArray[np.floating[Any]]
