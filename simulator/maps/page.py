"""The page that every drawing is on: its frame, its palette, and how it is written."""

from __future__ import annotations

import io
import os
import re
import warnings
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from simulator.errors import InputError
from simulator.results import Answered, Results
from simulator.text import folded, minute_utc, shortened, width
from simulator.text import wrapped as in_columns

WIDTH_IN = 8.0
# What the foot takes of a page, and what the head takes with one line of heading and one below it.
FOOT_IN = 0.3
_HEAD_IN = 0.72
# A further line of the heading, of what stands below it, and of the foot; the head without a title.
_HEADING_LINE_IN, _NOTE_LINE_IN, _FOOT_LINE_IN, _BARE_HEAD_IN = 0.2, 0.17, 0.115, 0.15
_HEADING_LETTERS, _NOTE_LETTERS, _FOOT_LETTERS = 78, 112, 138

# Okabe and Ito (2008), "Color Universal Design": told apart with every common colour vision.
VERMILLION, BLUE, GREEN, PURPLE = "#D55E00", "#0072B2", "#009E73", "#CC79A7"
ORANGE, SKY, BLACK, GREY = "#E69F00", "#56B4E9", "#000000", "#5F5F5F"
BASELINE_COLOUR = VERMILLION
_OTHER_COLOURS = (BLUE, GREEN, PURPLE, ORANGE, SKY, BLACK)
_LINE_STYLES = ("-", "--", ":", "-.")

# Laid over matplotlib's own defaults, so that a user's settings change no drawing.
STYLE: dict[str, Any] = {
    "font.size": 9.0,
    "axes.titlesize": 9.5,
    "axes.labelsize": 9.0,
    "axes.edgecolor": "#444444",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "legend.fontsize": 8.5,
    "legend.frameon": False,
    # Glyphs are drawn as they are, in a fifth less time; at this size nobody sees a difference.
    "text.hinting": "none",
    # At a set height: to look for one above what else there is, every label is laid out twice.
    "axes.titley": 1.0,
    # Names are text: a dollar sign in one begins no formula, and none of ours is written as one.
    "text.parse_math": False,
    "svg.hashsalt": "simulator",
}


# Dates and versions of programs would make each drawing other bytes.
_METADATA: dict[str, dict[str, None]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
FILE_DPI = 150
_NOTEBOOK_DPI = 100


class Page(Figure):
    """A drawing that a notebook shows by itself, with the same bytes each time.

    `head_in` is how much of its height the head takes, and `raised_in` by how much all above the
    foot stands higher, for a foot of several lines; inches.
    """

    head_in: float = _HEAD_IN
    raised_in: float = 0.0

    def _repr_png_(self) -> bytes:
        return encode(self, "png", dpi=_NOTEBOOK_DPI)


@dataclass(frozen=True)
class Choice:
    """What part of a run to draw, and how.

    A region by name, a day in UTC: None takes the first. Of maps, `extent_deg` is the part of the
    Earth shown (west, south, east, north), and `projection` one of `frames.PROJECTIONS`: None
    takes what suits. Without `titled` a drawing has no heading.
    """

    region: str | None = None
    day: date | None = None
    titled: bool = True
    projection: str | None = None
    extent_deg: tuple[float, float, float, float] | None = None


def styled() -> AbstractContextManager[None]:
    """Return the context in which figures are built and drawn."""
    return matplotlib.style.context(["default", STYLE])


def encode(drawing: Figure, kind: str, *, dpi: int = FILE_DPI) -> bytes:
    """Return a drawing as png, svg or pdf; the same drawing gives the same bytes."""
    drawn = io.BytesIO()
    with styled(), warnings.catch_warnings():
        # A letter that the font lacks, as of Hangul, is drawn as a box.
        warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)
        warnings.filterwarnings("ignore", "Matplotlib currently does not support", UserWarning)
        FigureCanvasAgg(drawing)
        # The least effort at compression costs a tenth of the size, and half of the time.
        effort: dict[str, Any] = {"pil_kwargs": {"compress_level": 2}} if kind == "png" else {}
        drawing.savefig(drawn, format=kind, dpi=dpi, metadata=_METADATA[kind], **effort)
    return drawn.getvalue()


def png(drawing: Figure, *, dpi: int = FILE_DPI) -> bytes:
    """Return a drawing as PNG; the same drawing gives the same bytes."""
    return encode(drawing, "png", dpi=dpi)


def checked_kind(out: Path) -> str:
    """Return the format that a file's suffix names, or raise InputError."""
    kind = out.suffix.removeprefix(".").lower()
    if kind not in _METADATA:
        raise InputError(f"{out}: a figure is written as .png, .svg or .pdf, not '{out.suffix}'")
    return kind


def save(drawing: Figure, out: Path | str, *, dpi: int = FILE_DPI) -> Path:
    """Write a drawing into a file, and return its path; the suffix chooses .png, .svg or .pdf."""
    out = Path(out)
    drawn = encode(drawing, checked_kind(out), dpi=dpi)
    out.parent.mkdir(parents=True, exist_ok=True)
    # Whole or not at all: whoever watches the file never sees half a drawing.
    partial = out.with_name(f".{out.name}.partial-{os.getpid()}")
    try:
        partial.write_bytes(drawn)
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
    return out


def page(
    results: Results,
    choice: Choice,
    heading: str,
    *,
    body_in: float,
    note: str = "",
    remark: str = "",
) -> Page:
    """Return an empty drawing with its heading, what it shows of what run, and its sources.

    `body_in` is the height of all below the head, the foot in it, which ends with the `remark`.
    """
    foot = foot_of(results)
    if remark:
        foot = f"{foot.rstrip('.')}. {remark}"
    return blank(heading, results.title, foot, body_in=body_in, note=note, titled=choice.titled)


