"""When a flaw grows and where to, and when a surface without one cracks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from platingx.arrays import Array

__all__ = ["Nucleation", "equivalent_intensity", "kink_angle", "length_at", "nucleation"]


def kink_angle(mode_1: Array | float, mode_2: Array | float) -> Array:
    """Angle (rad, positive to the left) at which the hoop stress at a tip is largest.

    K_I sin t + K_II (3 cos t - 1) = 0 (Erdogan and Sih, J. Basic Eng. 85, 1963, 519).

    Parameters
    ----------
    mode_1, mode_2
        Stress intensities.
    """
    one, two = np.broadcast_arrays(np.asarray(mode_1, dtype=float), np.asarray(mode_2, dtype=float))
    root = np.sqrt(one**2 + 8.0 * two**2)
    return np.asarray(-2.0 * np.arctan2(2.0 * two, one + root))


def equivalent_intensity(mode_1: Array | float, mode_2: Array | float) -> Array:
    """Stress intensity of mode I with the same largest hoop stress; zero where the tip is closed (K_I <= 0)."""
    one, two = np.broadcast_arrays(np.asarray(mode_1, dtype=float), np.asarray(mode_2, dtype=float))
    half = 0.5 * kink_angle(one, two)
    found = np.cos(half) ** 2 * (one * np.cos(half) - 3.0 * two * np.sin(half))
    return np.asarray(np.where(one > 0.0, found, 0.0))


def length_at(lengths: Array, intensities: Array, toughness: float) -> float:
    """Shortest flaw that grows, between the given lengths by interpolation in their logarithms; NaN if none does.

    Below the shortest one the intensity is taken to follow the root of the length.

    Parameters
    ----------
    lengths, intensities
        Of the same flaw, lengths ascending, m and Pa m^0.5.
    toughness
        K_IC, Pa m^0.5.
    """
    over = np.flatnonzero(intensities >= toughness)
    if not len(over):
        return float("nan")
    after = int(over[0])
    if after == 0:
        return float(lengths[0] * (toughness / intensities[0]) ** 2)
    share = (toughness - intensities[after - 1]) / (intensities[after] - intensities[after - 1])
    return float(lengths[after - 1] * (lengths[after] / lengths[after - 1]) ** share)


@dataclass(frozen=True)
class Nucleation:
    """What the coupled criterion says of a smooth surface.

    Attributes
    ----------
    factor
        Of the load at which a crack appears, over the present one.
    length
        Of the crack that appears, m.
    stress_factor, energy_factor
        What stress and energy ask for at this length; the stress one is None without a strength.
    """

    factor: float
    length: float
    stress_factor: float | None
    energy_factor: float


def nucleation(
    lengths: Array, intensities: Array, stress: Array, toughness: float, strength: float | None
) -> Nucleation | None:
    """Load at which a crack appears at a smooth surface: stress and energy have to do over the same length.

    The opening stress has to reach the strength all along the new crack, and its mean K^2 the toughness squared
    (Leguillon, Eur. J. Mech. A 21, 2002, 61). The factor of the load is the smallest over the length; None where the
    crack would be closed at all lengths.

    Parameters
    ----------
    lengths, intensities
        Of cracks at this place, lengths ascending, m and Pa m^0.5; the shortest has to be well below the result.
    stress
        Smallest opening stress without crack from the surface to each length, Pa.
    toughness, strength
        K_IC and theoretical strength; without a strength the energy alone has to do, and shorter always asks for more.
    """
    fine = np.geomspace(lengths[0], lengths[-1], 400)
    opened = np.maximum(intensities, 0.0)
    squares = np.interp(np.log(fine), np.log(lengths), opened**2 / lengths) * fine
    first = opened[0] ** 2 * 0.5 * lengths[0]  # K^2 in proportion to the length up to the shortest
    area = first + np.concatenate([[0.0], np.cumsum(0.5 * (squares[1:] + squares[:-1]) * np.diff(fine))])
    mean = np.sqrt(area / fine)
    with np.errstate(divide="ignore"):
        energy = toughness / mean
        least = np.interp(np.log(fine), np.log(lengths), stress)
        by_stress = np.where(least > 0.0, strength / least, np.inf) if strength is not None else np.zeros_like(fine)
    factor = np.maximum(energy, by_stress)
    best = int(factor.argmin())
    if not np.isfinite(factor[best]):
        return None
    return Nucleation(
        float(factor[best]),
        float(fine[best]),
        None if strength is None else float(by_stress[best]),
        float(energy[best]),
    )
