"""How the documentation is built: offline, and with every warning an error (`make docs`)."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "extensions"))

project = "silicart"
author = "The silicart developers"
copyright = "The silicart developers, Apache-2.0"
release = tomllib.loads((HERE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "generated_pages",
    "house_docstrings",
]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
# Two rooms may use one short name for their own things; a link to either is a courtesy, not a promise.
suppress_warnings = ["ref.python"]
exclude_patterns = ["_build", "extensions", "_generated/parts"]

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_type_aliases = {
    name: name for name in ("FloatArray", "IntArray", "BoolArray", "ArrayLike", "Listener", "Targets")
}

html_theme = "pydata_sphinx_theme"
html_title = f"silicart {release}"
html_static_path = ["static"]
html_css_files = ["house.css"]
html_theme_options = {
    "show_toc_level": 2,
    "navigation_with_keys": False,
    "show_prev_next": False,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
}
html_sidebars = {"**": ["sidebar-nav-bs"], "index": []}
html_show_sourcelink = False
html_copy_source = False
