"""State of the nodes of a contact."""

from __future__ import annotations

from dataclasses import dataclass

from platingx.arrays import Array

__all__ = ["ContactState"]


@dataclass(frozen=True)
class ContactState:
    """State of the nodes of a contact, shape (nodes,) or (nodes, dimension).

    Attributes
    ----------
    pressure, shear
        Tractions on the body per area at rest, Pa.
    elastic
        Elastic slip that is left, m; the next step takes it back.
    normal
        Of what the node touches, towards the node.
    gap
        m.
    branch
        See `Normal`.
    torn
        1 where adhesion is lost for good.
    slip, friction_work, interface_work
        So far: way that the node has slipped, m; heat of friction per area and work that has gone into the interface
        along the normal, J/m2.
    stretch
        Present area over that at rest.
    work
        Work that all tractions have put into an interface between two sides of the body so far, J/m2; 0 with a tool.
    """

    pressure: Array
    shear: Array
    elastic: Array
    normal: Array
    gap: Array
    branch: Array
    torn: Array
    slip: Array
    friction_work: Array
    interface_work: Array
    stretch: Array
    work: Array
