"""The one decorator for compiled code, and how its machine code is kept between runs.

Numba keeps machine code by the file of the function alone (its documented limit): after an edit
of a function that it calls in another file, the old code would go on running. Here machine code
is kept by a digest of every source file that holds compiled code, and by the value of every
number that the function takes from outside, so that no edit finds old code.

It is kept beside the package's files, else in the user's cache folder (NUMBA_CACHE_DIR, if set,
comes first). Where none of them can be written it is compiled anew in each process, and a warning
says so once. With NUMBA_DISABLE_JIT=1 the functions run as plain Python.

Most of what the first run after an installation waits for is compiling, so some things keep it
short: what compiled code calls is compiled without the wrapper that takes Python's objects apart,
and optimised and made machine code of within its callers alone (`simulator.linking`); nothing is
given the wrapper for C; and where processes come to the same function at once, one compiles it and
the others wait for what it keeps.

A release wheel carries machine code, and a file that names the processor it is made for: numba is
told to make code for that one, and so finds it. From source the code is made for the processor at
hand.
"""

from __future__ import annotations

import hashlib
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryFile
from types import ModuleType
from typing import IO, Any, ClassVar, TypeVar, overload

from llvmlite import binding
from numba import config, njit, types
from numba.core.caching import (
    CompileResultCacheImpl,
    FunctionCache,
    InTreeCacheLocator,
    UserProvidedCacheLocator,
    UserWideCacheLocator,
)
from numba.core.runtime import _nrt_python

from simulator.linking import ForCallers, KeptForCallers, without_collecting
from simulator.packagefiles import contents

Function = TypeVar("Function", bound=Callable[..., Any])
_PACKAGE = Path(__file__).parent
_MARK = b"@compiled"
_PROCESSOR_FILE = _PACKAGE / "processor.txt"

if _PROCESSOR_FILE.exists() and config.CPU_NAME is None:
    config.CPU_NAME = _PROCESSOR_FILE.read_text(encoding="utf-8").strip()
    config.CPU_FEATURES = ""


class NotKeptWarning(UserWarning):
    """Machine code can't be written to disk, so that every process compiles it anew."""


@cache
def source_digest(package: Path = _PACKAGE) -> str:
    """Return a digest of all source files of the package that hold compiled code."""
    whole = hashlib.sha256()
    for name, source in contents(package, (".py",)):
        if _MARK in source:
            whole.update(name.encode() + b"\0" + source + b"\0")
    return whole.hexdigest()


@cache
def _tell_of_memory() -> None:
    """Tell LLVM where the functions are that give arrays their memory.

    Machine code that is kept needs no more: what Numba compiles beside them in each process, to
    count who holds an array, is in the kept code itself.
    """
    for name, address in _nrt_python.c_helpers.items():
        binding.add_symbol(name if name.startswith("_") else f"NRT_{name}", address)


@cache
def _make_writable(folder: str) -> None:
    """Make a folder; raises OSError where nothing can be written to it.

    Numba tries that for each function by itself: hundreds of files made and removed in a command.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    TemporaryFile(dir=folder).close()


class _BySources:
    """A place for machine code whose stamp is the digest of all compiled sources."""

    def get_source_stamp(self) -> str:
        return source_digest()

    def ensure_cache_path(self) -> None:
        _make_writable(self.get_cache_path())  # type: ignore[attr-defined]


class _InProvidedFolder(_BySources, UserProvidedCacheLocator):
    """The folder NUMBA_CACHE_DIR names."""


class _BesideSource(_BySources, InTreeCacheLocator):
    """The package's own folder."""


class _InHome(_BySources, UserWideCacheLocator):
    """The user's cache folder."""


