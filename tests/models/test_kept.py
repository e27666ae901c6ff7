"""What a process keeps has a bound, and is made once."""

from __future__ import annotations

from threading import Barrier, Lock, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kept import Kept

STEPS = st.lists(st.tuples(st.integers(0, 9), st.one_of(st.none(), st.integers(0, 40))), max_size=80)
"""A key that is looked for, or kept with such a weight."""


@given(steps=STEPS, most=st.integers(0, 60))
def test_no_more_is_kept_than_the_bound_and_what_was_asked_for_last_stays(
    steps: list[tuple[int, int | None]], most: int
) -> None:
    kept: Kept[int, int] = Kept(lambda weight: weight, most)
    lately: list[tuple[int, int]] = []
    for key, weight in steps:
        before = dict(lately)
        if weight is None:
            assert kept.find(key) == before.get(key)
        else:
            assert kept.keep(key, weight) == weight
            before[key] = weight
        if key in before:
            lately = [one for one in lately if one[0] != key] + [(key, before[key])]
        while sum(weight for _, weight in lately) > most and len(lately) > 1:
            lately.pop(0)
        assert (len(kept), kept.weight) == (len(lately), sum(weight for _, weight in lately))
        assert kept.weight <= most or len(kept) == 1
    assert {key: kept.find(key) for key in range(10)} == {key: dict(lately).get(key) for key in range(10)}


def test_threads_that_ask_at_once_make_it_once_and_one_at_a_time() -> None:
    kept: Kept[str, object] = Kept(lambda _: 1, 10)
    start, counting, made, found = Barrier(32), Lock(), list[str](), list[tuple[str, object]]()

    def ask(key: str) -> None:
        def make() -> object:
            with counting:
                made.append(key)
            return object()

        start.wait()
        got = kept.get(key, make)
        with counting:
            found.append((key, got))

    threads = [Thread(target=ask, args=("ab"[n % 2],)) for n in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == ["a", "b"]
    assert len(found) == 32
    assert len({(key, id(one)) for key, one in found}) == 2
    assert not kept._turns


def test_what_could_not_be_made_is_tried_again_and_leaves_nothing_behind() -> None:
    kept: Kept[str, int] = Kept(lambda _: 1, 10)

    def fail() -> int:
        raise ValueError

    for _ in range(3):
        with pytest.raises(ValueError):
            kept.get("a", fail)
    assert (len(kept), kept.weight, kept._turns) == (0, 0, {})
    assert kept.get("a", lambda: 5) == 5
