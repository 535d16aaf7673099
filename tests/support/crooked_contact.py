"""Two bodies in contact over a crooked outline, with nodes in all states, and two random displacements."""

from dataclasses import replace

import numpy as np

from platingx.fields.nodal_field import DISPLACEMENT, Forces
from platingx.problems.contribution import Iterate
from platingx.problems.sliding_contact import SlidingContact
from platingx.verification.models.two_bodies import TwoBodies


def in_all_states(made: TwoBodies) -> tuple[SlidingContact, np.ndarray, np.ndarray]:
    """The contact, with random tractions, and displacements at the start of a step and within it."""
    contact, field = made.contact, made.model.problem.fields[DISPLACEMENT]
    random = np.random.default_rng(5)
    old = contact._old
    contact._old = replace(
        old,
        shear=random.normal(0, 0.05, old.shear.shape),
        pressure=np.abs(random.normal(0, 0.3, len(contact.nodes))),
        branch=np.zeros(len(contact.nodes)),
    )
    contact._started = True
    field.converged = random.normal(0, 0.01, field.values.shape)
    field.values[...] = field.converged
    contact.begin(1.0, 0.0)
    contact.correct_guess(1.0, 1.0, made.model.problem.fields)
    return contact, field.converged, field.converged + random.normal(0, 0.01, field.values.shape)


def force(contact: SlidingContact, start: np.ndarray, displacement: np.ndarray) -> np.ndarray:
    """Forces at a displacement of a step from its start."""
    forces = Forces(*(np.zeros_like(start) for _ in range(3)))
    contact.begin(1.0, 0.0)
    iterate = Iterate(1.0, 1.0, {DISPLACEMENT: displacement}, {DISPLACEMENT: start})
    assert contact.evaluate(iterate, {DISPLACEMENT: forces}) is None
    return forces.internal
