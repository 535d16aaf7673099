"""Stripping of a volume voxel by voxel: what of an inert metal gathers at the electrolyte, and how much that covers.

A layer of voxels after the other goes from the side of the electrolyte: the metal that is stripped leaves, and the
inert voxels of the layer fall onto the interface, in their own columns. Nothing moves sideways. The coverage is the
share of columns in which there has been an inert voxel. It takes no time and no force: it is the geometry alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from platingx.arrays import Array, IntArray
from platingx.constants import FARADAY
from platingx.errors import CaseError, InputError
from platingx.post.volume_files import Volume

__all__ = ["Stripping", "VolumeReading", "strip_volume", "synthetic_volume"]


@dataclass(frozen=True)
class VolumeReading:
    """What a volume means; a file does not say it.

    Attributes
    ----------
    axis
        Axis across the interface, 0 to 2.
    first
        Whether the electrolyte is at the first voxel along that axis, else at the last.
    voxel
        Edge of a voxel, m.
    stripped, inert
        Labels of the metal that is stripped and of the inert one.
    """

    axis: int
    first: bool
    voxel: float
    stripped: int
    inert: int


@dataclass(frozen=True)
class Stripping:
    """What has become after each layer, from the first; arrays of shape (k,).

    Attributes
    ----------
    depth
        Thickness that has gone, m.
    charge
        Of the metal that was stripped, C/m2.
    coverage
        Share of columns with an inert voxel so far.
    uncorrelated
        Coverage if inert voxels were strewn at random: 1 - (1 - f)^k, f the share of the inert metal in these layers.
    inert_thickness
        Mean thickness of the inert metal at the interface, m.
    height
        Voxels of it in each column at the end, of the shape of the interface.
    inert_share
        Share of the inert metal in the layers that have gone.
    """

    depth: Array
    charge: Array
    coverage: Array
    uncorrelated: Array
    inert_thickness: Array
    height: IntArray
    inert_share: float

    def second(self, layers: int) -> Array:
        """Coverage as metal that was plated under the inert one is stripped again, shape (layers + 1,).

        Only plated metal touches the electrolyte until the last layer goes, and then all of the inert metal does.
        """
        return np.concatenate([np.zeros(layers), self.coverage[-1:]])


def strip_volume(volume: Volume, reading: VolumeReading, layers: int, molar_volume: float) -> Stripping:
    """Strip layers of a volume.

    Parameters
    ----------
    volume
        Labels, three axes.
    reading
        What they mean.
    layers
        How many layers go.
    molar_volume
        Of the metal that is stripped, m3/mol.

    Raises
    ------
    CaseError
        If there are not so many layers, or there is none of a label, or a third one in these layers.
    """
    across = np.moveaxis(volume, reading.axis, 0)
    if not reading.first:
        across = across[::-1]
    if not 1 <= layers <= len(across):
        raise _wrong("--layers", f"{layers} layers of {len(across)}", f"1 to {len(across)}")
    height = np.zeros(across.shape[1:], dtype=np.int64)
    covered, gone, heights = [], [], []
    for number in range(layers):
        layer = np.asarray(across[number])
        inert = layer == reading.inert
        metal = int(np.count_nonzero(layer == reading.stripped))
        if metal + int(np.count_nonzero(inert)) != layer.size:
            others = sorted({int(label) for label in np.unique(layer)} - {reading.inert, reading.stripped})
            message = f"layer {number + 1} has voxels of the labels {', '.join(map(str, others))} too"
            raise _wrong(
                "--layers", message, "layers of the two metals only", "the electrolyte may be at the other --side"
            )
        height += inert
        covered.append(float(np.mean(height > 0)))
        gone.append(metal / layer.size)
        heights.append(float(np.mean(height)))
    if heights[-1] == 0.0:
        raise _wrong("--inert", f"these layers have no voxel of the label {reading.inert}", "a label of the volume")
    steps = np.arange(1, layers + 1)
    share = heights[-1] / layers
    return Stripping(
        np.asarray(steps * reading.voxel),
        np.asarray(np.cumsum(gone) * reading.voxel * FARADAY / molar_volume),
        np.array(covered),
        1.0 - (1.0 - share) ** steps,
        np.array(heights) * reading.voxel,
        height,
        share,
    )


def _wrong(key: str, message: str, valid: str, hint: str = "") -> CaseError:
    return CaseError(InputError(message, key=key, valid=valid, hint=hint or None))


def synthetic_volume(
    shape: tuple[int, int, int], share: float, domain: float, seed: int, stripped: int = 1, inert: int = 2
) -> Volume:
    """Make a volume with domains of an inert metal of one size, periodic along all axes.

    Parameters
    ----------
    shape
        Voxels along the axes.
    share
        Share of the inert metal.
    domain
        Mean chord of its domains in voxels. Up to one voxel they are strewn at random.
    seed
        Of the random numbers.
    stripped, inert
        Labels.

    Notes
    -----
    Noise is smoothed by a Gaussian of the standard deviation s, and cut at a level u. Its correlation is
    exp(-r^2/4s^2), a line crosses the level exp(-u^2/2)/(pi sqrt(2) s) times in a unit of length (Rice 1944), and the
    mean chord of the share f above it is 2 f over that.
    """
    noise = np.random.default_rng(seed).standard_normal(shape)
    if domain > 1.0:
        level = NormalDist().inv_cdf(1.0 - share)
        width = domain / (2.0 * math.pi * math.sqrt(2.0) * share * math.exp(0.5 * level**2))
        spectrum = np.fft.rfftn(noise)
        waves = [np.fft.fftfreq(shape[0]), np.fft.fftfreq(shape[1]), np.fft.rfftfreq(shape[2])]
        for axis, frequency in enumerate(waves):
            damping = np.exp(-2.0 * (math.pi * width * frequency) ** 2)
            spectrum *= damping.reshape([-1 if other == axis else 1 for other in range(3)])
        noise = np.fft.irfftn(spectrum, s=shape, axes=(0, 1, 2))
    wanted = max(1, round(share * noise.size))
    found = np.full(noise.size, stripped, dtype=np.uint8)
    found[np.argpartition(noise.ravel(), noise.size - wanted)[noise.size - wanted :]] = inert
    return found.reshape(shape)
