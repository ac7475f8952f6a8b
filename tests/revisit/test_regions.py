"""When any place and when all places of a region are seen, against interval algebra."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import intervals
from simulator.revisit.region_kernel import seen_by_all, seen_by_any
from simulator.revisit.window_order import merge_windows

ends = st.lists(st.integers(0, 40), max_size=12).map(lambda n: sorted(map(float, n)))


@settings(max_examples=300, deadline=None)
@given(st.lists(ends, min_size=1, max_size=6))
def test_any_and_all_of_a_region_are_union_and_intersection(places):
    # Windows of no length, as of strips, and such as touch another site's are among them.
    rows = [list(zip(place[::2], place[1::2], strict=False)) for place in places]
    parts = [intervals.union(np.array(r).reshape(-1, 2)) for r in rows]
    first = np.cumsum([0, *(len(r) for r in rows)])
    table = np.array([window for row in rows for window in row]).reshape(-1, 2)
    starts, finishes = table[:, 0].copy(), table[:, 1].copy()
    merged = merge_windows(first, starts, finishes)
    any_site = seen_by_any(merged)
    np.testing.assert_array_equal(any_site, intervals.union(*parts))
    all_sites = np.array([[0.0, 40.0]])
    for part in parts:
        all_sites = intervals.intersect(all_sites, part)
    np.testing.assert_array_equal(seen_by_all(merged, 40.0), all_sites)
