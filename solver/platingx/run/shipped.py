"""Where the cases that come with platingx are."""

from importlib.resources import files
from pathlib import Path

from platingx.config.base_case import BaseCase
from platingx.config.loader import load_any_case
from platingx.config.study import STUDY_ENDING
from platingx.errors import CaseError

__all__ = ["shipped_case_files", "shipped_cases_folder"]


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


def shipped_case_files(model: type[BaseCase] = BaseCase) -> tuple[str, ...]:
    """All cases of a kind that come with the package, in their folder; those beneath ``studies`` are results of one.

    Parameters
    ----------
    model
        Model of the kind; of all kinds if left out.
    """
    folder = shipped_cases_folder()
    found = sorted(folder.glob("*.yaml")) + sorted((folder / "benchmarks").glob("*.yaml"))
    cases = [path for path in found if not path.name.endswith(STUDY_ENDING)]
    return tuple(str(path.relative_to(folder)) for path in cases if isinstance(load_any_case(path), model))
