"""The site builds without a warning (links, anchors, pictures), needs no network, and shows all that ships."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

pytest.importorskip("sphinx")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-P", str(ROOT / "docs/site/build.py"), str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert str(folder / "index.html") in done.stdout
    assert "not been checked" not in done.stdout
    return folder


def module_of_the_site(name: str) -> ModuleType:
    """A module of docs/site."""
    spec = importlib.util.spec_from_file_location(name, ROOT / f"docs/site/{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def gallery() -> ModuleType:
    """The module that writes the gallery."""
    return module_of_the_site("gallery")


@pytest.fixture(scope="module")
def checks() -> ModuleType:
    """The module that checks what has been written."""
    return module_of_the_site("checks")


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    for page in site.glob("**/*.html"):
        text = page.read_text(encoding="utf-8")
        loaded = re.findall(r'<(?:script|img|link)[^>]+(?:src|href)="(https?:[^"]+)"', text)
        assert [link for link in loaded if "canonical" not in link] == [], page


def test_links_and_equations_that_are_wrong_are_found(site: Path, checks: ModuleType, tmp_path: Path) -> None:
    """The build itself has found none, and has looked at the equations."""
    (tmp_path / "_static").symlink_to(site / "_static")
    (tmp_path / "right.html").write_text('<h1 id="there">A</h1><a href="#there">x</a><img src="_static/site.css">')
    wrong = (
        '<a href="right.html#there">x</a><a href="right.html#gone">x</a><img alt="" src="gone.png">',
        '<a href="gone.html">x</a><span class="math">\\(a_1\\)</span><div class="math">\\[\\frac{a\\]</div>',
        '<span class="math">\\(\\nonsense\\)</span>',
    )
    (tmp_path / "wrong.html").write_text("".join(wrong))
    assert checks.lost_links(tmp_path) == [
        f"wrong.html: {link}" for link in ("gone.html", "gone.png", "right.html#gone")
    ]
    undrawn = checks.undrawn_equations(tmp_path)
    assert len(undrawn) == 2
    assert all(line.startswith("wrong.html: KaTeX parse error") for line in undrawn)
    assert len(checks.equations(site)) > 1000


def test_every_equation_will_be_drawn(site: Path) -> None:
    theory = (site / "docs/theory.html").read_text(encoding="utf-8")
    assert theory.count('class="math') > 100
    assert "katex.min.js" in theory
    assert "auto-render.js" in theory
    for name in ("katex.min.js", "katex.min.css", "contrib/auto-render.js"):
        assert (site / "_static/katex" / name).stat().st_size > 1000
    assert list((site / "_static/katex/fonts").glob("KaTeX_Main-Regular.*"))


def test_users_come_before_developers(site: Path) -> None:
    front = (site / "index.html").read_text(encoding="utf-8")
    order = [
        front.index(f'href="{page}.html"')
        for page in ("docs/answers", "docs/cases", "docs/theory", "CONTRIBUTING", "docs/performance")
    ]
    assert order == sorted(order)


def test_the_gallery_has_all_that_ships_with_small_pictures(site: Path, gallery: ModuleType) -> None:
    page = (site / "gallery.html").read_text(encoding="utf-8")
    shipped = list(gallery.entries())
    assert len(shipped) > 50
    for entry in shipped:
        assert entry.sentence
        assert entry.command().splitlines()[0] in page, entry.name
        assert entry.picture.is_file() != (entry.name in gallery.IN_WORDS), entry.name
        assert entry.name in gallery.IN_WORDS or entry.picture.stat().st_size < 60_000
    assert {path.stem for path in gallery.PICTURES.glob("*.png")} <= {entry.name for entry in shipped}


def test_the_public_names_are_documented(site: Path) -> None:
    import platingx

    page = (site / "docs/site/python_names.html").read_text(encoding="utf-8")
    for name in platingx.__all__:
        assert name == "__version__" or f"platingx.{name}" in page or f"platingx.errors.{name}" in page, name
