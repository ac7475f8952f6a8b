"""A day's strips: greedy, within every limit, each cell counted once a day."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.access import strips as swaths
from simulator.imaging import strip_plans
from simulator.units import DAY_S
from tests.made_crossings import AGILE, GRID, T, found_crossings


def shares(agility=AGILE, events=None):
    if events is None:
        events = found_crossings(GRID.sites(), max_roll_deg=30.0)
    return strip_plans.daily_share(events, GRID.weights_km2, T, agility, cell_s=3.6)


def test_strips_never_image_more_than_can_be_reached_and_limits_only_take_away():
    events = found_crossings(GRID.sites(), max_roll_deg=30.0)
    free = shares(events=events)
    slow = shares(replace(AGILE, slew_rate_deg_s=1.0, settling_s=10.0), events)
    short = shares(replace(AGILE, duty_s=60.0), events)
    both = shares(replace(AGILE, duty_s=60.0, slew_rate_deg_s=1.0, settling_s=10.0), events)
    for share in (free, slow, short, both):
        assert len(share.imaged) == 3 and (share.imaged <= share.reachable + 1e-12).all()
    assert free.mean >= slow.mean and free.mean >= short.mean >= both.mean > 0.0
    for strip in both.strips:
        assert strip.end_s - strip.start_s <= 60.0 + 1e-6


def test_the_plan_keeps_turns_and_duty_and_images_what_it_says():
    agility = replace(AGILE, duty_s=90.0, slew_rate_deg_s=2.0, settling_s=5.0)
    events = found_crossings(GRID.sites(), max_roll_deg=30.0)
    daily = shares(agility, events)
    plan = daily.strips
    for earlier, later in pairwise(plan):
        assert (
            later.start_s - earlier.end_s >= agility.turn_s(earlier.roll_deg, later.roll_deg) - 1e-6
        )
    spent = {}
    for strip in plan:
        turn = int(strip.start_s // agility.period_s)
        spent[turn] = spent.get(turn, 0.0) + strip.end_s - strip.start_s
    assert max(spent.values()) <= 90.0 + 1e-6
    for day in range(3):
        imaged = np.zeros(len(GRID.weights_km2), dtype=bool)
        for strip in (s for s in plan if day * DAY_S <= s.start_s + 1.8 < (day + 1) * DAY_S):
            crossed = events.within(roll_deg=strip.roll_deg, half_angle_deg=1.4)
            imaged[
                crossed.site[(crossed.at_s >= strip.start_s) & (crossed.at_s <= strip.end_s)]
            ] = True
        share = GRID.weights_km2[imaged].sum() / GRID.weights_km2.sum()
        assert share == pytest.approx(daily.imaged[day])


def test_a_plan_is_the_same_in_whatever_unit_areas_are_given():
    # However small the areas, the strip that adds the most of them is worth flying.
    agility = replace(AGILE, duty_s=90.0, slew_rate_deg_s=2.0, settling_s=5.0)
    events = found_crossings(GRID.sites(), max_roll_deg=30.0)
    own = shares(agility, events)
    small = strip_plans.daily_share(events, GRID.weights_km2 * 2.0**-40, T, agility, cell_s=3.6)
    assert small.strips == own.strips
    assert small.imaged == pytest.approx(own.imaged, rel=1e-12)
    assert own.mean > 0.0


def plain_plan(events, weights, span_s, agility, cell_s):
    """The greedy plan again, by trying every strip from one crossing to another."""
    order = np.argsort(events.at_s, kind="stable")
    rows = [(float(events.at_s[i]), float(events.roll_deg[i]), int(events.site[i])) for i in order]
    rows = [row for row in rows if row[0] < span_s // DAY_S * DAY_S]
    half_s, strips, spent, done = 0.5 * cell_s, [], {}, set()
    overpasses = [rows[:1]] if rows else []
    for earlier, later in pairwise(rows):
        if later[0] - earlier[0] > 0.25 * agility.period_s:
            overpasses.append([])
        overpasses[-1].append(later)
    for part in overpasses:
        while True:
            best = (0.0, None)
            for roll in agility.rolls_deg():
                near = [(t, (int(t // DAY_S), s)) for t, angle, s in part
                        if abs(angle - roll) <= agility.half_angle_deg]  # fmt: skip
                near = [(t, key) for t, key in near if key not in done]
                for i, (begin, _) in enumerate(near):
                    turn = int(max(begin - half_s, 0.0) // agility.period_s)
                    for j in range(i, len(near)):
                        finish = near[j][0]
                        if finish > begin + (agility.duty_s - cell_s - spent.get(turn, 0.0)):
                            break
                        if not all(
                            begin - half_s >= s.end_s + agility.turn_s(s.roll_deg, roll)
                            or finish + half_s < s.start_s - agility.turn_s(s.roll_deg, roll)
                            for s in strips
                        ):
                            continue
                        gain = sum(weights[s] for _, s in {key for _, key in near[i : j + 1]})
                        if gain > best[0] or (best[1] and gain == best[0] and best[2] == (roll, i)):
                            strip = strip_plans.Strip(
                                max(begin - half_s, 0.0), min(finish + half_s, span_s), float(roll)
                            )
                            best = (gain, strip, (roll, i))
            if best[1] is None:
                break
            strip = best[1]
            strips.append(strip)
            turn = int(strip.start_s // agility.period_s)
            spent[turn] = spent.get(turn, 0.0) + strip.end_s - strip.start_s
            done |= {
                (int(t // DAY_S), s) for t, angle, s in part
                if strip.start_s <= t <= strip.end_s
                and abs(angle - strip.roll_deg) <= agility.half_angle_deg
            }  # fmt: skip
    return sorted(strips, key=lambda s: s.start_s), done


BUSY_S = [0.0, 5_000.0, DAY_S - 64.0, DAY_S, DAY_S + 4_096.0, 2.0 * DAY_S - 16.0]


@st.composite
def plans(draw):
    """Crossings on a coarse grid, many of them about the edge of a day, on which sums are exact."""
    cells = draw(st.integers(1, 6))
    starts = draw(st.lists(st.sampled_from(BUSY_S), min_size=1, max_size=3))
    events = draw(
        st.lists(
            st.tuples(st.sampled_from(starts), st.integers(0, 128), st.integers(-32, 32),
                      st.integers(0, cells - 1)),
            max_size=14,
        )
    )  # fmt: skip
    crossings = swaths.Crossings(
        np.array([e[3] for e in events], dtype=np.int32),
        np.array([e[0] + e[1] for e in events], dtype=float),
        np.array([0.25 * e[2] for e in events], dtype=float),
    )
    weights = np.array(draw(st.lists(st.integers(1, 9), min_size=cells, max_size=cells)), float)
    agility = strip_plans.Agility(
        half_angle_deg=draw(st.sampled_from([2.0, 4.0])),
        max_roll_deg=8.0,
        period_s=draw(st.sampled_from([4_096.0, 5_400.0])),
        duty_s=draw(st.sampled_from([math.inf, 16.0, 40.0, 2.0])),
        slew_rate_deg_s=draw(st.sampled_from([math.inf, 1.0, 0.25, 0.0009765625])),
        settling_s=draw(st.sampled_from([0.0, 5.0, 3_000.0])),
    )
    span_s = draw(st.sampled_from([2.0, 2.5])) * DAY_S
    return crossings, weights, span_s, agility, draw(st.sampled_from([0.0, 4.0]))


@settings(max_examples=150, deadline=None)
@given(plans())
def test_a_plan_is_greedy_keeps_every_limit_and_counts_cells_by_day(case):
    crossings, weights, span_s, agility, cell_s = case
    daily = strip_plans.daily_share(crossings, weights, span_s, agility, cell_s=cell_s)
    strips, done = plain_plan(crossings, weights, span_s, agility, cell_s)
    assert list(daily.strips) == strips
    for earlier, later in pairwise(daily.strips):
        assert later.start_s - earlier.end_s >= agility.turn_s(earlier.roll_deg, later.roll_deg)
    spent = np.zeros(1 + int(span_s // agility.period_s))
    for strip in daily.strips:
        assert 0.0 <= strip.start_s <= strip.end_s <= span_s
        spent[int(strip.start_s // agility.period_s)] += strip.end_s - strip.start_s
    assert spent.max() <= agility.duty_s
    assert (daily.imaged <= daily.reachable).all() and (daily.reachable <= 1.0 + 1e-12).all()
    for day in range(len(daily.imaged)):
        imaged = sum(weights[site] for when, site in done if when == day)
        of_day = (crossings.at_s // DAY_S).astype(int) == day
        reached = weights[np.unique(crossings.site[of_day])].sum()
        assert daily.imaged[day] * weights.sum() == pytest.approx(imaged)
        assert daily.reachable[day] * weights.sum() == pytest.approx(reached)


def test_an_overpass_over_the_edge_of_a_day_is_planned_whole():
    # One cell before midnight far to the left, one after it far to the right: no time to turn.
    crossings = swaths.Crossings(
        np.array([0, 1, 1], dtype=np.int32),
        np.array([DAY_S - 10.0, DAY_S + 10.0, DAY_S + 7_000.0]),
        np.array([-20.0, 20.0, 20.0]),
    )
    agility = strip_plans.Agility(
        half_angle_deg=2.0, max_roll_deg=30.0, period_s=6_000.0, slew_rate_deg_s=1.0
    )
    daily = strip_plans.daily_share(
        crossings, np.array([3.0, 1.0]), 2.0 * DAY_S, agility, cell_s=2.0
    )
    assert daily.imaged == pytest.approx([0.75, 0.25]) and daily.reachable.tolist() == [0.75, 0.25]
    assert [strip.start_s for strip in daily.strips] == [DAY_S - 11.0, DAY_S + 6_999.0]
    quick = replace(agility, slew_rate_deg_s=10.0)
    daily = strip_plans.daily_share(
        crossings.kept(np.array([0, 1])), np.array([3.0, 1.0]), 2.0 * DAY_S, quick, cell_s=2.0
    )
    assert daily.imaged.tolist() == [0.75, 0.25] and len(daily.strips) == 2


def test_a_strip_over_midnight_counts_each_cell_in_the_day_it_is_imaged():
    crossings = swaths.Crossings(
        np.array([0, 1, 0], dtype=np.int32),
        np.array([DAY_S - 5.0, DAY_S - 1.0, DAY_S + 5.0]),
        np.zeros(3),
    )
    agility = strip_plans.Agility(half_angle_deg=2.0, max_roll_deg=30.0, period_s=6_000.0)
    daily = strip_plans.daily_share(
        crossings, np.array([3.0, 1.0]), 2.0 * DAY_S, agility, cell_s=0.0
    )
    assert len(daily.strips) == 1
    assert daily.imaged.tolist() == daily.reachable.tolist() == [1.0, 0.75]
    # A day that is not whole counts for nothing.
    daily = strip_plans.daily_share(
        crossings, np.array([3.0, 1.0]), 1.9 * DAY_S, agility, cell_s=0.0
    )
    assert daily.imaged.tolist() == [1.0] and daily.strips[0].end_s == DAY_S - 1.0


def test_a_field_of_view_as_wide_as_the_reach_images_all_of_it():
    wide = strip_plans.Agility(half_angle_deg=31.0, max_roll_deg=30.0, period_s=5_670.0)
    daily = shares(wide)
    assert daily.imaged == pytest.approx(daily.reachable)
    assert math.isclose(daily.mean, daily.reachable.mean())
    assert strip_plans.daily_share(
        found_crossings(GRID.sites()), GRID.weights_km2, 1_000.0, wide, cell_s=1.0
    ).mean is None  # fmt: skip
