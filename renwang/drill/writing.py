"""What people write on their phones: an invented household's answers, in the words of the place or in the message's digits."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from renwang.loop.rounds.rules import OwnQuestion
from renwang.loop.rounds.rules.statuses import AnswerKind

from .words import SYMPTOM_WORDS
from .world import Home, World

FEVER_FROM = 37.3
IN_BRACKETS = re.compile("（.*?）")
NEEDS = ("food", "medicine", "heating", "repair", "caregiver", "other")
DIGITS = {"health": "2", "travel": "3", "contact": "4", "needs": "5"}


def reply_of(
    world: World, home: Home, answers: Mapping[str, Any], *, own: Mapping[int, OwnQuestion], letter: str
) -> str:
    """Return what a household writes. ``own``: the offices' questions by the number they are answered with."""
    troubles = list(_troubles(world, home, answers))
    if not troubles:
        temperatures = list(_temperatures(home, answers)) if home.stands_on("observation") else []
        said = ["，".join(temperatures)] if temperatures else [_well(world)]
    elif world.chance(world.how.share("messages", "in_digits")):
        said = sorted(_digits(answers))
    else:
        said = ["，".join(troubles)]
    if own and world.chance(world.how.share("messages", "own_too")):
        told = answers.get("own") or {}
        said += [_own(number, question, told.get(question.code)) for number, question in own.items()]
    whole = "，".join(part for part in said if part)
    if letter and not world.chance(world.how.share("messages", "letter_forgotten")):
        return f"{letter}{whole}" if whole[:1].isdigit() else f"{letter}，{whole}"
    return whole


def word(world: World, name: str, **places: object) -> str:
    """Return one of the behaviour's texts, its places filled in."""
    text: str = world.random.choice(world.how.listed("words", name))
    return text.format(**places)


def _well(world: World) -> str:
    return word(world, "well") if world.chance(world.how.share("messages", "in_words")) else "1"


def _troubles(world: World, home: Home, answers: Mapping[str, Any]) -> Iterator[str]:
    names = {str(member.person_id): member.told.name for member in home.members}
    for person, part in (answers.get("members") or {}).items():
        who = names.get(person, "")
        if part.get("temperature", 0) >= FEVER_FROM:
            yield word(world, "fever", who=who, degrees=part["temperature"])
        for symptom in part.get("symptoms") or ():
            yield word(world, "ill", who=who, what=SYMPTOM_WORDS[symptom])
        if part.get("travel"):
            yield word(world, "travel", who=who, town=IN_BRACKETS.sub("", part["travel"]["place"]))
        if part.get("contact") is not None:
            yield word(world, "exposure", who=who)
    needs = answers.get("needs") or {}
    for code in NEEDS:
        if code in needs:
            need = needs[code]
            what = IN_BRACKETS.sub("", need.get("what", ""))
            who = IN_BRACKETS.sub("", need.get("who", ""))
            yield word(world, code, what=what, days=need.get("days_left", 2), who=who)


def _temperatures(home: Home, answers: Mapping[str, Any]) -> Iterator[str]:
    names = {str(member.person_id): member.told.name for member in home.members}
    for person, part in (answers.get("members") or {}).items():
        if part.get("temperature"):
            yield f"{names.get(person, '')}{part['temperature']}度"


def _digits(answers: Mapping[str, Any]) -> set[str]:
    found = {DIGITS["needs"]} if answers.get("needs") else set()
    for part in (answers.get("members") or {}).values():
        if part.get("symptoms") or part.get("temperature", 0) >= FEVER_FROM:
            found.add(DIGITS["health"])
        found |= {DIGITS[name] for name in ("travel", "contact") if part.get(name) is not None}
    return found


def _own(number: int, question: OwnQuestion, value: Any) -> str:
    match question.kind:
        case AnswerKind.YES_NO:
            return "" if value is None else f"{number}{'是' if value else '否'}"
        case AnswerKind.CHOICE:
            return f"{number} {question.choices.index(value) + 1}" if value in question.choices else ""
        case _:
            return "" if value is None else f"{number} {value}"
