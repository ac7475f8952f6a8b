"""Work on many items comes back in the order of the items, whatever does it."""

import threading

import pytest

from simulator.workers import Later, Threads


@pytest.mark.parametrize("count", [1, 2, 7, None])
def test_results_come_in_the_order_of_the_items(count):
    gate = threading.Event()

    def work(item):
        if item == 0 and count != 1:
            gate.wait(5.0)
        gate.set()
        return item * item

    assert list(Threads(count).map(work, range(20))) == [n * n for n in range(20)]


def test_nothing_to_do_gives_nothing():
    assert list(Threads(2).map(str, [])) == []


def test_a_fault_of_the_work_ends_it():
    begun = []

    def work(item):
        begun.append(item)
        if item == 3:
            raise ZeroDivisionError("three")
        return item

    with pytest.raises(ZeroDivisionError, match="three"):
        list(Threads(1).map(work, range(1_000)))
    assert len(begun) < 10


def test_no_more_is_begun_than_is_asked_for():
    begun = []
    results = Threads(2).map(begun.append, range(1_000))
    next(results)
    results.close()
    assert len(begun) <= 4


def test_workers_that_begin_at_once_begin_later_where_they_are_told_to():
    begun = []

    class AtOnce:
        def map(self, work, items):
            begun.extend(items)
            return map(work, items)

    results = Later(AtOnce()).map(str, [1, 2])
    assert not begun
    assert next(results) == "1"
    assert begun == [1, 2]
    assert list(results) == ["2"]


def test_workers_that_begin_later_begin_once_when_told():
    begun = []

    class AtOnce:
        def map(self, work, items):
            begun.extend(items)
            return map(work, items)

    later = Later(AtOnce())
    first, second = later.map(str, [1, 2]), later.map(str, [3])
    assert list(second) == ["3"]
    later.begin()
    later.begin()
    assert sorted(begun) == [1, 2, 3]
    assert list(first) == ["1", "2"]
    assert sorted(begun) == [1, 2, 3]
