"""Responses of cells: second by second by the definition; what more of anything does to them."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.delivery import Pictures
from simulator.timeliness.cell_responses import (
    COMMAND,
    DELIVERY,
    INTEGRAL,
    MOST,
    UNANSWERED,
    Commands,
    responses,
)
from simulator.timeliness.stages import CommandWait, response_delays

INF = math.inf
SPAN_S = 100.0
SATELLITES, CELLS = 3, 2
INSTANTS_S = np.arange(0.5, SPAN_S)  # midpoints: exact integrals for corners at whole seconds

numbers = st.integers(0, SATELLITES - 1)
windows = st.lists(st.tuples(numbers, st.integers(0, 95), st.integers(1, 12)), max_size=8)
# satellite, cell, instant, time of collection, time until delivered (0: never)
looks = st.lists(
    st.tuples(numbers, st.integers(0, CELLS - 1), st.integers(0, 99), st.integers(0, 40)),
    max_size=10,
    unique_by=lambda look: look[:3],
)


def command_rows(rows):
    return [
        np.array([(at, at + length) for i, at, length in rows if i == n], float).reshape(-1, 2)
        for n in range(SATELLITES)
    ]


def table(rows):
    """Return pictures as the reduction wants them: by satellite, cell and instant."""
    rows = sorted(rows)
    # Each in a row of its own, as pictures of a run are: kernels are compiled for it.
    satellite, cell, taken_s, late_s = np.array(rows, float).reshape(-1, 4).T.copy()
    delivered_s = taken_s + late_s
    delivered_s[(late_s == 0.0) | (delivered_s > SPAN_S)] = INF
    return satellite.astype(int), cell.astype(np.int32), taken_s, delivered_s


def cell_responses(command, rows, cells=CELLS):
    satellite, cell, taken_s, delivered_s = table(rows)
    commands = Commands(command_rows(command))
    offsets = np.searchsorted(satellite, np.arange(SATELLITES + 1)).astype(np.int64)
    latest_s = np.empty(len(satellite))
    for number in range(SATELLITES):
        of_satellite = satellite == number
        latest_s[of_satellite] = commands.latest_s(number, taken_s[of_satellite])
    return responses(
        commands,
        cells,
        SPAN_S,
        offsets=offsets,
        site=cell,
        taken_s=taken_s,
        latest_s=latest_s,
        delivered_s=delivered_s,
    )


def answer_at(t, command, rows, cell):
    """Return when a request at t is on board, taken and delivered, by trying every picture."""
    best = None
    for satellite, place, taken_s, late_s in sorted(rows):
        delivered_s = taken_s + late_s
        if place != cell or not late_s or delivered_s > SPAN_S:
            continue
        sent_s = [max(t, at) for i, at, n in command if i == satellite and at + n > t]
        if sent_s and min(sent_s) <= taken_s and (best is None or delivered_s < best[2]):
            best = (min(sent_s), taken_s, delivered_s)
    return best


@settings(max_examples=200, deadline=None)
@given(windows, looks)
def test_each_request_gets_the_earliest_picture_it_can_still_command(command, rows):
    cell_figures = cell_responses(command, rows)
    for cell in range(CELLS):
        answers = [(t, answer_at(t, command, rows, cell)) for t in INSTANTS_S]
        known = [(t, best) for t, best in answers if best]
        assert cell_figures[cell, UNANSWERED] == SPAN_S - len(known)
        assert cell_figures[cell, INTEGRAL] == pytest.approx(sum(best[2] - t for t, best in known))
        most = max((best[2] - t for t, best in known), default=-0.5)
        assert cell_figures[cell, MOST] == pytest.approx(most + 0.5)
        assert (
            0.0
            <= cell_figures[cell, COMMAND] + cell_figures[cell, DELIVERY]
            <= cell_figures[cell, INTEGRAL] + 1e-9
        )


@settings(max_examples=200, deadline=None)
@given(windows, looks)
def test_stages_are_those_of_a_target_with_the_same_pictures(command, rows):
    cell_figures = cell_responses(command, rows)
    satellite, cell, taken_s, delivered_s = table(rows)
    commands = Commands(command_rows(command))
    waits = [CommandWait(each) for each in command_rows(command)]
    for place in range(CELLS):
        own = np.flatnonzero(cell == place)
        latest_s = [commands.latest_s(satellite[k], taken_s[k : k + 1])[0] for k in own]
        kept = Pictures(satellite[own], taken_s[own], np.ones(len(own)))
        parts = response_delays(np.array(latest_s), kept, delivered_s[own], waits, SPAN_S)
        assert SPAN_S - cell_figures[place, UNANSWERED] == pytest.approx(parts.weight_s)
        whole = parts.command_s + parts.collection_s + parts.delivery_s
        assert cell_figures[place, INTEGRAL] == pytest.approx(whole, abs=1e-9)
        # Pictures of two satellites delivered at once may answer in either's stead.
        if len(np.unique(delivered_s[own])) == len(own):
            assert cell_figures[place, COMMAND] == pytest.approx(parts.command_s, abs=1e-9)
            assert cell_figures[place, DELIVERY] == pytest.approx(parts.delivery_s, abs=1e-9)


@settings(max_examples=150, deadline=None)
@given(windows, looks, windows, looks)
def test_more_accesses_and_more_stations_never_lengthen_a_response(
    command, rows, extra_commands, extra_pictures
):
    had = {look[:3] for look in rows}
    grown_figures = cell_responses(
        command + extra_commands, rows + [look for look in extra_pictures if look[:3] not in had]
    )
    figures = cell_responses(command, rows)
    for cell in range(CELLS):
        assert grown_figures[cell, UNANSWERED] <= figures[cell, UNANSWERED]
        for t in INSTANTS_S:
            best = answer_at(t, command, rows, cell)
            now = answer_at(
                t,
                command + extra_commands,
                rows + [x for x in extra_pictures if x[:3] not in had],
                cell,
            )
            assert best is None or now[2] <= best[2]
        # At the instants that were answered before; what is new beyond waits no less than nothing.
        if grown_figures[cell, UNANSWERED] == figures[cell, UNANSWERED]:
            assert grown_figures[cell, INTEGRAL] <= figures[cell, INTEGRAL] + 1e-9
            assert grown_figures[cell, MOST] <= figures[cell, MOST] + 1e-9


def test_a_satellite_that_is_never_commanded_answers_nothing():
    cell_figures = cell_responses([(0, 0, 5)], [(1, 0, 50, 10)])
    assert cell_figures[0].tolist() == [0.0, 0.0, SPAN_S, 0.0, 0.0]


def test_no_picture_and_no_cell_are_no_error():
    assert cell_responses([], []).tolist() == [[0.0, 0.0, SPAN_S, 0.0, 0.0]] * CELLS
    assert cell_responses([], [], cells=0).shape == (0, 5)
