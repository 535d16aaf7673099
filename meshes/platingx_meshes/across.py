"""Which faces of a mesh lie in planes across a coordinate: symmetry planes and sides that share one name."""

import numpy as np
from numpy.typing import NDArray

#: Extent of a face along its normal over its size, up to which it counts as a plane across a coordinate.
FLATNESS = 1e-6


def faces_across(places: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell for each face and coordinate whether the face lies in a plane where this coordinate is constant.

    Parameters
    ----------
    places : nodes of the faces, m, shape (faces, nodes of a face, dimension)

    Returns
    -------
    shape (faces, dimension)
    """
    if len(places) == 0:
        return np.zeros((0, places.shape[2]), dtype=bool)
    extent = np.ptp(places, axis=1)
    return np.asarray(extent <= FLATNESS * extent.max(axis=1, keepdims=True))
