"""Cracks in elastic bodies: slits in meshes of their own, stress intensity factors, and what they decide."""
