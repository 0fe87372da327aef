"""The message a household gets: one, with the questions of all offices. Short, plain, and answerable with one digit."""

from collections.abc import Sequence
from dataclasses import dataclass

from .questions import Asked, OwnQuestion
from .replies import own_by_number, surname_of
from .statuses import AnswerKind

LETTERS = {"zh": "甲乙丙丁戊己庚辛", "en": "ABCDEFGH"}
_ZH = {
    "hello": "【{sender}】{family}好，请回一个数字：",
    "shared": "【{sender}】{letter}：{family}好，请先写“{letter}”再回数字，如“{letter}1”：",
    "well": "1都平安",
    "health": "2有人发热不适",
    "travel": "3有人外地回来",
    "contacts": "4接触过病人",
    "needs": "5缺粮缺药等",
    "call": "0要回电",
    "words": "。也可直接写，如“奶奶38.2度，药没了”。",
    "plain": "。也可直接写。",
    "own": "另请答：",
    "link": "网上填：",
    "stop": "不愿收回TD",
    "stop_sign": "；",
}
_EN = {
    "hello": "[{sender}] {family}, please answer with a number: ",
    "shared": "[{sender}] {letter}: {family}, please write {letter} first, then a number ({letter}1): ",
    "well": "1 all well",
    "health": "2 fever/ill",
    "travel": "3 came from away",
    "contacts": "4 met someone ill",
    "needs": "5 need food/medicine",
    "call": "0 call me",
    "words": ". Or in words: grandma 38.2, no medicine. ",
    "plain": ". Or in words. ",
    "own": "Also: ",
    "link": "Online: ",
    "stop": "STOP to end",
    "stop_sign": "; ",
}


@dataclass(frozen=True, slots=True)
class Letter:
    """What one message needs to be written. ``name``: of the household's head; ``letter``: where families share a phone."""

    sender: str
    name: str
    asked: Asked
    link: str = ""
    letter: str = ""
    language: str = "zh"


def compose(letter: Letter) -> str:
    """Return the message: the family by its surname alone, because others see the phone."""
    words = _EN if letter.language == "en" else _ZH
    surname = letter.name.split()[0] if letter.name.isascii() and letter.name.strip() else surname_of(letter.name)
    family = f"{surname} family" if letter.language == "en" else f"{surname}家"
    head = words["shared" if letter.letter else "hello"].format(
        sender=letter.sender, family=family, letter=letter.letter
    )
    blocks = [name for name in ("health", "travel", "contacts", "needs") if getattr(letter.asked, name)]
    listed = [words[name] for name in ("well", *blocks, "call")]
    text = head + words["stop_sign"].join(listed)
    text += words["words" if letter.asked.health and letter.asked.needs else "plain"]
    own = own_by_number(letter.asked)
    if own:
        asked = [_asked(number, question, letter.language) for number, question in own.items()]
        text += words["own"] + words["stop_sign"].join(asked) + ("。" if letter.language == "zh" else ". ")
    text += words["stop"]
    return f"{text} {words['link']}{letter.link}" if letter.link else text


def _asked(number: int, question: OwnQuestion, language: str) -> str:
    text = question.text_en if language == "en" and question.text_en else question.text
    is_english = language == "en"
    match question.kind:
        case AnswerKind.YES_NO:
            how = f"{number}yes/{number}no" if is_english else f"{number}是/{number}否"
        case AnswerKind.NUMBER:
            how = f"{number}: number" if is_english else f"{number}:数"
        case AnswerKind.CHOICE:
            how = " ".join(f"{place}{choice}" for place, choice in enumerate(question.choices, start=1))
            how = f"{number} 1…: {how}" if is_english else f"{number} 1…：{how}"
        case _:
            how = f"{number} …"
    return f"{number}.{text}（{how}）" if not is_english else f"{number}. {text} ({how})"


def letters_for(count: int, language: str = "zh") -> Sequence[str]:
    """Return the letters of families that share a phone; none for a family alone."""
    row = LETTERS[language]
    return [row[place % len(row)] for place in range(count)] if count > 1 else [""] * count
