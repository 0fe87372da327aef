"""Answers to the offices' own questions, by their numbers."""

import re
from collections.abc import Mapping

from ..questions import Asked, OwnQuestion
from ..statuses import AnswerKind
from .heard import Heard
from .reading import normal

FIRST_OWN, MOST_OWN = 6, 4  # own questions are numbered 6 to 9; what is left over is asked through the link


def own_by_number(asked: Asked) -> dict[int, OwnQuestion]:
    """Return the own questions that a message can ask, by the number they are answered with."""
    of_household = [question for question in asked.own if not question.of_each_member]
    return dict(enumerate(of_household[:MOST_OWN], start=FIRST_OWN))


_YES = re.compile("(?:是|有|要|对|能|可以|会|愿意|yes|y)(?:的)?")
_NO = re.compile("(?:不是|没有|没|不要|不能|不会|不愿意|不|否|无|no)(?:的)?")


def take_own(plain: str, own: Mapping[int, OwnQuestion], heard: Heard) -> str:
    """Take the answers to own questions by their numbers out of a reply; return the rest."""
    for number, question in own.items():
        head = rf"(?<![\d.]){number}(?!\d)\s*[.、:)=]?\s*"
        match question.kind:
            case AnswerKind.YES_NO:
                for words, value in ((_NO, False), (_YES, True)):
                    found = re.search(rf"{head}{words.pattern}(?=$|[\s,.;。、]|\d)", plain)
                    if found and question.code not in heard.own:
                        heard.own[question.code] = value
                        plain = plain[: found.start()] + "," + plain[found.end() :]
            case AnswerKind.NUMBER:
                found = re.search(
                    rf"{head}(?:[=:]|是|有)?\s*(?<!\d{number})(\d+(?:\.\d+)?)(?:个|人|口|名|岁|亩|头|只|元|斤)?(?=$|[\s,.;。、])",
                    plain,
                )
                if found and not re.match(rf"{number}\.\d", found[0]):
                    told = float(found[1])
                    heard.own[question.code] = int(told) if told.is_integer() else told
                    plain = plain[: found.start()] + "," + plain[found.end() :]
            case AnswerKind.CHOICE:
                plain = _choice(plain, head, question, heard)
            case _:
                found = re.search(rf"{head}([^,;。\n]{{1,200}})", plain)
                if found:
                    heard.own[question.code] = found[1].strip()
                    plain = plain[: found.start()] + "," + plain[found.end() :]
    return plain


def _choice(plain: str, head: str, question: OwnQuestion, heard: Heard) -> str:
    for place, choice in enumerate(question.choices, start=1):
        found = re.search(rf"{head}(?:{re.escape(normal(choice))}|{place})(?=$|[\s,.;。、])", plain)
        if found:
            heard.own[question.code] = choice
            return plain[: found.start()] + "," + plain[found.end() :]
    return plain
