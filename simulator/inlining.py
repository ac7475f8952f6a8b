"""Calls whose code Numba makes a function of their own for, put into their callers instead.

For each kind of array that `np.empty` and `np.zeros` make, and of numbers that `max` and `min`
compare, Numba compiles a function, or three, to a few instructions of its own: an eighth of the
time of a first run. Here the same instructions are taken where the call stands.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba.core import types as known_types
from numba.core.typing import signature
from numba.core.typing.templates import make_intrinsic_template
from numba.cpython.builtins import max_vararg, min_vararg
from numba.np.arrayobj import (
    _zero_fill_array_method,
    numpy_empty_nd,
    ty_parse_dtype,
    ty_parse_shape,
)

# Without types themselves: some of their names are found at run time alone.
types: Any = known_types
# A signature, and what writes the instructions.
Code = Callable[..., Any]
Typed = tuple[Any, Code] | None


def _empty(context: Any, shape: Any, dtype: Any = float) -> Typed:
    """Return the type of an empty array, as `np.empty` has it, and the code that makes it."""
    of_entries = types.float64 if _is_float(dtype) else ty_parse_dtype(dtype)
    dimensions = ty_parse_shape(shape)
    if of_entries is None or dimensions is None:
        return None
    kind = types.Array(of_entries, dimensions, "C")
    _, code = numpy_empty_nd._defn(context, shape, dtype, types.TypeRef(kind))
    return signature(kind, shape, types.Omitted(float) if dtype is float else dtype), code


def _zeros(context: Any, shape: Any, dtype: Any = float) -> Typed:
    """Return the type of an array of zeros, as `np.zeros` has it, and the code that makes it."""
    typed = _empty(context, shape, dtype)
    if typed is None:
        return None
    as_called, make = typed
    filling, fill = _zero_fill_array_method._defn(context, as_called.return_type)

    def code(target: Any, builder: Any, called: Any, values: Any) -> Any:
        array = make(target, builder, called, values)
        fill(target, builder, filling, [array])
        return array

    return as_called, code


def _is_float(dtype: Any) -> bool:
    return dtype is float or (isinstance(dtype, types.Function) and dtype.typing_key is float)


def _of_numbers(compared: Any) -> Callable[..., Typed]:
    """Return what types a call of `max` or `min` with some numbers."""

    def extreme(context: Any, *values: Any) -> Typed:
        if len(values) < 2 or not all(isinstance(v, types.Integer | types.Float) for v in values):
            return None
        typed: Typed = compared._defn(context, types.BaseTuple.from_types(values))
        return typed

    return extreme


_TEMPLATES = {
    function: make_intrinsic_template(function, typing, name)
    for name, function, typing in (
        ("empty", np.empty, _empty),
        ("zeros", np.zeros, _zeros),
        ("max", max, _of_numbers(max_vararg)),
        ("min", min, _of_numbers(min_vararg)),
    )
}


def typed_call(called: Any, context: Any, args: Any, kws: Any) -> Typed:
    """Return the signature and the code of a call that is put in; None for any other call."""
    if not isinstance(called, types.Function) or called.typing_key not in _TEMPLATES:
        return None
    template = _TEMPLATES[called.typing_key](context)
    plain = {name: types.unliteral(kind) for name, kind in kws.items()}
    typed = template.apply(tuple(types.unliteral(kind) for kind in args), plain)
    return None if typed is None else (typed, template.get_impl_key(typed))
