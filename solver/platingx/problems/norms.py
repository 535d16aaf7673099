"""How far an iterate is from a solution, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from platingx.fields.nodal_field import DISPLACEMENT
from platingx.problems.failure import Failure

__all__ = ["FieldNorm", "Norms"]


@dataclass(frozen=True)
class FieldNorm:
    """Size of the residual of a field at an iterate, in its own unit (N, or N/m in plane strain, of a displacement).

    Attributes
    ----------
    free
        Norm of the condensed residual over free components.
    force_scale
        Norm of the sums of absolute element forces.
    internal
        Norm of the nodal forces, supports included, that the pending correction of internal (condensed) unknowns
        (the volume strain of the cells) would change. Without free nodes, or in a uniform state, ``free`` does not
        feel it.
    """

    free: float
    force_scale: float
    internal: float = 0.0

    @property
    def relative(self) -> float:
        """Residual over force_scale."""
        return self._over_scale(self.free)

    @property
    def internal_relative(self) -> float:
        """Pending change of internal forces over force_scale."""
        return self._over_scale(self.internal)

    def _over_scale(self, force: float) -> float:
        if not np.isfinite(force):
            return float("inf")
        if force == 0.0:
            return 0.0
        return force / self.force_scale if self.force_scale > 0.0 else float("inf")


@dataclass(frozen=True)
class Norms:
    """Sizes of all residuals at an iterate, the same on all ranks.

    Attributes
    ----------
    fields
        By field; empty after a failure.
    pending
        Whether prescribed components still lack more than round-off of their values.
    failure
        Why the residual could not be evaluated, or None.
    state
        Number of the states of what switches between states, such as contact; None if nothing does.
    conserving
        Whether something is kept by linear equations, so that a first guess is corrected once whatever its residual.
    """

    fields: Mapping[str, FieldNorm] = field(default_factory=dict)
    pending: bool = False
    failure: Failure | None = None
    state: int | None = None
    conserving: bool = False

    @property
    def relative(self) -> float:
        """Largest residual of a field over its force_scale; infinite after a failure."""
        return max((norm.relative for norm in self.fields.values()), default=float("inf"))

    @property
    def largest(self) -> float:
        """The same, pending changes of internal forces included."""
        return max((max(norm.relative, norm.internal_relative) for norm in self.fields.values()), default=float("inf"))

    def size(self, reference: Norms) -> float:
        """One number for the residuals of all fields, which a line search may compare.

        It is the norm of the forces where there is one field. Several are measured by the scales of a reference, the
        iterate before the correction, or by their own where these are larger: forces are compared, not their ratios to
        the present force_scale, since in a body that is about to become free of stress both shrink together and the
        ratio says nothing.
        """
        if not self.fields:
            return float("inf")
        if len(self.fields) == 1:
            return next(iter(self.fields.values())).free
        scaled = [norm.free / self._scale_beside(name, reference) for name, norm in self.fields.items()]
        return float(np.linalg.norm(scaled))

    def _scale_beside(self, name: str, reference: Norms) -> float:
        """Scale of a field for `size`.

        A field that nothing pushes by itself, such as the motion of a body that is bonded to a loaded one, has no
        forces before the first correction but round-off; its own present ones count then.
        """
        scale = reference.fields[name].force_scale
        if name != DISPLACEMENT:
            scale = max(scale, self.fields[name].force_scale)
        return scale or 1.0
