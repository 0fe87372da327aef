"""What an invented household says when it is asked, in the shape in which everybody's answers are kept."""

from datetime import date, timedelta
from typing import Any

from renwang.loop.rounds.rules import SYMPTOMS, Asked, OwnQuestion
from renwang.loop.rounds.rules.statuses import AnswerKind

from . import words
from .world import Home, Member, World

MILD = tuple(code for code in SYMPTOMS if code in ("cough", "sore_throat", "tired", "diarrhoea"))
# The poor run short sooner; who has enough asks for less than the average.
POOR, NOT_POOR = 1.8, 0.7


def answers_of(world: World, home: Home, asked: Asked, day: date, slot: int) -> dict[str, Any]:
    """Return what a household tells on a day: what its story says, or what chance brings. Asked again, it tells the same."""
    key = home.household_id, day, slot
    written = world.script.get(key)
    if key not in world.told:
        world.told[key] = dict(written) if written is not None else _by_chance(world, home, asked, day)
    told = world.told[key]
    own = told.setdefault("own", {}) if asked.own else {}
    for question in asked.own:
        if question.code not in own and (value := _own(world, home, question)) is not None:
            own[question.code] = value
    return told


def says_something(answers: dict[str, Any]) -> bool:
    """Answer whether more was told than that all is well."""
    return not answers.get("all_well") or any(value is True for value in (answers.get("own") or {}).values())


def _by_chance(world: World, home: Home, asked: Asked, day: date) -> dict[str, Any]:
    members: dict[str, dict[str, Any]] = {}
    if asked.health:
        _health(world, home, members)
    if asked.travel:
        _travel(world, home, members, day)
    if asked.contacts and _happens(world, "exposure"):
        members.setdefault(_anyone(world, home), {})["contact"] = {
            "with": world.random.choice(words.MET),
            "on": (day - timedelta(days=world.random.randint(1, 4))).isoformat(),
        }
    needs = _needs(world, home, day) if asked.needs else {}
    is_well = not needs and not any(part.get("symptoms") or part.get("contact") for part in members.values())
    has_fever = any(part.get("temperature", 0) >= 37.3 for part in members.values())
    told: dict[str, Any] = {"all_well": is_well and not has_fever}
    if members:
        told["members"] = members
    if needs:
        told["needs"] = needs
    return told


def _happens(world: World, name: str, weight: float = 1.0) -> bool:
    return world.chance(weight * world.how.share("findings", name))


def _anyone(world: World, home: Home) -> str:
    return str(world.random.choice(home.members).person_id)


def _health(world: World, home: Home, members: dict[str, dict[str, Any]]) -> None:
    if home.stands_on("observation"):
        for member in home.members:
            members[str(member.person_id)] = {"temperature": _well(world)}
    elif _happens(world, "measured"):
        members[_anyone(world, home)] = {"temperature": _well(world)}
    if _happens(world, "fever"):
        members.setdefault(_anyone(world, home), {})["temperature"] = round(world.random.uniform(37.4, 38.9), 1)
    if _happens(world, "symptoms"):
        count = world.random.randint(1, 2)
        members.setdefault(_anyone(world, home), {})["symptoms"] = sorted(world.random.sample(MILD, count))


def _well(world: World) -> float:
    return round(world.random.triangular(36.0, 37.1, 36.5), 1)


def _travel(world: World, home: Home, members: dict[str, dict[str, Any]], day: date) -> None:
    grown = [member for member in home.members if 18 <= member.age < 65]
    if not grown:
        return
    is_risk = _happens(world, "risk_travel")
    if not is_risk and not _happens(world, "travel"):
        return
    traveller: Member = world.random.choice(grown)
    towns = sorted(words.RISK_TOWNS) if is_risk else [town for town in words.TOWNS if town not in words.RISK_TOWNS]
    members.setdefault(str(traveller.person_id), {})["travel"] = {
        "place": world.random.choice(towns),
        "returned_on": (day - timedelta(days=world.random.randint(0, 6))).isoformat(),
        "vehicle": world.random.choice(("train", "bus", "car", "truck")),
    }


def _needs(world: World, home: Home, day: date) -> dict[str, dict[str, Any]]:
    weight = POOR if home.stands_on("poor_household") else NOT_POOR
    random = world.random
    needs: dict[str, dict[str, Any]] = {}
    if _happens(world, "needs_food", weight):
        has_infant = any(member.age <= 2 for member in home.members)
        what = "婴儿奶粉" if has_infant else "、".join(random.sample(words.FOODS, random.randint(1, 2)))
        needs["food"] = {"what": what, "days_left": random.randint(0, 4), "for_infant": has_infant}
    if _happens(world, "needs_medicine", 2.5 if home.stands_on("chronic_illness") else 0.6):
        needs["medicine"] = {
            "what": random.choice(words.MEDICINES),
            "days_left": random.randint(1, 6),
            "is_chronic": home.stands_on("chronic_illness"),
        }
    if _happens(world, "needs_heating", weight):
        needs["heating"] = {"what": random.choice(words.HEATING), "days_left": random.randint(0, 3)}
    if _happens(world, "needs_repair", weight):
        needs["repair"] = {"what": random.choice(words.REPAIRS)}
    weak = [member for member in home.members if member.age >= 78 or member.age <= 8]
    if weak and _happens(world, "caregiver_absent", weight):
        who = random.choice(weak)
        needs["caregiver"] = {
            "who": f"{who.told.name}（{who.age}岁）",
            "until": (day + timedelta(days=random.randint(2, 9))).isoformat(),
            "what": random.choice(words.CARE),
        }
    if _happens(world, "needs_other", weight):
        needs["other"] = {"words": random.choice(words.OTHERS)}
    return needs


def _own(world: World, home: Home, question: OwnQuestion) -> Any:
    """Answer an office's own question: seldom yes where a yes calls for somebody."""
    if question.of_each_member:
        return {str(member.person_id): _value(world, question) for member in home.members}
    return _value(world, question)


def _value(world: World, question: OwnQuestion) -> Any:
    match question.kind:
        case AnswerKind.YES_NO:
            return world.chance(0.02 if question.yes_opens else 0.8)
        case AnswerKind.CHOICE:
            return world.random.choice(question.choices)
        case AnswerKind.NUMBER:
            return world.random.randint(0, 3)
        case _:
            return "无"
