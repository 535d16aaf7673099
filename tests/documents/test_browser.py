"""The site in a browser: no errors of the console, nothing too wide, all drawn; its search answers the questions.

It needs Chromium, which the environment of the launcher does not have: CONTRIBUTING.md says how to run it on a machine
that has. For that, nothing here imports platingx.
"""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
BUILDERS = ("sphinx", "myst_nb", "furo", "platingx")
"""What writes the site; without them the launcher does, in its environment."""


@pytest.fixture(scope="module")
def looker() -> ModuleType:
    """The module that looks at the site; without Chromium the tests are left out, and pytest says so."""
    spec = importlib.util.spec_from_file_location("browser", ROOT / "docs/site/browser.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["browser"] = module
    spec.loader.exec_module(module)
    if module.chromium() is None:
        pytest.skip("there is no Chromium here; CONTRIBUTING.md says how to run this beside one")
    return module


@pytest.mark.long
def test_faults_of_a_page_are_found(looker: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "right.html").write_text('<link rel="icon" href="data:,"><title>A</title><p>Words</p>')
    (tmp_path / "wrong.html").write_text(
        '<link rel="icon" href="data:,"><img alt="a" src="gone.png"><div style="width: 600px">wide</div>'
        '<span class="math">\\(x\\)</span><script>console.error("told"); undefined_name()</script>'
    )
    with looker.served(tmp_path) as address, looker.Browser(looker.chromium()) as browser:
        assert list(looker.faults(browser, address, "right.html")) == []
        found = "\n".join(looker.faults(browser, address, "wrong.html"))
        browser.print_pdf(tmp_path / "page.pdf")
    for fault in (
        "(wide): told",
        "undefined_name is not defined",
        "a picture is not drawn",
        "an equation is not drawn",
    ):
        assert fault in found
    assert "wrong.html (narrow): 2" in found  # some 200 points wider than 400
    assert "(wide): 2" not in found
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.long
def test_the_site_in_a_browser(looker: ModuleType, tmp_path: Path) -> None:
    site = tmp_path / "site"
    here = all(map(importlib.util.find_spec, BUILDERS))
    builder = [sys.executable, "-P", ROOT / "docs/site/build.py"] if here else [ROOT / "platingx", "docs"]
    subprocess.run([*builder, site], check=True, capture_output=True)
    assert len(looker.questions()) == 15
    done = subprocess.run(
        [sys.executable, ROOT / "docs/site/browser.py", site], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
