"""Constitutive laws as pure, compiled array functions (no mesh, no files, no MPI).

Array layout, stated once for the whole package
-----------------------------------------------
* A second-order tensor at a point is a full ``(3, 3)`` array, also in two dimensions
  (index 2 is the out-of-plane or hoop direction).
* A symmetric state tensor is stored as six numbers ``(xx, yy, zz, xy, xz, yz)``.
* A tangent relates a displacement-gradient increment ``dl = d(u)/dx`` (not symmetric) to a
  stress increment; its rows and columns run over the *gradient components* of
  :func:`platingx.materials.layout.gradient_components`.
"""
