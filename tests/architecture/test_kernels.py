"""What would hurt most if lost: old machine code is used, because a kernel stands where the digest does not look."""

import ast

from platingx.materials.compiled import KERNEL_FOLDERS

from .test_floors import SOLVER


def decorated(source: str) -> list[str]:
    """Functions that `platingx.materials.compiled` compiles."""
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    names = ("njit_strict", "njit_simd", "njit_reduction")
    return [node.name for node in functions if any(ast.unparse(entry) in names for entry in node.decorator_list)]


def test_kernels_stand_in_the_folders_whose_sources_are_part_of_their_key() -> None:
    found = {
        path.relative_to(SOLVER).parts[0]: names
        for path in SOLVER.rglob("*.py")
        if (names := decorated(path.read_text(encoding="utf-8")))
    }
    assert set(found) == set(KERNEL_FOLDERS)


def test_a_kernel_is_found() -> None:
    assert decorated("@njit_simd\ndef sum_(x):\n    return x\n") == ["sum_"]


def test_one_file_of_the_fields_knows_the_internal_variables_of_flow_laws() -> None:
    """A law with a further variable changes no kernel of the fields but that file (CONTRIBUTING)."""
    named = {path.name for path in (SOLVER / "fields").glob("*.py") if "resistance" in path.read_text(encoding="utf-8")}
    assert named == {"point_state.py"}
