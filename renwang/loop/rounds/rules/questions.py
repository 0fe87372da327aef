"""What is asked: four standing blocks and the offices' own questions, as a set that can be joined and compared."""

from collections.abc import Iterable
from dataclasses import dataclass

from .statuses import AnswerKind

BLOCKS = ("travel", "contacts", "health", "needs")


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """One office's own question."""

    code: str
    text: str
    text_en: str = ""
    kind: AnswerKind = AnswerKind.YES_NO
    choices: tuple[str, ...] = ()
    of_each_member: bool = False
    yes_opens: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """All that one contact asks, or one round. Own questions are distinct by code, in the order they were first asked."""

    travel: bool = False
    contacts: bool = False
    health: bool = False
    needs: bool = False
    own: tuple[OwnQuestion, ...] = ()

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(question.code for question in self.own)

    def covers(self, other: "Asked") -> bool:
        """Answer whether whoever was asked this need not be asked the other any more."""
        blocks = all(getattr(self, block) or not getattr(other, block) for block in BLOCKS)
        return blocks and other.codes <= self.codes


def union(all_asked: Iterable[Asked]) -> Asked:
    """Return the questions of several rounds, each once."""
    blocks = dict.fromkeys(BLOCKS, False)
    own: dict[str, OwnQuestion] = {}
    for asked in all_asked:
        for block in BLOCKS:
            blocks[block] = blocks[block] or getattr(asked, block)
        for question in asked.own:
            own.setdefault(question.code, question)
    return Asked(**blocks, own=tuple(own.values()))