class _Implementation(CompileResultCacheImpl):
    """How what Python calls is kept on disk: as machine code alone.

    Numba keeps it a second time for compiled callers, and reads both each time it finds them: half
    of the time that takes. Compiled callers here have code of their own. What stays of the second
    are the names by which Python finds the first. Of the functions that are part of the code, those
    are named that have values of Python's: for the others Numba would import the modules that they
    are from, much of itself.
    """

    _locator_classes: ClassVar = [_InProvidedFolder, _BesideSource, _InHome]

    def reduce(self, result: Any) -> Any:
        """Return what is to be kept of a compiled function."""
        names = (result.fndesc.llvm_func_name, result.fndesc.llvm_cpython_wrapper_name)
        empty = "\n".join(f'define void @"{name}"() {{ unreachable }}' for name in names)
        result.library._shared_module = binding.parse_assembly(empty)
        *kept, environments = super().reduce(result)
        return (*kept, tuple(each for each in environments if each.consts))


class _ImplementationForCallers(KeptForCallers):
    _locator_classes: ClassVar = _Implementation._locator_classes


class _Cache(FunctionCache):
    """Kept machine code of one function; what can't be read counts as absent."""

    _impl_class: ClassVar[type[CompileResultCacheImpl]] = _Implementation
    _for_python = True

    def _index_key(self, sig: Any, codegen: Any) -> Any:
        numbers = _numbers_of(self._py_func)
        return (*super()._index_key(sig, codegen), numbers, self._for_python)

    def holds(self, sig: Any, codegen: Any) -> bool:
        """Tell whether machine code of a version is kept."""
        try:
            return self._index_key(sig, codegen) in self._cache_file._load_index()
        except Exception:
            # A damaged file may fail in any way, and counts as absent.
            return False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until no other process compiles this function.

        Callers wait for what they call and never the other way round, so none wait for each other.
        """
        path = Path(self._cache_path, f"{self._impl.filename_base}.{int(self._for_python)}.lock")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            file = path.open("wb")
        except OSError:
            # Where nothing can be kept there is nothing to wait for.
            yield
            return
        with file:
            _lock(file)
            try:
                yield
            finally:
                # Whoever comes between this and the end of the lock compiles once more.
                path.unlink(missing_ok=True)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            # What Numba knows of types and operators is for compiling, which asks for it by itself.
            _tell_of_memory()
            return self._load_overload(sig, target_context)
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


class _CacheForCallers(_Cache):
    """Kept code of one function as its compiled callers need it."""

    _impl_class: ClassVar[type[CompileResultCacheImpl]] = _ImplementationForCallers
    _for_python = False


def _lock(file: IO[bytes]) -> None:
    """Hold a file, until it is closed, once no other process does; on Windows nobody waits."""
    if sys.platform != "win32":
        import fcntl

        # Some network drives know no locks: there, too, nobody waits.
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX)


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
    called = _dispatcher(function, inline, for_python=True)
    if not config.DISABLE_JIT:
        # Compiled callers ask for a version of their own, without a wrapper for Python; most are
        # kept as part of their callers, so that nobody asks.
        linked = cache(partial(_dispatcher, function, inline, for_python=False))
        called.get_call_template = lambda args, kws: linked().get_call_template(args, kws)
        called.get_overload = lambda signature: linked().get_overload(signature)
    return called


def _dispatcher(function: Any, inline: bool, *, for_python: bool) -> Any:
    """Return what compiles a function at its first call from Python, or from compiled code alone.

    One for compiled code must never be called from Python, which would crash.
    """
    dispatcher = njit(
        nogil=True,
        error_model="numpy",
        forceinline=inline,
        no_cfunc_wrapper=True,
        no_cpython_wrapper=not for_python,
        **({} if for_python else {"pipeline_class": ForCallers}),
    )(function)
    if config.DISABLE_JIT:
        return dispatcher
    _take_literals_as_their_types(dispatcher)
    try:
        kept = dispatcher._cache = (_Cache if for_python else _CacheForCallers)(function)
    except RuntimeError:
        _say_not_kept("neither its folder nor the home folder can be written")
        return dispatcher
    compile_now = dispatcher.compile

    def compile_in_turn(sig: Any) -> Any:
        if sig in dispatcher.overloads or kept.holds(sig, dispatcher.targetctx.codegen()):
            return compile_now(sig)
        with kept.turn(), without_collecting():
            return compile_now(sig)

    dispatcher.compile = compile_in_turn
    return dispatcher
