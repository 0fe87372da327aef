"""Of whom a reply speaks: names and words of kinship, resolved only where one member fits."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ..answers import SOMEBODY
from .reading import bare

HOUSEHOLD = SOMEBODY
OF_AGE, ELDERLY, PARENTAL = 18, 55, 25
MALE, FEMALE = "1", "2"


@dataclass(frozen=True, slots=True)
class Kin:
    """One member of a household, as far as it takes to know of whom a reply speaks. ``age``: in years, where known."""

    person_id: int
    name: str
    relation: str  # to the head: registry.rules.Relation
    sex: str
    age: int | None = None


Fits = Callable[[Kin], bool]


def _old(sex: str = "") -> Fits:
    def fits(one: Kin) -> bool:
        is_old = (
            one.age >= ELDERLY if one.age is not None else one.relation in ("parent", "parent_in_law", "grandparent")
        )
        return is_old and sex in ("", one.sex)

    return fits


def _parent(sex: str) -> Fits:
    def fits(one: Kin) -> bool:
        is_grown = one.age >= PARENTAL if one.age is not None else one.relation in ("head", "spouse", "parent")
        return is_grown and one.sex == sex and one.relation not in ("sibling", "other")

    return fits


def _child(sex: str = "") -> Fits:
    def fits(one: Kin) -> bool:
        is_child = one.age < OF_AGE if one.age is not None else one.relation in ("son", "daughter", "grandchild")
        return is_child and sex in ("", one.sex)

    return fits


def _related(*relations: str, sex: str = "") -> Fits:
    return lambda one: one.relation in relations and sex in ("", one.sex)


def _either(*all_of: Fits) -> Fits:
    return lambda one: any(fits(one) for fits in all_of)


# The longest word first: 儿媳 is not 儿, 老爷子 is not 爷.
_WORDS: tuple[tuple[str, Fits], ...] = (
    ("老爷子|爷爷|姥爷|外公|爷|老头子|老头|grandpa|grandfather", _old(MALE)),
    ("老太太|老奶奶|奶奶|姥姥|外婆|老婆婆|婆婆|奶|grandma|grandmother", _old(FEMALE)),
    ("家里老人|老人家|老人", _old()),
    ("儿媳妇|儿媳", _related("child_in_law", sex=FEMALE)),
    ("女婿", _related("child_in_law", sex=MALE)),
    ("老婆|妻子|my wife|wife", _related("spouse", "head", sex=FEMALE)),
    ("老公|丈夫|my husband|husband", _related("spouse", "head", sex=MALE)),
    ("孙子", _related("grandchild", sex=MALE)),
    ("孙女", _related("grandchild", sex=FEMALE)),
    ("外孙", _related("grandchild")),
    ("儿子|my son|son", _either(_related("son"), _child(MALE))),
    ("女儿|闺女|丫头|daughter", _either(_related("daughter"), _child(FEMALE))),
    ("小孩子|小孩|孩子|娃娃|娃|宝宝|小朋友|baby|child|kid", _child()),
    ("爸爸|父亲|老爸|爸|爹|father|dad", _parent(MALE)),
    ("妈妈|母亲|老妈|妈|娘|mother|mum|mom", _parent(FEMALE)),
    ("公公|岳父", _either(_related("parent_in_law", sex=MALE), _old(MALE))),
    ("岳母", _either(_related("parent_in_law", sex=FEMALE), _old(FEMALE))),
    ("户主", _related("head")),
    ("哥哥|弟弟|哥|弟|brother", _related("sibling", sex=MALE)),
    ("姐姐|妹妹|姐|妹|sister", _related("sibling", sex=FEMALE)),
    ("媳妇|老伴|爱人|对象", lambda _one: False),  # of whoever writes, and that is not known: somebody of the household
)
KIN = re.compile("|".join(f"(?P<k{place}>{words})" for place, (words, _fits) in enumerate(_WORDS)))
OUTSIDERS = re.compile("邻居|隔壁|对门|朋友|同事|亲戚|同村|村里|村上|街坊|人家|别人|老乡|楼上|楼下|neighbou?r|friend")


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a clause names. ``ids``: members; ``is_vague``: a word that fits no member, or more than one."""

    ids: tuple[int, ...]
    is_vague: bool
    rest: str  # the clause without those words


def named_in(clause: str, members: Sequence[Kin], *, speaker: int | None) -> Named:
    """Return whom a clause names: by name, by a word of kinship that fits one member alone, or by "I" where the phone is theirs."""
    if not clause:
        return Named((), is_vague=False, rest="")
    ids: list[int] = []
    is_vague = False
    for one in members:
        for spelling in _spellings(one.name, members):
            if spelling in clause:
                ids.append(one.person_id)
                clause = clause.replace(spelling, " ")
                break
    for found in list(KIN.finditer(clause)):
        fits = _WORDS[int((found.lastgroup or "k0")[1:])][1]
        fitting = [one.person_id for one in members if fits(one)]
        if len(fitting) == 1:
            ids += [fitting[0]] if fitting[0] not in ids else []
        else:
            is_vague = True
    clause = KIN.sub(" ", clause)
    if re.search("我(?!们|家)|本人|自己|俺(?!家)", clause):
        if speaker is not None and not ids:
            ids.append(speaker)
        clause = re.sub("我(?!们|家)|本人|自己|俺(?!家)", " ", clause)
    return Named(tuple(ids), is_vague, clause)


def _spellings(name: str, members: Iterable[Kin]) -> list[str]:
    """Return how a member may be written: the whole name, or the given name where only they bear it."""
    whole = bare(name)
    given = whole[1:]
    alone = len(given) == 2 and sum(bare(one.name).endswith(given) for one in members) == 1
    return [whole, given] if alone else [whole] if len(whole) > 1 else []


def key_of(named: Named, members: Sequence[Kin]) -> tuple[str, ...]:
    """Return under which keys of the answers something told is kept."""
    if named.ids and not named.is_vague:
        return tuple(str(person) for person in named.ids)
    if len(members) == 1:
        return (str(members[0].person_id),)
    return (*(str(person) for person in named.ids), HOUSEHOLD) if named.is_vague else (HOUSEHOLD,)
