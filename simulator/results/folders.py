"""Folders put in place whole: written beside their place under another name, then renamed."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from simulator.errors import InputError

# Faults of the disk and of permissions, which are the user's to mend; others are ours.
_USERS_FAULTS = frozenset(
    {
        errno.EACCES,
        errno.EDQUOT,
        errno.EEXIST,
        errno.EFBIG,
        errno.EIO,
        errno.ENAMETOOLONG,
        errno.ENOSPC,
        errno.ENOTDIR,
        errno.ENOTEMPTY,
        errno.EPERM,
        errno.EROFS,
    }
)


@contextmanager
def replacing(folder: Path, *, marker: Callable[[Path], bool], force: bool) -> Iterator[Path]:
    """Give an empty folder to write into, which becomes `folder` when the block ends well.

    If the block does not, for whatever reason, nothing is left of it and what was there stays.
    With `force`, an existing folder is replaced if `marker` knows it for one of ours. Raises
    InputError for a folder that may not be written, or is being written, and for faults of the
    disk, also of those inside the block.
    """
    try:
        target = _allowed(folder, marker, force)
        partial = target.with_name(f".{target.name}.partial-{os.getpid()}")
        _begin(partial)
        try:
            yield partial
            # Asked again, because another run may have come first meanwhile.
            _put_in_place(partial, _allowed(folder, marker, force))
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as fault:
        if fault.errno not in _USERS_FAULTS:
            raise
        raise InputError(f"{folder}: cannot be written: {fault.strerror}{_free(folder)}") from fault


def _allowed(folder: Path, marker: Callable[[Path], bool], force: bool) -> Path:
    """Return the folder's own path, if it may be written."""
    if "\0" in str(folder):
        raise InputError(f"{str(folder)!r}: is not the name of a folder")
    named = folder.resolve() if folder.name in ("", "..") else folder
    if named.is_symlink():
        raise InputError(f"{folder}: is a link; name the folder itself")
    target = named.parent.resolve() / named.name
    if target == Path.cwd() or target in Path.cwd().parents:
        raise InputError(f"{folder}: is the current folder or holds it; name another")
    blocked = next((path for path in target.parents if path.exists() and not path.is_dir()), None)
    if blocked:
        raise InputError(f"{folder}: cannot be made, because {blocked} is a file")
    if not target.exists():
        return target
    if not target.is_dir():
        raise InputError(f"{folder}: is a file; name a folder")
    if not marker(target):
        raise InputError(f"{folder}: exists and does not hold results; name another")
    if not force:
        raise InputError(f"{folder}: holds results already; name another folder, or use --force")
    return target


def _begin(partial: Path) -> None:
    partial.parent.mkdir(parents=True, exist_ok=True)
    try:
        partial.mkdir()
    except FileExistsError:
        raise InputError(
            f"{partial}: is left from a run that was cut off, or another is writing it; remove it"
        ) from None


def _put_in_place(partial: Path, target: Path) -> None:
    if not target.exists():
        partial.rename(target)
        return
    aside = target.with_name(f".{target.name}.replaced-{os.getpid()}")
    try:
        target.rename(aside)
        partial.rename(target)
    except BaseException:
        if aside.exists() and not target.exists():
            aside.rename(target)
        raise
    finally:
        if target.exists():
            shutil.rmtree(aside, ignore_errors=True)


def _free(folder: Path) -> str:
    """Return how much room there is, for a message, or nothing where that is not known."""
    for place in folder.absolute().parents:
        try:
            return f"; {shutil.disk_usage(place).free / 1e6:,.0f} MB free in {place}"
        except OSError:
            continue
    return ""
