"""The shape of the document's nouns, field by field."""

from __future__ import annotations

from .shape_kit import MAX_NAME, Schema, entity, flag, items, number, option, ref, text, whole

SOME = 1_000
_COUNT = 1_000_000
KINDS = ("shift", "errand_run", "standby", "task", "block")

NAME_EN = text("Name in English; the zh name serves when it is empty.", MAX_NAME)


def vocabulary() -> dict[str, Schema]:
    """The nouns that other nouns point to."""
    return {
        "term": entity(
            "A word of the town's own vocabulary.",
            "id name",
            id=ref("id"),
            name=ref("name"),
            name_en=NAME_EN,
        ),
        "area": entity(
            "A node of the town's tree of areas: village, community, grid, building. At most 30 levels.",
            "id name",
            id=ref("id"),
            name=ref("name"),
            name_en=NAME_EN,
            parent=ref("id_or_none", "The area above this one; none for the top."),
            latitude=number(-90, 90, "Degrees north of its middle (WGS 84); the middle of its posts when left out."),
            longitude=number(-180, 180, "Degrees east of its middle (WGS 84)."),
        ),
        "contract": entity(
            "A named bundle of personal limits. A limit that is left out leaves the rule's own figure in force.",
            "id name",
            id=ref("id"),
            name=ref("name"),
            name_en=NAME_EN,
            max_hours_24h=whole(0, 24, "Hours of duty in any 24 hours.", none=True),
            max_hours_7d=whole(0, 168, "Hours of duty in any 7 days.", none=True),
            max_nights=whole(0, 100, "Nights in the span that the rule max_nights speaks of.", none=True),
            max_duties=whole(0, 1000, "Duties in the window.", none=True),
            share_percent=whole(1, 1000, "Per cent of a full share of load that this person offered.", 100),
        ),
        "shift": entity(
            "One part of a pattern's day, in wall-clock time. It belongs to the date on which it starts.",
            "id name start end",
            id=ref("id"),
            name=ref("name"),
            name_en=NAME_EN,
            start=ref("clock", "Start, HH:MM."),
            end=ref("clock", "End, HH:MM; at or before the start it is on the next day."),
            night=flag("A night shift, for the rules that speak of nights."),
        ),
        "shift_pattern": entity(
            "How a post's day is cut.",
            "id name shifts",
            id=ref("id"),
            name=ref("name"),
            name_en=NAME_EN,
            shifts=items(ref("shift"), 24, "The shifts of one day.", 1),
        ),
        "seat": entity(
            "What a team asks of one position: heads below min are a vacancy, below ideal cost, above max are illegal.",
            "position",
            position=ref("id", "The position served."),
            min=whole(0, SOME, "Fewest heads.", 1),
            ideal=whole(0, SOME, "Wished heads; min when left out."),
            max=whole(0, SOME, "Most heads; ideal when left out."),
            priority=whole(1, 5, "What a missing head weighs: 1 low to 5 high.", 3),
            qualifications=items(ref("id"), 20, "Qualifications that every head must hold on the day."),
            activated=items(
                ref("id"), 1000, "Of standby: people called from here to serve elsewhere; they count as heads of it."
            ),
        ),
        "staffing_template": entity(
            "The seats of one team.",
            "id name seats",
            id=ref("id"),
            name=ref("name"),
            name_en=NAME_EN,
            seats=items(ref("seat"), 50, "One entry a position.", 1),
        ),
        "vehicle": entity(
            "A vehicle for errand runs.",
            "id name",
            id=ref("id"),
            name=ref("name"),
            gearbox=text("Gearbox, such as manual or automatic.", 40),
            type=text("Van, ambulance, boat … in the town's own words.", 40),
            driver_qualifications=items(
                ref("id"), 20, "What its driver must hold, such as the licence for its gearbox (rule vehicle)."
            ),
        ),
    }


