"""What would hurt most if lost: regions are a matter of the case, and no code asks for one of them by its name."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2] / "solver" / "platingx"
NAMED = re.compile(r"""["'](?:\w*_)?(?:li|llzo)["']|["'](?:Li|LLZO)["']|\bin (?:Li|LLZO)\b""")
BESIDE = {"verification"}  # problems with known answers name what they are made of
KNOWN = {
    "post/run_regions.py": 2,  # how folders of the first version count their regions
}


def test_no_region_is_asked_for_by_name() -> None:
    found: dict[str, int] = {}
    for path in ROOT.rglob("*.py"):
        name = path.relative_to(ROOT).as_posix()
        if name.split("/")[0] in BESIDE:
            continue
        code = re.sub(r'""".*?"""', "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        code = "\n".join(line.split("  # ")[0] for line in code.splitlines())
        hits = len(NAMED.findall(code))
        if hits:
            found[name] = hits
    assert found.keys() <= KNOWN.keys(), found
    assert all(count <= KNOWN[name] for name, count in found.items()), found


def test_axes_name_their_unit_in_one_style() -> None:
    """``x (nm)``, and not ``x, nm``."""
    other = re.compile(
        r"""set_(?:[xyz]label|label|label_text)\(f?["'][^"']*, (?:[a-zµ]?m|[GMk]?Pa|[mµ]?s|1/s|K|N|J)["']"""
    )
    folders = (ROOT, ROOT.parents[1] / "meshes", ROOT.parent / "platingx_benchmarks")
    found = [str(path) for folder in folders for path in folder.rglob("*.py") if other.search(path.read_text("utf-8"))]
    assert found == []
