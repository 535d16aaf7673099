"""Designs of parameter studies: which values of their axes go together in each point."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from scipy.stats import qmc

from platingx.config.study_axes import SAMPLED, Setting, setting
from platingx.config.study_parameters import ParameterStudy

__all__ = ["combinations_of"]


def combinations_of(study: ParameterStudy) -> Iterator[dict[str, Setting]]:
    """Settings of the axes at each point."""
    design, axes = study.design, study.axes
    if design.method == "points":
        for point in design.points or ():
            yield {name: setting(point[name]) for name in axes}
    elif design.method in SAMPLED:
        for shares in _shares(design.method, len(axes), design.num or 1, design.seed):
            yield {name: axis.at(share) for (name, axis), share in zip(axes.items(), shares, strict=True)}
    else:
        lists = [axis.settings() for axis in axes.values()]
        rows = zip(*lists, strict=True) if design.method == "zip" else itertools.product(*lists)
        for row in rows:
            yield dict(zip(axes, row, strict=True))


def _shares(method: str, axes: int, num: int, seed: int) -> list[list[float]]:
    """Points in the unit cube, the same for the same seed, shape (num, axes)."""
    make: Callable[..., Any] = qmc.Sobol if method == "sobol" else qmc.LatinHypercube
    try:
        engine = make(d=axes, rng=np.random.default_rng(seed))
    except TypeError:  # SciPy before 1.15 has another name for it
        engine = make(d=axes, seed=np.random.default_rng(seed))
    return [[float(share) for share in row] for row in engine.random(num)]
