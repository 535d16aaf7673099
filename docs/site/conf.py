"""Settings of Sphinx for the site of the documentation; docs/site/build.py calls it."""

from typing import Any

import platingx

project = "platingx"
author = "the platingx developers"
copyright = "the platingx developers, MIT licence"  # noqa: A001
version = release = platingx.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.mathjax",  # marks equations; KaTeX, which needs no network, draws them
    "sphinx_copybutton",
    "sphinx_design",
]

exclude_patterns = [
    "docs/site/index.md",
    "docs/site/static",
    "docs/tutorial/.ipynb_checkpoints",
    "docs/tutorial/own",
    "docs/tutorial/runs",
]

# Markdown
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence", "deflist"]
myst_heading_anchors = 5
myst_links_external_new_tab = False
nb_execution_mode = "off"  # tests run the notebooks; pages show what was left in them
highlight_language = "none"  # what is not marked is a command or a file
copybutton_exclude = ".linenos, .gp, .go"

# Python
autodoc_typehints = "none"  # docstrings say types and units
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_rtype = False
python_use_unqualified_type_names = True

# Pages
html_theme = "furo"
html_title = "platingx"
html_static_path = ["_static"]
html_favicon = "_static/favicon.svg"
html_css_files = ["katex/katex.min.css", "site.css"]
mathjax_path = "katex/katex.min.js"
html_js_files = [("katex/contrib/auto-render.js", {"defer": "defer"}), ("equations.js", {"defer": "defer"})]
html_show_sphinx = False
html_copy_source = False
html_theme_options = {"navigation_with_keys": True}


INDICES = ("docs/verification/README", "docs/tutorial/README")


def add_pages_below(app: Any, name: str, source: list[str]) -> None:  # noqa: ARG001
    """Put the pages of the verification book and of the tutorial below their index, which is a list of links elsewhere.

    Parameters
    ----------
    app, name, source
        Of Sphinx; the text is changed in place.
    """
    if name in INDICES:
        source[0] += "\n```{toctree}\n:hidden:\n:glob:\n\n*\n```\n"


def setup(app: Any) -> None:
    """Tell Sphinx of what is above.

    Parameters
    ----------
    app
        Of Sphinx.
    """
    app.connect("source-read", add_pages_below)
