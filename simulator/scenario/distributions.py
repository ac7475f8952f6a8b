"""Distributions: a number, an instant or any other value of which only the odds are known.

A distribution is told what share of its odds lies below and gives the value there, so that one
drawn share may move several values together.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import accumulate, pairwise
from statistics import NormalDist
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from simulator.scenario.table import ScenarioTable
from simulator.scenario.units import instant
from simulator.scenario.words import Where, fault, shown

FAMILIES = ("normal", "uniform", "triangular", "lognormal", "choice")
MAX_CHOICES = 1_000
# What is drawn of a normal without bounds: a draw beyond is one in two million.
_MOST_DEVIATIONS = 5.0


def _point(value: Any) -> float | datetime:
    if isinstance(value, str | datetime):
        return instant(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise fault(f"{shown(value)} is neither a number nor an instant")
    if not math.isfinite(value):
        raise fault(f"{shown(value)} is not a finite number")
    return value


# A number or an instant; whole numbers stay whole.
_Point = Annotated[Any, BeforeValidator(_point, json_schema_input_type=float | datetime)]
_Positive = Annotated[float, Field(gt=0.0)]


class Distribution(ScenarioTable):
    """A value that is drawn: exactly one family, bounded by least and most."""

    normal: tuple[_Point, _Positive] | None = Field(
        default=None,
        description="Mean and standard deviation; of an instant the latter in seconds. Within the "
        "range of the key, or least and most, the odds are in proportion.",
    )
    uniform: tuple[_Point, _Point] | None = Field(
        default=None, description="Least and greatest value, all between them alike."
    )
    triangular: tuple[_Point, _Point, _Point] | None = Field(
        default=None, description="Least, likeliest and greatest value."
    )
    lognormal: tuple[_Positive, Annotated[float, Field(gt=1.0)]] | None = Field(
        default=None,
        description="Median and factor: about two thirds of draws lie between the median divided "
        "and multiplied by the factor.",
    )
    choice: tuple[Any, ...] | None = Field(
        default=None,
        min_length=2,
        max_length=MAX_CHOICES,
        description="Values of which one is drawn, whatever the key takes, by weights if given.",
    )
    weights: tuple[Annotated[float, Field(ge=0.0)], ...] | None = Field(
        default=None, description="How likely each of choice is beside the others; absent: alike."
    )
    least: _Point | None = Field(
        default=None, description="Below it nothing is drawn; of normal and lognormal."
    )
    most: _Point | None = Field(
        default=None, description="Above it nothing is drawn; of normal and lognormal."
    )
    opposite: bool = Field(
        default=False,
        description="Whether it is low where the others of its unknown are high.",
    )

    @classmethod
    def raw_faults(cls, raw: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
        given = [family for family in FAMILIES if raw.get(family) is not None]
        if len(given) != 1:
            yield (), f"give exactly one of {', '.join(FAMILIES)}"
        if raw.get("weights") is not None and "choice" not in given:
            yield ("weights",), "stands without choice, whose values it weighs"
        for key in ("least", "most"):
            if raw.get(key) is not None and not {"normal", "lognormal"} & {*given}:
                yield (key,), "goes with normal and lognormal; the others have ends of their own"

    @field_validator("uniform", "triangular")
    @classmethod
    def _rising(cls, points: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
        if points is None:
            return None
        if len({isinstance(point, datetime) for point in points}) > 1:
            raise fault("holds numbers and instants; give one kind")
        if list(points) != sorted(points) or points[0] == points[-1]:
            raise fault(f"{', '.join(map(shown, points))}: must rise")
        return points

    @field_validator("weights")
    @classmethod
    def _one_each(
        cls, weights: tuple[float, ...] | None, info: ValidationInfo
    ) -> tuple[float, ...] | None:
        choice = info.data.get("choice")
        if weights is None or choice is None:
            return weights
        if len(weights) != len(choice):
            raise fault(f"are {len(weights)} for {len(choice)} values of choice; give one each")
        if not sum(weights) > 0.0:
            raise fault("are all 0; one must be above")
        return weights

    @field_validator("most")
    @classmethod
    def _over_least(cls, most: Any, info: ValidationInfo) -> Any:
        least = info.data.get("least")
        if least is None or most is None:
            return most
        if isinstance(least, datetime) != isinstance(most, datetime) or most <= least:
            raise fault(f"{shown(most)} is not above least = {shown(least)}")
        return most

    @property
    def family(self) -> str:
        """Name of its family."""
        return next(family for family in FAMILIES if getattr(self, family) is not None)

    @property
    def choice_weights(self) -> tuple[float, ...]:
        """How likely each value of a choice is beside the others, as given or alike."""
        return self.weights or (1.0,) * len(self.choice or ())

    @property
    def is_instant(self) -> bool:
        """Whether instants are drawn."""
        points = self.normal or self.uniform or self.triangular or ()
        return any(isinstance(point, datetime) for point in points)

    def at(self, share: float) -> Any:
        """Return the value below which a share of the odds lies, from 0 to 1.

        Inverse distribution functions: Devroye 1986, Non-Uniform Random Variate Generation,
        chapter II.2; a bounded one by the share between its bounds (II.1.3). Raises ValueError
        where no odds are left between the bounds.
        """
        share = 1.0 - share if self.opposite else share
        if self.choice is not None:
            return self._chosen(self.choice, share)
        if self.is_instant:
            return self._instant(share)
        if self.uniform is not None:
            return _uniform(self.uniform, share)
        if self.triangular is not None:
            return _triangular(self.triangular, share)
        if self.normal is not None:
            return _normal(*self.normal, self.least, self.most, share)
        if self.lognormal is None:
            raise ValueError("a distribution of no family")
        median, factor = self.lognormal
        # A lognormal is the exponential of a normal: bounded where its logarithm is.
        least, most = (
            None if p is None or p <= 0.0 else math.log(p) for p in (self.least, self.most)
        )
        return math.exp(_normal(math.log(median), math.log(factor), least, most, share))

    def whole_at(self, share: float) -> int:
        """Return the whole number below which a share lies; each of uniform is as likely."""
        if self.uniform is None:
            return round(float(self.at(share)))
        share = 1.0 - share if self.opposite else share
        low, high = (int(point) for point in self.uniform)
        return min(high, low + math.floor(share * (high - low + 1)))

    def within(self, least: float | None, most: float | None) -> Self:
        """Return the same distribution, a normal or lognormal one also within a key's range."""
        if self.normal is None and self.lognormal is None:
            return self
        bounds = {
            "least": _further(max, self.least, least),
            "most": _further(min, self.most, most),
        }
        return self.model_copy(update=bounds)

    def ends(self) -> tuple[Any, ...]:
        """Return the outermost values that may be drawn; of a choice all."""
        if self.choice is not None:
            return self.choice
        # A normal reaches its bounds too rarely to be judged by them.
        rare = 0.0 if self.uniform or self.triangular else 1e-3
        return self.at(rare), self.at(1.0 - rare)

    def edges(self) -> tuple[tuple[float, float], ...]:
        """Return between which shares each value of a choice lies; empty of any other family."""
        if self.choice is None:
            return ()
        weights = self.choice_weights
        ends = [0.0, *(part / sum(weights) for part in accumulate(weights))]
        parts = [*pairwise(ends)]
        if self.opposite:
            parts = [(1.0 - high, 1.0 - low) for low, high in parts]
        return tuple(part for part, weight in zip(parts, weights, strict=True) if weight)

    def _chosen(self, choice: Sequence[Any], share: float) -> Any:
        weights = self.choice_weights
        left = share * sum(weights)
        for value, weight in zip(choice, weights, strict=True):
            if left < weight:
                return value
            left -= weight
        return next(v for v, w in zip(reversed(choice), reversed(weights), strict=True) if w)

    def _instant(self, share: float) -> datetime:
        points: tuple[Any, ...] = self.normal or self.uniform or self.triangular or (None,)
        origin = points[0]

        def seconds(point: Any) -> Any:
            apart = isinstance(point, datetime)
            return (point - origin).total_seconds() if apart else point

        plain = self.model_copy(
            update={
                self.family: tuple(map(seconds, points)),
                "least": seconds(self.least),
                "most": seconds(self.most),
                "opposite": False,
            }
        )
        # To a millisecond: a drawn instant is written out, and no launch is known any better.
        value = plain.at(share)
        whole: datetime = origin + timedelta(seconds=round(value, 3))
        return whole


