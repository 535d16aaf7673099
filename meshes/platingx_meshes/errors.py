"""The one exception of this package."""


class MeshBuildError(ValueError):
    """A geometry, a mesh or a mesh file that cannot be used; the message says what, where and what is valid."""
