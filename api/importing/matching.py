"""Which stored person a row means: by id, else by number, else by a name that one alone has; doubts are asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from .plan import Plan, Question
from .sentences import text_of
from .town import Body, Town
from .values import key, phone_key

NEW, SKIP = "new", "skip"


@dataclass(frozen=True, slots=True)
class Who:
    """What a row says of a person."""

    id: str = ""
    name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """The stored person, or nobody; `settled` says whether anything is left to ask."""

    person: Body | None = None
    settled: bool = True
    skip: bool = False


@dataclass
class People:
    """A town's people by what identifies them, and the maker's answers by row."""

    town: Town
    answers: dict[int, str] = field(default_factory=dict)
    by_id: dict[str, Body] = field(init=False, default_factory=dict)
    _by_phone: dict[str, list[Body]] = field(init=False, default_factory=dict)
    _by_name: dict[str, list[Body]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for body in self.town.things["people"]:
            self.by_id[body["id"]] = body
            self._by_name.setdefault(key(body["name"]), []).append(body)
            if body.get("phone"):
                self._by_phone.setdefault(phone_key(body["phone"]), []).append(body)

    def names(self) -> set[str]:
        """As they are stored."""
        return {body["name"] for body in self.by_id.values()}

    def find(self, row: int, who: Who, plan: Plan, *, may_be_new: bool = True) -> Match:
        """Asks in `plan` when it is doubtful, unless the maker has answered."""
        person, question = self._found(row, who)
        if question is None:
            return Match(person)
        answer = self.answers.get(row, "")
        if answer not in {*question.candidates, SKIP, *([NEW] if may_be_new else [])}:
            answer = ""
        plan.ask(Question(row, question.name, question.code, question.text, question.candidates, answer, may_be_new))
        if not answer:
            return Match(settled=False)
        return Match(self.by_id.get(answer) if answer != NEW else None, skip=answer == SKIP)

    def _found(self, row: int, who: Who) -> tuple[Body | None, Question | None]:
        named = self._by_name.get(key(who.name), []) if who.name else []
        if who.id and who.id in self.by_id:
            held = self.by_id[who.id]
            if not who.name or held in named:
                return held, None
            return None, _question(row, who, "same_id_other_name", [held], id=who.id, held=held["name"])
        called = self._by_phone.get(phone_key(who.phone), []) if who.phone else []
        both = [body for body in called if not who.name or body in named]
        if len(both) == 1:
            return both[0], None
        if called and not both:
            held, phone = called[0], _masked(who.phone)
            return None, _question(row, who, "same_phone_other_name", called, phone=phone, held=held["name"])
        if both or len(named) > 1:
            return None, _question(row, who, "namesakes", both or named, count=len(both or named))
        if not named:
            return None, None
        if who.id:
            return None, _question(row, who, "same_name_other_id", named, id=who.id)
        if who.phone and named[0].get("phone"):
            return None, _question(row, who, "same_name_other_phone", named)
        return named[0], None


def _question(row: int, who: Who, code: str, people: list[Body], **figures: object) -> Question:
    name = who.name or who.id or _masked(who.phone)
    ids = tuple(body["id"] for body in people[:10])
    return Question(row, name, code, text_of(code, **({"name": name} | figures)), ids)


def _masked(phone: str) -> str:
    digits = phone_key(phone)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 11 else "****"