def _further(which: Any, own: Any, other: float | None) -> Any:
    if own is None or isinstance(own, datetime):
        return other if own is None else own
    return own if other is None else which(own, other)


def _uniform(points: Sequence[float], share: float) -> float:
    low, high = points
    return low + share * (high - low)


def _triangular(points: Sequence[float], share: float) -> float:
    low, mode, high = points
    # Kotz & van Dorp 2004, Beyond Beta, section 1.1: the share below the mode is (c - a)/(b - a).
    if share * (high - low) < mode - low:
        return low + math.sqrt(share * (high - low) * (mode - low))
    return high - math.sqrt((1.0 - share) * (high - low) * (high - mode))


def _normal(
    mean: float, deviation: float, least: float | None, most: float | None, share: float
) -> float:
    plain = NormalDist()
    low = -_MOST_DEVIATIONS if least is None else (least - mean) / deviation
    high = _MOST_DEVIATIONS if most is None else (most - mean) / deviation
    low, high = max(low, -_MOST_DEVIATIONS), min(high, _MOST_DEVIATIONS)
    if not low < high:
        raise ValueError("its bounds leave nothing to be drawn")
    below, above = plain.cdf(low), plain.cdf(high)
    part = below + share * (above - below)
    # Rounding may leave nothing between the ends of the unit interval and the share.
    value = low if part <= 0.0 else high if part >= 1.0 else plain.inv_cdf(part)
    return mean + deviation * min(max(value, low), high)


def is_distribution(value: Any) -> bool:
    """Whether a value of a document stands for a distribution: a table with a family's name."""
    return isinstance(value, Mapping) and any(family in value for family in FAMILIES)
