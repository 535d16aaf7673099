"""Readers of mesh files. Each understands what shapes the mesh or names a part of it, or refuses it."""
