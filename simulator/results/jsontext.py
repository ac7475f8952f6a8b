"""JSON as we write it: the same value gives the same bytes, and an absent number is null."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

import numpy as np


def encode(value: Any) -> bytes:
    """Return a value as indented UTF-8 JSON with sorted keys; NaN and infinity become null.

    Raises TypeError for what JSON cannot hold.
    """
    plain = _plain(value)
    text = json.dumps(plain, allow_nan=False, ensure_ascii=False, indent=2, sort_keys=True)
    return f"{text}\n".encode()


def decode(data: bytes) -> Any:
    """Return the value of JSON text; raises ValueError also for infinities and endless nesting."""
    try:
        return json.loads(data, parse_constant=_no_constant, parse_float=_finite)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:20]} is beyond all numbers")
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    # A number of numpy is no number to the encoder of JSON.
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