def work() -> dict[str, Schema]:
    """Posts, duties and errand runs."""
    seats = items(ref("seat"), 50, "One entry a position.", 1)
    vehicle = ref("id_or_none", "The vehicle that is used.")
    return {
        "staffing": entity(
            "A post is staffed by a template in the shifts of a pattern; it becomes one duty a shift and day.",
            "template pattern",
            template=ref("id", "The staffing template."),
            pattern=ref("id", "The shift pattern."),
            shifts=items(ref("id"), 24, "Only these shifts of the pattern; all when empty."),
            first_day=ref("date_or_none", "First date; from the window's start when left out."),
            last_day=ref("date_or_none", "Last date, inclusive; to the window's end when left out."),
        ),
        "post": entity(
            "A place or thing that is staffed.",
            "id name",
            id=ref("id"),
            name=ref("name"),
            name_en=NAME_EN,
            area=ref("id_or_none", "The area in which it lies."),
            type=text("Checkpoint, gate, venue, desk … in the town's own words.", 40) | {"default": "checkpoint"},
            colour=text("Colour by the town's own legend.", 40),
            latitude=number(-90, 90, "Degrees north (WGS 84)."),
            longitude=number(-180, 180, "Degrees east (WGS 84)."),
            staffing=items(ref("staffing"), 50, "What staffs it when."),
            unit=ref("id_or_none", "The unit that it belongs to (rule inspector_independence)."),
            directions=text("Address and how to get there, shown to those who serve here.", 200),
            bring=text("What to bring, shown to those who serve here.", 200),
        ),
        "duty": entity(
            "One occurrence to be staffed: a half-open interval [start, end) of at most 7 days.",
            "id start end seats",
            id=ref("duty_id"),
            kind=option(KINDS, "What kind of duty.", "shift"),
            post=ref("id_or_none", "The post that is staffed."),
            area=ref("id_or_none", "The area; the post's when left out."),
            start=ref("instant", "Start; it must lie within the window."),
            end=ref("instant", "End."),
            shift=ref("id_or_none", "The shift of the pattern, for the rules that speak of shifts."),
            shift_name=text("The shift's name as people read it.", MAX_NAME),
            night=flag("Counts as a night."),
            name=text("Name, for duties without a post.", MAX_NAME),
            place=text("Where to come."),
            vehicle=vehicle,
            seats=seats,
        ),
        "errand_run": entity(
            "A tour at a fixed time; it becomes a duty of kind errand_run and is solved together with all others.",
            "id start end seats",
            id=ref("duty_id"),
            name=text("Name of the run.", MAX_NAME),
            start=ref("instant", "Start; it must lie within the window."),
            end=ref("instant", "End."),
            place=text("Where to come."),
            area=ref("id_or_none", "The area that is served."),
            vehicle=vehicle,
            seats=seats,
        ),
        "assignment": entity(
            "A person serves a duty in a position.",
            "person duty position",
            person=ref("id"),
            duty=ref("duty_id"),
            position=ref("id"),
            pinned=flag("Must stay as it is."),
        ),
        "assignments": items(ref("assignment"), 400_000, "Who serves where; pinned ones must stay."),
        "absence": entity(
            "Somebody cannot serve in a half-open interval [start, end); read by the command repair.",
            "person start end",
            person=ref("id", "Who."),
            start=ref("instant", "From."),
            end=ref("instant", "To."),
        ),
    }


def persons() -> dict[str, Schema]:
    """A person and what is said about them."""
    return {
        "holding": entity(
            "A qualification held, both ends of its validity inclusive.",
            "id",
            id=ref("id", "The qualification."),
            valid_from=ref("date_or_none", "First valid date; always valid before when left out."),
            valid_until=ref("date_or_none", "Last valid date; never expires when left out."),
        ),
        "availability": entity(
            "What a person said about a half-open interval [start, end). Spans of one person do not overlap.",
            "start end status",
            start=ref("instant", "Start."),
            end=ref("instant", "End."),
            status=option(
                ("unavailable", "avoid", "prefer"),
                "unavailable: does not serve; avoid: serving costs; prefer: likes to serve.",
            ),
        ),
        "past_duty": entity(
            "A duty that started before the window, for rest and series across its border.",
            "start end",
            start=ref("instant", "Start, before the window's first day."),
            end=ref("instant", "End; it may reach into the window."),
            night=flag("Counted as a night."),
            post=ref("id_or_none", "The post served; it need not exist any more."),
            position=ref("id_or_none", "The position served; it need not exist any more."),
            kind=option(KINDS, "What kind of duty it was; unknown when left out."),
            shift=ref("id_or_none", "The shift of its pattern; it need not exist any more. Unknown when left out."),
        ),
        "history": entity(
            "What a person carries in from before the window. Totals include the recent duties.",
            "",
            recent=items(ref("past_duty"), 200, "Single duties of the last weeks."),
            duties=whole(0, _COUNT, "Duties served so far.", 0),
            nights=whole(0, _COUNT, "Nights served so far.", 0),
            weekends=whole(0, _COUNT, "Weekends worked so far.", 0),
            minutes=whole(0, 100 * _COUNT, "Minutes served so far.", 0),
        ),
        "person": entity(
            "Somebody who can be rostered.",
            "id name category",
            id=ref("id"),
            name=ref("name"),
            category=ref("id", "Cadre, volunteer, medic … one of the categories."),
            unit=ref("id_or_none", "The organisation that sends them."),
            area=ref("id_or_none", "Home area."),
            contract=ref("id_or_none", "Personal limits."),
            household=ref("id_or_none", "Equal for members of one household."),
            phone=text("Telephone number; never sent to other volunteers.", 40),
            email=text("E-mail address for messages to this person; never sent to other volunteers.", 200),
            tags=items(ref("id"), 50, "Free labels that a rule's population may name."),
            opt_ins=items(ref("id"), 50, "Own words such as nights-welcome, which lift a rule that is waived_by them."),
            bound_posts=items(ref("id"), SOME, "Posts to which they are bound (rule bound_posts)."),
            bound_areas=items(ref("id"), SOME, "Areas to which they are bound, subtrees included."),
            qualifications=items(ref("holding"), 100, "Qualifications held."),
            availability=items(ref("availability"), SOME, "When they cannot, would rather not, or like to serve."),
            history=ref("history"),
        ),
    }
