"""Results into a file of a format, or a folder of files, whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from simulator.errors import InputError
from simulator.export.choices import Choices, satellites_of, tables_of
from simulator.export.formats import Format
from simulator.results import Results, check_file


def usual_place(results_folder: Path, form: Format) -> Path:
    """Return the file that results are written into if none is named."""
    return Path(f"{results_folder.resolve().name}{form.suffix}")


def check_export(form: Format, place: Path, choices: Choices, *, force: bool = False) -> None:
    """Raise InputError now for what would be refused after the work.

    A choice that the format makes no use of, a place that cannot be written or, without `force`, is
    taken, a package that is missing.
    """
    for name in choices.given():
        if name not in form.takes:
            made = ", ".join(form.takes) or "none"
            raise InputError(f"{name}: the format {form.name} makes no use of it; it takes {made}")
    if choices.step_s is not None and not 1e-3 <= choices.step_s < float("inf"):
        raise InputError(f"step_s: {choices.step_s:g} is not a step; it is at least 0.001 seconds")
    if choices.hours is not None and not 0.0 < choices.hours < float("inf"):
        raise InputError(f"hours: {choices.hours:g} is not a length of time; it is above 0 hours")
    if choices.start is not None and choices.start.tzinfo is None:
        raise InputError("start: needs an offset from UTC, as 2023-11-22T00:00:00Z")
    if place.is_dir():
        _refuse_other_folders(form, place)
    if place.exists() and not force:
        raise InputError(f"{place}: exists already; name another, or use force")
    if not place.is_dir():
        check_file(place)
    form.writer()


def _refuse_other_folders(form: Format, folder: Path) -> None:
    """Refuse to replace a folder that holds anything but files of the format."""
    others = [path for path in sorted(folder.iterdir()) if path.suffix.lower() != form.suffix]
    if not (form.per_satellite or form.per_table) or others:
        held = f", which holds {others[0].name}" if others else ""
        raise InputError(f"{folder}: is a folder{held}; name a file")


def export(
    results: Results,
    form: Format,
    place: Path,
    choices: Choices | None = None,
    *,
    force: bool = False,
) -> Path:
    """Write results in a format and return the place; the same results give the same bytes.

    The place is a file; of several satellites or tables in a format of one a file, a folder. Raises
    InputError as `check_export` does, for names that the results do not have, and for what the
    format cannot say of them.
    """
    choices = choices or Choices()
    check_export(form, place, choices, force=force)
    parts = _parts(results, form, choices)
    with _replaced(place) as fresh:
        if len(parts) > 1:
            _write_folder(results, form, fresh, parts)
        else:
            form.writer()(results, choices, fresh)
    return place


def _parts(results: Results, form: Format, choices: Choices) -> dict[str, Choices]:
    """Return the choices of each file, by its name without a suffix."""
    if form.per_satellite:
        satellites = satellites_of(results, choices)
        names = _file_names(satellites)
        return {
            name: replace(choices, satellites=(satellite,))
            for name, satellite in zip(names, satellites, strict=True)
        }
    if form.per_table:
        return {name: replace(choices, tables=(name,)) for name in tables_of(results, choices)}
    return {}


def _write_folder(results: Results, form: Format, folder: Path, parts: dict[str, Choices]) -> None:
    folder.mkdir()
    for name, one in parts.items():
        form.writer()(results, one, folder / f"{name}{form.suffix}")


def _file_names(satellites: tuple[str, ...]) -> Iterator[str]:
    """Yield names of files, lower case and plain; what is alike gets its number."""
    plain = [re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") for name in satellites]
    for number, name in enumerate(plain, start=1):
        yield name if name and plain.count(name) == 1 else f"{name or 'satellite'}-{number}"


@contextmanager
def _replaced(place: Path) -> Iterator[Path]:
    """Give a new path beside the place, which takes its name when the block ends well."""
    # The suffix stays at the end: some writers choose by it.
    fresh = place.with_name(f".partial-{os.getpid()}-{place.name}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        yield fresh
        _removed(place)
        fresh.replace(place)
    except OSError as fault:
        if isinstance(fault, InputError) or fault.errno is None:
            raise
        raise InputError(f"{place}: cannot be written: {fault.strerror}") from fault
    finally:
        _removed(fresh)


def _removed(place: Path) -> None:
    """Take away a file or a folder of files, if it is there."""
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)
