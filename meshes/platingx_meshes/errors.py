"""The one exception of this package."""


class MeshBuildError(ValueError):
    """A geometry, a mesh or a mesh file that cannot be used.

    Parameters
    ----------
    message : str
        What is wrong and where, and what is valid.
    hint : str
        The next thing to try, on a line of its own.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message}\n    try:   {hint}" if hint else message)
