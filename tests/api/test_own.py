"""What people ask for and say about themselves by JSON: usual week, hours, calendar feed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.audit import AuditFilter

from ..thorough import examples
from .conftest import EAST, Service

ME = f"{EAST}/people/p00"
NIGHT = {"weekday": 1, "start": "22:00", "end": "06:00", "answer": "unavailable"}
CLOCK = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
ANSWERS = ("avoid", "unavailable")
TIMES = st.lists(
    st.fixed_dictionaries(
        {"weekday": st.integers(0, 6), "start": CLOCK, "end": CLOCK, "answer": st.sampled_from(ANSWERS)}
    ),
    max_size=8,
    unique_by=lambda t: (t["weekday"], t["start"], t["end"]),
)
YEAR = "start=2026-01-01T00:00%2B08:00&end=2026-12-31T00:00%2B08:00"


def test_a_volunteer_says_what_holds_every_week_and_the_organiser_reads_it(service: Service) -> None:
    me = service.volunteer()
    empty = me.get(f"{ME}/usual-week")
    assert (empty.get_json(), empty.headers["ETag"]) == ({"times": []}, '"0"')
    said = me.put(f"{ME}/usual-week", {"times": [NIGHT]}, match=0)
    assert said.status_code == 200, said.get_data(as_text=True)
    assert said.get_json() == {"times": [NIGHT | {"exceptions": []}]}
    assert service.role("organiser").get(f"{ME}/usual-week").get_json() == said.get_json()
    assert me.put(f"{ME}/usual-week", {"times": []}, match=0).status_code == 412
    assert me.put(f"{ME}/usual-week", {"times": []}).status_code == 428
    assert me.get(f"{EAST}/people/p01/usual-week").status_code == 404
    (entry,) = service.store.audit.all(AuditFilter(town="east", noun="usual_week"))
    assert (entry.person, entry.action) == ("p00", "add")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"weekday": 7}, "times[0].weekday"),
        ({"start": "24:00"}, "times[0].start"),
        ({"end": "8:00"}, "times[0].end"),
        ({"end": "０8:00"}, "times[0].end"),
        ({"answer": "yes"}, "times[0].answer"),
        ({"colour": "red"}, "times[0].colour"),
    ],
)
def test_what_cannot_be_a_usual_time_is_named_and_nothing_is_stored(
    service: Service, change: dict[str, Any], path: str
) -> None:
    me = service.volunteer()
    refused = me.put(f"{ME}/usual-week", {"times": [NIGHT | change]}, match=0)
    assert refused.status_code == 422
    assert [f["path"] for f in refused.get_json()["faults"]] == [path]
    assert me.get(f"{ME}/usual-week").get_json() == {"times": []}


def test_the_same_times_twice_are_refused(service: Service) -> None:
    twice = service.volunteer().put(f"{ME}/usual-week", {"times": [NIGHT, NIGHT | {"answer": "avoid"}]}, match=0)
    assert [(f["path"], f["code"]) for f in twice.get_json()["faults"]] == [("times[1]", "said_twice")]


@settings(max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(times=TIMES)
def test_any_usual_week_comes_back_as_it_was_said(service: Service, times: list[dict[str, Any]]) -> None:
    me = service.volunteer()
    revision = me.get(f"{ME}/usual-week").headers["ETag"]
    said = me.put(f"{ME}/usual-week", {"times": times}, match=revision)
    assert said.status_code == 200
    order = sorted(times, key=lambda t: (t["weekday"], t["start"], t["end"]))
    assert [t | {"exceptions": []} for t in order] == said.get_json()["times"]
    assert service.role("organiser").get(f"{EAST}/weeks/2026-03-02/problem").status_code == 200


def test_hours_are_one_s_own_and_of_a_year_at_most(service: Service) -> None:
    me = service.volunteer()
    found = me.get(f"{ME}/hours?{YEAR}")
    assert found.status_code == 200
    assert found.get_json() == {"items": [], "minutes": 0, "duties": 0, "nights": 0}
    assert me.get(f"{EAST}/people/p01/hours?{YEAR}").status_code == 404
    long = me.get(f"{ME}/hours?start=2024-01-01T00:00Z&end=2026-01-01T00:00Z")
    assert [f["path"] for f in long.get_json()["faults"]] == ["query.end"]
    assert me.get(f"{ME}/hours?start=2026-01-02T00:00Z&end=2026-01-01T00:00Z").status_code == 422


def test_a_feed_is_made_shown_once_and_ended(service: Service) -> None:
    me = service.volunteer()
    assert me.get(f"{ME}/feed").get_json() == {"made": False, "created_at": None}
    made = me.post(f"{ME}/feed")
    assert made.status_code == 201
    path = made.get_json()["path"]
    anybody = service.caller()
    assert anybody.get(path).mimetype == "text/calendar"
    assert me.get(f"{ME}/feed").get_json()["made"] is True
    assert me.post(f"{EAST}/people/p01/feed").status_code == 404
    organiser = service.role("organiser")
    assert organiser.delete(f"{ME}/feed").status_code == 204
    assert anybody.get(path).status_code == 410
    assert me.delete(f"{ME}/feed").status_code == 404


def test_a_post_s_feed_is_the_organiser_s_and_stays_in_the_town(service: Service) -> None:
    organiser, other = service.role("organiser"), service.caller("other")
    path = organiser.post(f"{EAST}/posts/bridge/feed").get_json()["path"]
    assert service.caller().get(path).status_code == 200
    assert service.volunteer().post(f"{EAST}/posts/bridge/feed").status_code == 403
    assert service.role("inspector").get(f"{EAST}/posts/bridge/feed").status_code == 403
    assert other.get(f"{EAST}/posts/bridge/feed").status_code == 404
    assert organiser.get(f"{EAST}/posts/bridge/feed").get_json()["made"] is True
    assert organiser.delete(f"{EAST}/posts/bridge/feed").status_code == 204
    assert organiser.delete(f"{EAST}/posts/bridge/feed").status_code == 404
    assert service.caller().get(path).status_code == 410
