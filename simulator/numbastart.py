"""Numba begun faster than it begins by itself, for a process that ends with its command."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

_OF_ARRAYS = "numba.np.arraymath"
# What of the options of a compiled function the functions that it calls take over.
_TAKEN_OVER = ("error_model", "fastmath", "nrt", "boundscheck")


def begin_without_linear_algebra() -> None:
    """Import Numba, and let its functions of arrays find no SciPy to multiply matrices with.

    They look for it when they are imported, before the first function is compiled: a sixth of a
    short command's time, and no compiled function of this program multiplies matrices. Functions of
    others, compiled in this process from now on, lack `np.cov` and `np.corrcoef`; so a notebook's
    process is left as it is.
    """
    if _OF_ARRAYS in sys.modules or "scipy.linalg" in sys.modules:
        return
    with _not_found("scipy", *_for_options()):
        importlib.import_module("numba")
    if not any(isinstance(finder, _WithoutLinearAlgebra) for finder in sys.meta_path):
        sys.meta_path.insert(0, _WithoutLinearAlgebra())


class _WithoutLinearAlgebra:
    """Finds Numba's functions of arrays, once, and lets them find no SciPy.

    Where all machine code is kept nothing imports them, nor what they need: a fortieth of a run.
    """

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how a module is imported; None for every other one."""
        if fullname != _OF_ARRAYS:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def execute_without(module: ModuleType) -> None:
                with _not_found("scipy", "scipy.linalg"):
                    execute(module)

            spec.loader.exec_module = execute_without  # type: ignore[method-assign]
        return spec


def _for_options() -> tuple[str, ...]:
    """Return what Numba imports to read a file of options, which few keep in a folder."""
    return () if Path(".numba_config.yaml").exists() else ("yaml",)


@contextmanager
def _not_found(*names: str) -> Iterator[None]:
    """Let modules not be found meanwhile, but those that are imported already."""
    hidden = [name for name in names if name not in sys.modules]
    # None in this place is how Python is told that a module cannot be imported.
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


def begin_compiling() -> None:
    """Let Numba begin and compile in as little time as it can, in a process of a command."""
    begin_without_linear_algebra()
    find_no_extensions()
    remember_types()
    time_no_calls()


def find_no_extensions() -> None:
    """Let Numba look for no extensions of others, which it does in every package installed.

    It does so before its first function; a notebook's process, which may have some, is left as
    it is.
    """
    from numba.core import entrypoints

    if hasattr(entrypoints, "_already_initialized"):
        entrypoints._already_initialized = True


def enter_what_is_known() -> None:
    """Let Numba enter what it knows of Python and NumPy, as it does before its first function."""
    from numba.core.registry import cpu_target

    cpu_target.typing_context.refresh()
    cpu_target.target_context.refresh()


def remember_types() -> None:
    """Let Numba settle what a call comes to once for each kind of arguments, not at each place.

    For every sum of two numbers it asks all that can be added, texts and sets too, whether that is
    what it is: an eighth of the time of a first run. What it finds depends on the function,
    the types of the arguments and a few options, and is kept by these. Calls that are a few
    instructions are put into their callers (`simulator.inlining`). Whoever adds a function of
    his own for operators meanwhile may find it passed over; so a notebook's process is left as it
    is. Where Numba is not built as known here, all stays as it is.
    """
    from numba.core import targetconfig, types

    function = getattr(types, "BaseFunction", None)
    stack = getattr(targetconfig, "ConfigStack", None)
    ask = vars(function).get("get_call_type") if function is not None else None
    if function is None or ask is None or stack is None or hasattr(ask, "known"):
        return
    known: dict[Any, Any] = {}

    def get_call_type(self: Any, context: Any, args: Any, kws: Any) -> Any:
        flags = stack.top_or_none()
        options = tuple(str(getattr(flags, name, None)) for name in _TAKEN_OVER)
        key = (id(self), id(context), tuple(args), tuple(sorted(kws.items())), options)
        if key in known:
            _self, _context, signature, implementation = known[key]
            self._impl_keys[signature.args] = implementation
            return signature
        typed = _put_in()(self, context, args, kws)
        if typed is None:
            signature = ask(self, context, args, kws)
        else:
            signature, self._impl_keys[typed[0].args] = typed
        if signature is not None and signature.args in self._impl_keys:
            # With what the key stands for, so that no other object ever has its number.
            known[key] = (self, context, signature, self._impl_keys[signature.args])
        return signature

    get_call_type.known = known  # type: ignore[attr-defined]
    function.get_call_type = get_call_type


def time_no_calls() -> None:
    """Let Numba not time its calls of LLVM, of which compiling makes tens of thousands.

    It tells each of them to every function that is being compiled, for sums that nobody asks for:
    a fifteenth of the time of a first run. So a notebook's process is left as it is.
    """
    from llvmlite.binding import ffi
    from numba.core import base

    lock = getattr(getattr(ffi, "lib", None), "_lock", None)
    for begun, ended in list(getattr(lock, "_cblist", ())):
        if getattr(begun, "__module__", None) == base.__name__:
            ffi.unregister_lock_callback(begun, ended)


@cache
def _put_in() -> Callable[..., Any]:
    """Return what types the calls that are put into their callers, and says None of the others.

    It needs much of what Numba knows, which whoever compiles nothing does without.
    """
    try:
        from simulator.inlining import typed_call
    except (ImportError, AttributeError):
        return lambda *_: None
    return typed_call
