"""Discrete problems: unknowns, contributions to the residual, constraints, Newton's method."""
