"""Where the cases that come with platingx are."""

from importlib.resources import files
from pathlib import Path

from platingx.errors import CaseError


def shipped_cases_folder() -> Path:
    """Give the folder of the shipped cases, with the JSON schema beside them.

    In a checkout it is a link to ``cases/``, in an installed wheel it holds copies: read from it, never write to it.

    Returns
    -------
    Path
        Existing folder.

    Raises
    ------
    CaseError
        If the installation lacks the folder.
    """
    folder = Path(str(files("platingx"))) / "shipped_cases"
    if not folder.is_dir():
        raise CaseError(
            f"the shipped cases are missing from this installation ({folder}); "
            "reinstall platingx, or take cases/ from the source repository"
        )
    return folder
