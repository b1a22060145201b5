"""A matplotlib figure as SVG that stands inside a page: no foreign addresses, no clashing ids, short numbers."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from silicart.report.figures import canvas

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_HEAD = re.compile(r"^.*?<svg [^>]*?viewBox=\"(?P<box>[^\"]+)\"[^>]*>", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_STYLE = re.compile(r"<style type=\"text/css\">.*?</style>", re.DOTALL)
_ATTRIBUTE = re.compile(r"(?<==\")[^\"]+")
_LONG_NUMBER = re.compile(r"(\d+\.\d{2})\d+")
_PATH = re.compile(r"(?<= d=\")[^\"]+")
_TENTHS = re.compile(r"(\d+\.\d)\d+")
_GAPS = re.compile(r"\s*([MLCQz])\s*")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FONT = re.compile(r"font-family: [^;\"]+|'DejaVu Sans'")
_ID = re.compile(r"id=\"")
_LINK = re.compile(r"(url\(#|xlink:href=\"#)")
_UNUSED_ID = re.compile(r" id=\"[^\"]*(?:_\d+|text\d*)\"")
_SPACE = re.compile(r"\n\s*")


def inline_svg(figure: Figure, name: str, title: str, description: str) -> str:
    """Return the figure as an `<svg>` element; `name` makes its ids unique, the other words are read aloud."""
    buffer = io.StringIO()
    with canvas.drawing():
        # Without a salt the ids of clip paths are random, and the same run would give another file each time.
        import matplotlib

        matplotlib.rcParams["svg.hashsalt"] = name
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    head = _HEAD.match(text)
    if head is None:
        raise AssertionError("matplotlib wrote an SVG without a view box")
    body = text[head.end() :]
    for pattern in (_METADATA, _STYLE, _COMMENT, _UNUSED_ID):
        body = pattern.sub("", body)
    body = _PATH.sub(_shortened, body)
    # Only what is drawn is shortened: a label that reads 0.001 must go on reading 0.001.
    body = _ATTRIBUTE.sub(lambda found: _LONG_NUMBER.sub(r"\1", found[0]), body)
    body = _ID.sub(f'id="{name}-', body)
    body = _LINK.sub(rf"\g<1>{name}-", body)
    # Older matplotlib names the font in a shorthand, where a family cannot be inherited.
    body = _FONT.sub(lambda found: "sans-serif" if found[0].startswith("'") else "font-family: inherit", body)
    body = _SPACE.sub(" ", body)
    label = f"{name}-title {name}-description"
    opening = (
        f'<svg class="figure" role="img" aria-labelledby="{label}" viewBox="{head["box"]}" '
        f'preserveAspectRatio="xMidYMid meet">'
        f'<title id="{name}-title">{_escaped(title)}</title>'
        f'<desc id="{name}-description">{_escaped(description)}</desc>'
    )
    return opening + body.strip()


def _shortened(path: re.Match[str]) -> str:
    # A tenth of a point is finer than any screen shows, and paths are most of the file.
    return _GAPS.sub(r"\1", _TENTHS.sub(r"\1", path[0]))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
