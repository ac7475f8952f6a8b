"""The one decorator for compiled code, and how its machine code is kept between runs.

Numba keeps machine code by the file of the function alone (its documented limit): after an edit
of a function that it calls in another file, the old code would go on running. Here machine code
is kept by a digest of every source file that holds compiled code, and by the value of every
number that the function takes from outside, so that no edit finds old code.

It is kept beside the package's files, else in the user's cache folder (NUMBA_CACHE_DIR, if set,
comes first). Where none of them can be written it is compiled anew in each process, and a warning
says so once. With NUMBA_DISABLE_JIT=1 the functions run as plain Python.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, TypeVar, overload

from numba import config, njit, types
from numba.core.caching import (
    CompileResultCacheImpl,
    FunctionCache,
    InTreeCacheLocator,
    UserProvidedCacheLocator,
    UserWideCacheLocator,
)

Function = TypeVar("Function", bound=Callable[..., Any])
_PACKAGE = Path(__file__).parent
_MARK = b"@compiled"


class NotKeptWarning(UserWarning):
    """Machine code can't be written to disk, so that every process compiles it anew."""


@cache
def source_digest(package: Path = _PACKAGE) -> str:
    """Return a digest of all source files of the package that hold compiled code."""
    whole = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        source = path.read_bytes()
        if _MARK in source:
            whole.update(path.relative_to(package).as_posix().encode() + b"\0" + source + b"\0")
    return whole.hexdigest()


class _BySources:
    """A place for machine code whose stamp is the digest of all compiled sources."""

    def get_source_stamp(self) -> str:
        return source_digest()


class _InProvidedFolder(_BySources, UserProvidedCacheLocator):
    """The folder NUMBA_CACHE_DIR names."""


class _BesideSource(_BySources, InTreeCacheLocator):
    """The package's own folder."""


class _InHome(_BySources, UserWideCacheLocator):
    """The user's cache folder."""


class _Implementation(CompileResultCacheImpl):
    _locator_classes: ClassVar = [_InProvidedFolder, _BesideSource, _InHome]


class _Cache(FunctionCache):
    """Kept machine code of one function; what can't be read counts as absent."""

    _impl_class = _Implementation

    def _index_key(self, sig: Any, codegen: Any) -> Any:
        return (*super()._index_key(sig, codegen), _numbers_of(self._py_func))

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except Exception:
            # A damaged file may fail in any way: it is compiled and written anew.
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            super().save_overload(sig, data)
        except Exception:
            try:
                self.flush()
                super().save_overload(sig, data)
            except OSError as error:
                _say_not_kept(str(error))


def _numbers_of(function: Any) -> str:
    """Return the numbers a function takes from its module and from modules it names, as text."""
    names = sorted(function.__code__.co_names)
    scope = function.__globals__
    owners = [scope, *(vars(scope[n]) for n in names if isinstance(scope.get(n), ModuleType))]
    return repr(
        [
            (name, owner[name])
            for owner in owners
            for name in names
            if isinstance(owner.get(name), (bool, int, float, str, tuple))
        ]
    )


@cache
def _say_not_kept(reason: str) -> None:
    warnings.warn(
        f"compiled code can't be kept ({reason}), so every run compiles it anew, about a minute: "
        "set NUMBA_CACHE_DIR to a folder that can be written",
        NotKeptWarning,
        stacklevel=2,
    )


@overload
def compiled(function: Function) -> Function: ...
@overload
def compiled(*, inline: bool) -> Callable[[Function], Function]: ...
def compiled(function: Any = None, *, inline: bool = False) -> Any:
    """Compile a function of numbers and arrays to machine code at its first call.

    The code releases Python's global lock and divides as NumPy does (by zero: infinity or NaN).
    `inline` puts a copy of the code into every caller.
    """
    if function is None:
        return lambda inner: _compile(inner, inline)
    return _compile(function, inline)


def is_kept(function: Any) -> bool:
    """Tell whether machine code of a compiled function is kept, of the sources as they stand."""
    kept = getattr(function, "_cache", None)
    if not isinstance(kept, _Cache):
        return True  # nothing is to be kept
    try:
        return bool(kept._cache_file._load_index())
    except Exception:
        # A damaged file may fail in any way, and counts as absent.
        return False


def _take_literals_as_their_types(dispatcher: Any) -> None:
    """Make calls from compiled code with a number written in it share the version for its type.

    Numba would compile a version more for each such number, and for each counter that begins at it.
    """
    template_of = dispatcher.get_call_template

    def template(args: Any, kws: Any) -> Any:
        plain = {name: types.unliteral(kind) for name, kind in kws.items()}
        return template_of(tuple(types.unliteral(kind) for kind in args), plain)

    dispatcher.get_call_template = template


def _compile(function: Any, inline: bool) -> Any:
    dispatcher = njit(nogil=True, error_model="numpy", forceinline=inline)(function)
    if config.DISABLE_JIT:
        return dispatcher
    _take_literals_as_their_types(dispatcher)
    try:
        dispatcher._cache = _Cache(function)
    except RuntimeError:
        _say_not_kept("neither its folder nor the home folder can be written")
    return dispatcher
