"""What compiled code calls, compiled for its callers alone.

Numba optimises each function and makes machine code of it, and then does both once more in every
function that calls it, up to what Python calls: that is where most of it is run from, and the
rest is never run. Here a function for compiled callers is typed and lowered, but optimised and
made machine code of within those callers alone that Python calls. Numbers stay as they are: what
is left out is done at the end, to the same code.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from llvmlite import binding
from numba._dynfunc import make_function
from numba.core.caching import CompileResultCacheImpl
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler, compile_result
from numba.core.compiler_machinery import LoweringPass, register_pass
from numba.core.typed_passes import NativeLowering


class _Library(JITCodeLibrary):
    """Code to be linked into others; nothing of it can be run by itself."""

    def _optimize_functions(self, module: Any) -> None:
        """Optimise each function of a module, with the same passes and without what is but named.

        Numba makes the passes anew for each, and most are named alone.
        """
        module.data_layout = self._codegen._data_layout
        passes, builder = self._codegen._function_pass_manager()
        for function in module.functions:
            if not function.is_declaration:
                passes.run(function, builder)

    def finalize(self) -> None:
        """Add what the code calls, and leave both as they are for a caller to optimise."""
        self._raise_if_finalized()
        for library in dict.fromkeys(self._linking_libraries):
            self._reload_init.update(library._reload_init)
            self._final_module.link_in(library._get_module_for_linking(), preserve=True)
        self._finalize_dynamic_globals()
        self._finalized = True

    @classmethod
    def kept(cls, codegen: Any, name: str, code: bytes) -> _Library:
        """Return a library whose finished code was kept."""
        library = cls(codegen, name)
        library._final_module = binding.parse_bitcode(code)
        library._finalize_dynamic_globals()
        library._finalized = True
        return library


def _entry(fndesc: Any, environment: Any, library: _Library) -> Any:
    """Return what stands for a function among those that compiled code calls.

    It has no address, so Python must never call it.
    """
    name = fndesc.qualname
    return make_function(fndesc.lookup_module(), name, name, 0, environment, (library,))


@register_pass(mutates_CFG=False, analysis_only=False)
class _EnterForCallers(LoweringPass):
    """Enter lowered code among what compiled code can call."""

    _name = "enter_for_callers"

    def __init__(self) -> None:
        LoweringPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        lowered = state.cr
        entry = _entry(lowered.fndesc, lowered.env, state.library)
        state.targetctx.insert_user_function(entry, lowered.fndesc, [state.library])
        state.cr = lowered._replace(cfunc=entry)
        return True


class ForCallers(Compiler):
    """Compile a function as far as its compiled callers need it."""

    def define_pipelines(self) -> Any:
        """Return Numba's passes, and one that takes the place of making machine code."""
        state = self.state
        state.library = _Library(state.targetctx.codegen(), state.func_id.func_qualname)
        state.flags.no_compile = True
        (passes,) = super().define_pipelines()
        passes.add_pass_after(_EnterForCallers, NativeLowering)
        passes.finalize()
        return [passes]


class KeptForCallers(CompileResultCacheImpl):
    """How what is compiled for callers is kept on disk: typed, and as LLVM's bitcode."""

    def reduce(self, result: Any) -> Any:
        """Return what is to be kept of a compiled function."""
        result.fndesc.typemap = result.fndesc.calltypes = None
        library = result.library
        code = library._get_module_for_linking().as_bitcode()
        return library.name, code, result.fndesc, result.environment, result.signature

    def rebuild(self, target_context: Any, kept: Any) -> Any:
        """Return the compiled function of what was kept."""
        name, code, fndesc, environment, signature = kept
        library = _Library.kept(target_context.codegen(), name, code)
        return compile_result(
            typing_context=target_context.typing_context,
            target_context=target_context,
            entry_point=_entry(fndesc, environment, library),
            signature=signature,
            objectmode=False,
            lifted=(),
            fndesc=fndesc,
            library=library,
            environment=environment,
            reload_init=(),
        )


@contextmanager
def without_collecting() -> Iterator[None]:
    """Let Python look for no garbage meanwhile: it would go through all that Numba knows each time.

    That takes an eighth of compiling; what is left over goes at the next look.
    """
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_collecting:
            gc.enable()
