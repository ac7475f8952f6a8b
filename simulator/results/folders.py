"""Folders put in place whole: written beside their place under another name, then renamed."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
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

_PARTIAL, _ASIDE = ".partial-", ".replaced-"


@contextmanager
def replacing(folder: Path, *, marker: Callable[[Path], bool], force: bool) -> Iterator[Path]:
    """Give an empty folder to write into, which becomes `folder` when the block ends well.

    If the block does not, for whatever reason, nothing is left of it and what was there stays.
    With `force`, an existing folder is replaced if `marker` knows it for one of ours. Raises
    InputError for a folder that may not be written, or is being written, and for faults of the
    disk, also of those inside the block.
    """
    with _for_the_user(folder):
        target = _tidied(folder, marker, force)
        partial = target.with_name(f".{target.name}{_PARTIAL}{os.getpid()}")
        _begin(partial)
        held = _held(partial)
        try:
            yield partial
            # Asked again, because another run may have come first meanwhile.
            _put_in_place(partial, _allowed(folder, marker, force))
        finally:
            shutil.rmtree(partial, ignore_errors=True)
            if held is not None:
                os.close(held)


def check(folder: Path, *, marker: Callable[[Path], bool], force: bool) -> None:
    """Raise InputError now for a folder that `replacing` would refuse after the work.

    What a run that was cut off has left beside it is removed, or named if another is at it. That
    something can be written there is found out by writing.
    """
    with _for_the_user(folder):
        target = _tidied(folder, marker, force)
        _try_out(target.with_name(f".{target.name}{_PARTIAL}{os.getpid()}"))


def check_file(file: Path) -> None:
    """Raise InputError now for a file that could not be written after the work."""
    with _for_the_user(file):
        if file.is_dir():
            raise InputError(f"{file}: is a folder; name a file")
        # A new file takes its place, which must not become of a device such as /dev/null.
        if file.exists() and not file.is_file():
            raise InputError(f"{file}: is a device or the like; name a file")
        _refuse_blocked(file, file.absolute())
        for partial in file.parent.glob(f".{_escaped(file.name)}{_PARTIAL}*"):
            if partial.is_file() and _ended(partial.name.rpartition("-")[2]):
                partial.unlink(missing_ok=True)
        _try_out(file.with_name(f".{file.name}{_PARTIAL}{os.getpid()}"))


def check_inside(folder: Path) -> None:
    """Raise InputError now for a folder, there or not yet, into which nothing could be written."""
    with _for_the_user(folder):
        _refuse_blocked(folder, folder.absolute())
        _try_out(folder / f".try{_PARTIAL}{os.getpid()}")


@contextmanager
def _for_the_user(place: Path) -> Iterator[None]:
    """Faults of the disk as faults for the user; others are ours."""
    try:
        yield
    except OSError as fault:
        if fault.errno not in _USERS_FAULTS:
            raise
        raise InputError(f"{place}: cannot be written: {fault.strerror}{_free(place)}") from fault


def _try_out(folder: Path) -> None:
    """Make a folder and a file in it, as the work will; take both away again."""
    new_folders = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True)
        # An empty file can be made on a full disk; one with a block of content cannot.
        (folder / "file").write_bytes(b"x" * 4096)
        (folder / "file").unlink()
    finally:
        for path in new_folders:
            if path.is_dir():
                path.rmdir()


def _tidied(folder: Path, marker: Callable[[Path], bool], force: bool) -> Path:
    """Return the folder's own path, if it may be written, with nothing of earlier runs beside."""
    named = folder.absolute()
    # Before anything is refused: what an interrupted run moved aside counts as there.
    if named.name not in ("", "..") and "\0" not in str(folder):
        _put_back(named)
    target = _allowed(folder, marker, force)
    _tidy(target)
    return target


def _put_back(target: Path) -> None:
    """Undo a replacement that was cut off between two names."""
    for aside in sorted(target.parent.glob(f".{_escaped(target.name)}{_ASIDE}*")):
        if not _ended(aside.name.rpartition("-")[2]):
            continue
        if target.exists():
            shutil.rmtree(aside, ignore_errors=True)
        else:
            aside.rename(target)


def _tidy(target: Path) -> None:
    """Remove what runs cut off have left of a folder; raise InputError if one is at work."""
    for partial in sorted(target.parent.glob(f".{_escaped(target.name)}{_PARTIAL}*")):
        held = _held(partial)
        if held is None:
            raise InputError(
                f"{partial}: is left from a run that was cut off, or another is writing it; "
                "wait for its end, or remove it"
            )
        try:
            shutil.rmtree(partial)
        finally:
            os.close(held)


def _escaped(name: str) -> str:
    # A name may hold what glob would take for a pattern.
    return re.sub(r"([*?[])", r"[\1]", name)


def _ended(process: str) -> bool:
    """Return whether a process of this machine is gone, as far as that is known."""
    if not process.isdigit() or sys.platform == "win32":
        return False
    try:
        # Signal 0 is sent to nobody: it only asks whether there is such a process.
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    # A process of another user, or a number too large for one: taken as alive.
    except (OSError, OverflowError):
        return False
    return False


def _held(folder: Path) -> int | None:
    """Return a descriptor that holds a folder for this process, None if another has it.

    The system lets it go when the process ends, however it ends.
    """
    if sys.platform == "win32":
        return None
    import fcntl

    # A lock, because numbers of processes are used again and say little after a restart.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _allowed(folder: Path, marker: Callable[[Path], bool], force: bool) -> Path:
    """Return the folder's own path, if it may be written."""
    if "\0" in str(folder):
        raise InputError(f"{str(folder)!r}: is not the name of a folder")
    named = folder.resolve() if folder.name in ("", "..") else folder
    if named.is_symlink():
        raise InputError(f"{folder}: is a link; name the folder itself")
    target = named.parent.resolve() / named.name
    # Replacing it would leave the shell in a folder that is gone.
    if target == Path.cwd() or target in Path.cwd().parents:
        raise InputError(f"{folder}: is the current folder or holds it; name another")
    _refuse_blocked(folder, target)
    if not target.exists():
        return target
    if not target.is_dir():
        raise InputError(f"{folder}: is a file; name a folder")
    if not marker(target):
        raise InputError(f"{folder}: exists and does not hold results; name another")
    if not force:
        raise InputError(f"{folder}: holds results already; name another folder, or use --force")
    return target


def _refuse_blocked(named: Path, target: Path) -> None:
    blocked = next((path for path in target.parents if path.exists() and not path.is_dir()), None)
    if blocked:
        raise InputError(f"{named}: cannot be made, because {blocked} is a file")


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
    # No system replaces a full folder in one step: two renames, undone if the second fails.
    aside = target.with_name(f".{target.name}{_ASIDE}{os.getpid()}")
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