def foot_of(results: Results | Answered) -> str:
    """Return the foot of a drawing: the span, and what the numbers rest on."""
    end = results.start + timedelta(days=results.days)
    return (
        f"{minute_utc(results.start)} to {minute_utc(end)} UTC ({results.days:g} days). "
        f"{results.source_line}"
    )


def blank(
    heading: str, title: str, foot: str, *, body_in: float, note: str = "", titled: bool = True
) -> Page:
    """Return an empty drawing with its heading, note and title below it, and a foot."""
    headings = _heading_lines(capitalised(heading))
    below = _below_heading(capitalised(note), title)
    head_in = _HEAD_IN + _HEADING_LINE_IN * (len(headings) - 1) + _NOTE_LINE_IN * (len(below) - 1)
    feet = in_columns(foot, _FOOT_LETTERS)
    raised_in = _FOOT_LINE_IN * (len(feet) - 1)
    height_in = body_in + raised_in + (head_in if titled else _BARE_HEAD_IN)
    drawing = Page(figsize=(WIDTH_IN, height_in))
    drawing.head_in, drawing.raised_in = (head_in if titled else _BARE_HEAD_IN), raised_in
    left, under_in = 0.15 / WIDTH_IN, 0.27 + _HEADING_LINE_IN * (len(headings) - 1)
    if titled:
        top = 1.0 - 0.12 / height_in
        bold: dict[str, Any] = {"fontsize": 12.0, "fontweight": "bold", "linespacing": 1.1}
        drawing.text(left, top, "\n".join(headings), va="top", **bold)
        drawing.text(left, top - under_in / height_in, "\n".join(below), va="top", color=GREY)
    style: dict[str, Any] = {"va": "bottom", "fontsize": 7.5, "color": GREY}
    drawing.text(left, 0.07 / height_in, "\n".join(feet), **style)
    return drawing


def capitalised(text: str) -> str:
    """Return words with their first letter large."""
    return text[:1].upper() + text[1:]


def _heading_lines(heading: str) -> list[str]:
    """Return a heading in at most two lines, no number apart from its unit."""
    if width(heading) <= _HEADING_LETTERS:
        return [heading]
    kept = re.sub(r"(?<=\d) (?=[%a-z])", "\N{NO-BREAK SPACE}", heading)
    # Two lines of about the same length, if two are enough.
    for letters in range(width(kept) // 2, _HEADING_LETTERS):
        lines = wrapped(kept, letters).split("\n")
        if len(lines) == 2 and not lines[1].endswith("…"):
            return lines
    return wrapped(kept, _HEADING_LETTERS, lines=2).split("\n")


def _below_heading(note: str, title: str) -> list[str]:
    """Return the lines below a heading: what is drawn, and the title of the run."""
    both = " | ".join(part for part in (note, title) if part)
    if width(both) <= _NOTE_LETTERS:
        return [both]
    return [shortened(line, _NOTE_LETTERS) for line in (note, title) if line]


def height_of(drawing: Figure, up_in: float) -> float:
    """Return the place so many inches above the foot of the page, as a part of its height."""
    raised_in = drawing.raised_in if isinstance(drawing, Page) else 0.0
    return float((up_in + raised_in) / drawing.get_figheight())


def below_head(drawing: Figure, down_in: float = 0.0) -> float:
    """Return the place so many inches below the head, as a part of the page's height."""
    head_in = drawing.head_in if isinstance(drawing, Page) else _HEAD_IN
    return float(1.0 - (head_in + down_in) / drawing.get_figheight())


def place(
    drawing: Figure,
    left_in: float,
    bottom_in: float,
    width_in: float,
    height_in: float,
    **options: Any,
) -> Any:
    """Add axes at a place given in inches from the lower left corner of the page."""
    bottom, total = height_of(drawing, bottom_in), drawing.get_figheight()
    inside = (left_in / WIDTH_IN, bottom, width_in / WIDTH_IN, height_in / total)
    return drawing.add_axes(inside, **options)


def say_nothing(axes: Axes, words: str) -> None:
    """Write across empty axes why there is nothing in them."""
    axes.text(
        0.5,
        0.5,
        words,
        transform=axes.transAxes,
        ha="center",
        va="center",
        fontsize=11.0,
        color=GREY,
        bbox={"facecolor": "white", "edgecolor": "#BBBBBB", "boxstyle": "round,pad=0.6"},
        zorder=20,
    )


def network_names(results: Results) -> list[str]:
    """Return the networks of a run, the baseline first, the others as the run lists them."""
    named = list(dict.fromkeys(results.networks["network"]))
    return [n for n in named if n == results.baseline] + [n for n in named if n != results.baseline]


def network_style(results: Results) -> dict[str, dict[str, str]]:
    """Return colour and line style by network, the same in every drawing of a run."""
    styles: dict[str, dict[str, str]] = {}
    compared = [n for n in network_names(results) if n != results.baseline]
    for index, name in enumerate(compared):
        # Colours come first, for they are told apart sooner than kinds of line.
        turn, place_in_turn = divmod(index, len(_OTHER_COLOURS))
        line = _LINE_STYLES[turn % len(_LINE_STYLES)]
        styles[name] = {"color": _OTHER_COLOURS[place_in_turn], "ls": line}
    return {results.baseline: {"color": BASELINE_COLOUR, "ls": "-"}} | styles


def wrapped(name: str, columns: int, *, lines: int = 3) -> str:
    """Break a name into lines, at the plus signs of a network's name where there are any.

    What does not go into so many lines is left out, with an ellipsis.
    """
    return folded(name, columns, lines=lines, at_hyphens=False)
