"""Compile the functions of a user's flow law to the addresses that the kernels call."""

from __future__ import annotations

import math
import traceback
from functools import cache
from typing import Any

import numba
import numpy as np
from numba import types
from numba.core.errors import NumbaError
from numba.np.unsafe.ndarray import to_fixed_tuple

from platingx.arrays import Array
from platingx.config.user_flow_law import UserFlowLaw, read_law
from platingx.errors import CaseError, InputError
from platingx.materials import layout
from platingx.materials.user_law import user_hardening, user_rate

__all__ = ["fill_user_law"]

_SIGNATURE = types.float64(types.float64, types.float64, types.float64, types.CPointer(types.float64))
#: Stresses over the initial resistance at which a law is tried before a run.
_TRIALS = np.geomspace(1e-3, 1e2, 26)


def fill_user_law(vector: Array, law: UserFlowLaw, temperature: float) -> Array:
    """Append a law of the user to a parameter vector, as in :mod:`platingx.materials.layout`.

    Parameters
    ----------
    vector
        Shape (``PARAMETER_COUNT``,).
    law
        Block of the case.
    temperature
        Absolute temperature, K.

    Returns
    -------
    Array
        The longer vector.

    Raises
    ------
    CaseError
        If the file cannot be run or compiled, or its rate is no number, negative, or falls with the stress.
    """
    source, name = law.source or "", law.file or "source"
    known = read_law(source, name)
    functions = _compiled(source, name, tuple((kind, len(used)) for kind, used in known.used.items()))
    own = [[float(law.parameters[key]) for key in known.used.get(kind, ())] for kind in ("rate", "hardening")]
    result = np.concatenate([vector, np.zeros(layout.USER_PARAMETERS - layout.PARAMETER_COUNT), *own])
    result[layout.FLOW_LAW] = layout.FLOW_USER
    result[layout.INITIAL_RESISTANCE] = float(law.initial_flow_resistance)
    result[layout.TEMPERATURE] = temperature
    result[layout.RATE_FUNCTION] = functions["rate"].address
    if "hardening" in functions:
        result[layout.HARDENING_FUNCTION] = functions["hardening"].address
        result[layout.HARDENING_PARAMETERS] = layout.USER_PARAMETERS + len(own[0])
    _try(result, name)
    return result


@cache
def _compiled(source: str, name: str, counts: tuple[tuple[str, int], ...]) -> dict[str, Any]:
    """C functions by kind; kept for the life of the process, since their addresses stand in parameter vectors."""
    namespace: dict[str, Any] = {"__name__": "platingx_user_law", "__file__": name}
    try:
        exec(compile(source, name, "exec"), namespace)  # the user's own file, which the case names
    except Exception as error:
        frames = reversed(traceback.extract_tb(error.__traceback__))
        line = next((frame.lineno for frame in frames if frame.filename == name), None)
        raise CaseError(_wrong(name, f"it cannot be run: {type(error).__name__}: {error}", line)) from None
    result = {}
    for kind, count in counts:
        python = getattr(namespace[kind], "py_func", namespace[kind])
        try:
            result[kind] = _c_function(numba.njit(error_model="numpy")(python), count)
        except NumbaError as error:
            message = f"Numba cannot compile the function {kind}: {_reason(error)}"
            raise CaseError(_wrong(name, message, python.__code__.co_firstlineno)) from None
    return result


def _reason(error: NumbaError) -> str:
    """First line of an error of Numba that says something."""
    lines = [line.strip(" -\x1b[0m") for line in str(error).splitlines()]
    return next((line for line in lines if line and not line.startswith(("Failed in", "\x1b"))), "unknown reason")


def _c_function(function: Any, count: int) -> Any:
    """Function of three numbers and a pointer to its parameters."""
    if count == 0:

        def call(first: float, second: float, third: float, pointer: Any) -> float:  # noqa: ARG001
            return float(function(first, second, third))
    else:

        def call(first: float, second: float, third: float, pointer: Any) -> float:
            own = to_fixed_tuple(numba.carray(pointer, (count,)), count)
            return float(function(first, second, third, *own))

    return numba.cfunc(_SIGNATURE, error_model="numpy")(call)


def _try(parameters: Array, name: str) -> None:
    """Try a law around its initial resistance: its rate must be a number that does not fall with the stress."""
    resistance = float(parameters[layout.INITIAL_RESISTANCE])
    before = 0.0
    for ratio in _TRIALS:
        rate = float(user_rate(parameters, ratio * resistance, resistance))
        at = f"at a stress of {ratio * resistance:.4g} Pa and a resistance of {resistance:.4g} Pa"
        if math.isnan(rate) or rate < 0.0:
            raise CaseError(_wrong(name, f"the rate is {rate:g} 1/s {at}", None, "a rate that is not negative"))
        if rate < before:
            message = f"the rate falls with the stress: {before:.6g} 1/s, then {rate:.6g} 1/s {at}"
            raise CaseError(_wrong(name, message, None, "a rate that grows with the stress"))
        before = rate
        hardening = float(user_hardening(parameters, rate, resistance)) if rate < np.inf else 0.0
        if not math.isfinite(hardening) and rate < 1e10:
            raise CaseError(_wrong(name, f"the hardening is {hardening:g} Pa {at}", None, "a number"))


def _wrong(name: str, message: str, line: int | None, valid: str = "") -> InputError:
    return InputError(
        f"the flow law: {message}",
        file=name,
        line=line,
        key="viscoplasticity.file",
        valid=valid or "functions of numbers that Numba compiles: arithmetic, math, numpy on numbers",
        hint="call the functions in Python with a stress and a resistance in Pa and a temperature in K",
    )
