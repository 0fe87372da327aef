"""One clause of a reply: what it says is taken out of it; what is left over decides whether it was understood."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..questions import Asked
from . import words as w
from .heard import Heard
from .people import KIN, OUTSIDERS, Kin, Named, key_of, named_in
from .reading import normal, number_of
from .times import WHEN, day_told

_DEGREES = re.compile(
    r"(?<![\d.])(\d{2}(?:\.\d{1,2})?) ?(度)?(?![\d天个人口号月日岁斤周元块年分:]|\.\d|[ ]?[天个岁斤元])"
)
_OPTIONS = re.compile(r"^[0-5](?:[ 、和及+/&.]+[0-5])*[.、 ]*$")
_OPTION = re.compile(r"^([0-5])(?! ?[天个人口号月日岁斤周袋瓶盒点时片名位])(?:[.、:)\]]+ ?| |(?=[^\d.]))")
_SOMEBODY = re.compile(f"{KIN.pattern}|我(?!们|家)")
_ILL = re.compile("|".join([w.FEVER, *w.SYMPTOMS.values()]))


def pieces_of(clause: str, members: Sequence[Kin]) -> list[str]:
    """Cut a clause where it goes on to speak of somebody else: "爷爷36.8奶奶37.5"."""
    if _OPTIONS.match(clause):
        return [clause]  # nothing but digits, as most replies are
    cuts, last = [0], 0
    for start in _speaks_of(clause, [normal(one.name) for one in members if len(one.name) > 1]):
        before = clause[last:start]
        is_told = (_ILL.search(before) or _DEGREES.search(before)) and not re.search("[和跟与同及、]$", before.strip())
        if is_told and not re.search(w.NEG + "$", before):
            cuts.append(start)
            last = start
    return [clause[start:end].strip() for start, end in zip(cuts, [*cuts[1:], len(clause)], strict=True)]


def _speaks_of(clause: str, names: Sequence[str]) -> Iterator[int]:
    """Yield where a clause begins to speak of somebody. Names are looked for as they are: a pattern of each household's own names
    would be compiled for every reply, and that costs more than all the rest of reading it."""
    at = 0
    while at <= len(clause):
        word = _SOMEBODY.search(clause, at)
        found = [(place, -len(name)) for name in names if (place := clause.find(name, at)) >= 0]
        if word is not None and (not found or word.start() <= min(found)[0]):
            start, end = word.span()
        elif found:
            start, length = min(found)
            end = start - length
        else:
            return
        yield start
        at = end


@dataclass(slots=True)
class Clause:
    text: str
    heard: Heard
    asked: Asked
    members: Sequence[Kin]
    speaker: int | None
    today: date
    option: str = ""
    found_something: bool = False

    def hear(self) -> None:
        """Take out of a clause what it says; what is left over decides whether it was understood."""
        text = re.sub(r"^(?:我选|选择|选|回复|回|答复|答)[: ]?(?=\d)", "", self.text)
        if _OPTIONS.match(text):
            for digit in re.findall("[0-5]", text):
                self._take_option(digit, alone=True)
            return
        if found := _OPTION.match(text):
            self.option, text = found[1], text[found.end() :]
        problems = self._problems()
        is_doubtful = bool(w.DOUBT.search(text) or w.DOUBLE_NO.search(text)) and "怎么办" not in text
        named = named_in(text, self.members, speaker=self.speaker)
        if (is_doubtful or OUTSIDERS.search(text)) and not self._is_sure(text, named):
            self.heard.unclear("doubt" if is_doubtful else "outsiders")
            if self.option:
                self._take_option(self.option, alone=not self.found_something)
            return
        rest = self._take_words(text)
        rest = self._take_outside(rest, named)
        rest = self._take_needs(rest)
        rest = self._take_health(rest, named)
        if self.option:
            self._take_option(self.option, alone=self._problems() == problems, named=named, rest=rest)
        self._leave(rest, has_problem=self._problems() != problems, named=named)

    def _problems(self) -> tuple[int, int]:
        return (
            sum(len(str(part)) for part in self.heard.members.values()),
            sum(len(str(part)) for part in self.heard.needs.values()) + len(self.heard.needs),
        )

    def _is_sure(self, text: str, named: Named) -> bool:
        """A member with a measured fever is no doubt; to have met somebody of elsewhere is what was asked."""
        is_met = re.search(w.CONTACT, text) is not None and not w.DOUBT.search(text)
        has_fever = any(37.3 <= float(one[1]) <= 43 for one in _DEGREES.finditer(text))
        return is_met or (has_fever and not OUTSIDERS.search(text)) or bool(has_fever and named.ids)

    def _take_words(self, rest: str) -> str:
        for pattern, name in ((w.WRONG_NUMBER, "is_wrong"), (w.REFUSES, "is_refused"), (w.CALLS_BACK, "calls_back")):
            if pattern.search(rest):
                setattr(self.heard, name, True)
                self.found_something = True
                rest = pattern.sub(" ", rest)
        if w.ASKS_WHO.search(rest):
            self.heard.unclear("asks_who")
            self.found_something = True
            rest = w.ASKS_WHO.sub(" ", rest)
        return rest

    def _deny(self, pattern: re.Pattern[str], block: str, rest: str) -> str:
        found = pattern.search(rest)
        while found is not None and found[0].strip():
            self.heard.denied.add(block)
            self.found_something = True
            rest = f"{rest[: found.start()]} {rest[found.end() :]}"
            found = pattern.search(rest)
        return rest

    def _take_outside(self, rest: str, named: Named) -> str:
        rest = self._deny(w.DENIES_CONTACT, "contacts", rest)
        if found := w.CONTACT.search(rest):
            if re.search(w.NEG + "$", rest[: found.start()].strip()):
                self.heard.unclear("doubt")
                return " "
            on = day_told(rest, self.today)
            # All that stands there is about the one who was met, kin words too: of whom it speaks is only who stands before.
            who = named_in(rest[: found.start()], self.members, speaker=self.speaker)
            told: dict[str, Any] = {"with": WHEN.sub("", rest).strip()[:80] or "?"}
            if on is not None:
                told["on"] = on.isoformat()
            for part in self.heard.of(key_of(who, self.members)):
                part["contact"] = told
            self.found_something = True
            return " "
        rest = self._deny(w.DENIES_TRAVEL, "travel", rest)
        return self._take_travel(rest, named)

    def _take_travel(self, rest: str, named: Named) -> str:
        clean = WHEN.sub(" ", named_in(rest, self.members, speaker=self.speaker).rest)
        clean = re.sub("刚刚|刚才|已经|我们|我家|家里|有人|全家|都|才|刚(?!从)", "", clean)
        for pattern in w.TRAVEL:
            found = pattern.search(clean.replace(" ", "") if pattern is not w.TRAVEL[3] else clean)
            if found is None:
                continue
            place = next((value for value in found.groupdict().values() if value), "").strip("的那边")
            if (
                len(place) < 2
                or re.search("[没不吗人家要电]", place)
                or re.search(w.NEG + "$", clean[: found.start()].strip())
            ):
                self.heard.unclear("unclear")
                return " "
            travel = {"place": place[:80]}
            on = day_told(rest, self.today)
            if on is not None:
                travel["returned_on"] = on.isoformat()
            for code, names in w.VEHICLES.items():
                if re.search(names, rest):
                    travel["vehicle"] = code
                    break
            for part in self.heard.of(key_of(named, self.members)):
                part["travel"] = travel
            self.found_something = True
            return " "
        return rest

    def _need(self, code: str, what: str, **more: Any) -> None:
        part = self.heard.needs.setdefault(code, {})
        name = "words" if code == "other" else "what"
        before = part.get(name, "")
        if what and what not in before:
            part[name] = f"{before}、{what}"[:300] if before else what[:300]
        part.update({key: value for key, value in more.items() if value not in (None, False) and code != "other"})
        self.heard.last_need = code
        self.found_something = True

    def _goods(self, found: str, days: int | None = None) -> None:
        for code, names in w.GOODS.items():
            if parts := list(dict.fromkeys(one[0] for one in re.finditer(names, found))):
                more: dict[str, Any] = {"days_left": days}
                if code == "medicine":
                    more["is_chronic"] = bool(w.CHRONIC.search(found))
                if code == "food":
                    more["for_infant"] = bool(w.INFANT.search(found))
                self._need(code, "、".join(parts), **more)
            found = re.sub(names, " ", found)

    def _take_needs(self, rest: str) -> str:
        if found := w.LASTS.search(rest):
            rest = self._take_lasting(rest, found)
        rest = self._deny(w.DENIES_NEEDS, "needs", rest)
        for pattern in w.LACKS:
            while found := pattern.search(rest):
                if re.search("(?:不|没有?人|未)$", rest[: found.start()].strip()):
                    self.heard.unclear("doubt")
                    return " "
                self._goods(found["goods"])
                rest = f"{rest[: found.start()]} {rest[found.end() :]}"
        for pattern, code in (
            (w.CAREGIVER, "caregiver"),
            (w.REPAIR, "repair"),
            (w.COLD, "heating"),
            (w.OTHER_NEEDS, "other"),
        ):
            if found := pattern.search(rest):
                if re.search(w.NEG + "$", rest[: found.start()].strip()):
                    self.heard.unclear("doubt")
                    return " "
                self._need(code, self.text[:100])
                rest = f"{rest[: found.start()]} {rest[found.end() :]}"
        found = w.NAMELESS_NEED.search(rest)
        if found and not re.search(w.NEG + "$", rest[: found.start()].strip()) and not _ILL.search(found[0]):
            self._need("other", found[0].strip())
            rest = f"{rest[: found.start()]} {rest[found.end() :]}"
        return rest

    def _take_lasting(self, rest: str, found: re.Match[str]) -> str:
        count = 0 if found["days"] == "半" else number_of(found["days"])
        unit = found["unit"]
        factor = 7 if unit in ("周", "星期", "礼拜", "week", "weeks") else 30 if unit == "月" else 1
        days = 15 if found["days"] == "半" and unit == "月" else (count or 0) * factor
        goods = found["goods"] or ""
        is_short = bool(found["only"] or found["only2"]) or days <= 7
        if not goods and not self.heard.last_need:
            return rest
        if not is_short:
            self.heard.denied.add("needs")
            self.found_something = True
        elif goods:
            self._goods(goods, min(days, 365))
        elif self.heard.last_need in ("food", "medicine", "heating"):
            self.heard.needs[self.heard.last_need]["days_left"] = min(days, 365)
            self.found_something = True
        return f"{rest[: found.start()]} {rest[found.end() :]}"

    def _take_health(self, rest: str, named: Named) -> str:
        if w.RECOVERED.search(rest):
            self.heard.unclear("recovered")
            rest = w.RECOVERED.sub(" ", rest)
        if w.EXPECT.search(rest):
            self.heard.denied.add("health")
            self.found_something = True
            rest = w.EXPECT.sub(" ", rest)
        keys = key_of(named, self.members) if named.ids or named.is_vague or not self.heard.about else self.heard.about
        symptoms: list[str] = []
        # 没力气 begins with a no and is none.
        symptoms += ["other" if one[0] == "没胃口" else "tired" for one in w.SYMPTOM_BEFORE_NEG.finditer(rest)]
        rest = w.SYMPTOM_BEFORE_NEG.sub(" ", rest)
        was_denied = "health" in self.heard.denied
        rest = self._deny(w.DENIED_AFTER, "health", self._deny(w.DENIES_HEALTH, "health", rest))
        degrees, rest = self._degrees(rest)
        told: list[str] = []
        for code, names in (("fever", w.FEVER), *w.SYMPTOMS.items()):
            if found := re.search(names, rest):
                if re.search(w.NEG + "(?:过|了|再|又)?$", rest[: found.start()].strip()):
                    self.heard.unclear("doubt")
                    return " "
                told.append(code)
                rest = re.sub(names, " ", rest)
        bare = re.sub(r"[\s、和及或]+", "", w.FILLER.sub("", rest))
        if (
            told
            and was_denied
            and not degrees
            and not bare
            and not (named.ids or named.is_vague)
            and not re.search("有|但|就|还|很|是", self.text)
        ):
            # "没有发烧，咳嗽": whether the no holds for the second too, only they know.
            self.heard.unclear("doubt")
            return " "
        symptoms += told
        if not symptoms and not degrees:
            return rest
        self.found_something = True
        for part in self.heard.of(keys):
            if degrees:
                part["temperature"] = max([*degrees, part.get("temperature", 0)])
            if symptoms:
                part["symptoms"] = list(dict.fromkeys([*part.get("symptoms", []), *symptoms]))
        return rest

    def _degrees(self, rest: str) -> tuple[list[float], str]:
        degrees = []
        for found in list(_DEGREES.finditer(rest)):
            value = float(found[1])
            if 34 <= value <= 43:
                degrees.append(round(value, 1))
                rest = rest.replace(found[0], " ", 1)
        return degrees, rest

    def _take_option(self, digit: str, *, alone: bool, named: Named | None = None, rest: str = "") -> None:
        heard = self.heard
        keys = (
            key_of(named, self.members)
            if named is not None
            else key_of(named_in("", self.members, speaker=None), self.members)
        )
        match digit:
            case "0":
                heard.calls_back = True
            case "1":
                heard.is_well = heard.chose_well = True
            case "2" if alone:
                for part in heard.of(keys):
                    part["symptoms"] = list(dict.fromkeys([*part.get("symptoms", []), "other"]))
            case "3" if alone:
                self._take_place(named, keys)
            case "4" if alone:
                self._take_meeting(keys)
            case "5" if alone:
                before = len(heard.needs)
                self._goods(rest)
                if len(heard.needs) == before:
                    self._need("other", self.text[:300])

    def _take_place(self, named: Named | None, keys: Sequence[str]) -> None:
        place = re.sub(r"[^一-鿿a-z]", "", WHEN.sub("", named.rest if named else ""))
        place = re.sub("(?:打工|的|了|人)+$|^(?:从|在|去|去过)", "", place)
        if 2 <= len(place) <= 10 and not re.search(f"{w.NEG}|{_ILL.pattern}", place):
            travel = {"place": place}
            if on := day_told(self.text[1:], self.today):
                travel["returned_on"] = on.isoformat()
            for part in self.heard.of(keys):
                part["travel"] = travel
            self.found_something = True
        else:
            self.heard.unclear("where_from")

    def _take_meeting(self, keys: Sequence[str]) -> None:
        told = {"with": self.text[:80]}
        if on := day_told(self.text[1:], self.today):
            told["on"] = on.isoformat()
        for part in self.heard.of(keys):
            part["contact"] = told
        self.found_something = True

    def _leave(self, rest: str, *, has_problem: bool, named: Named) -> None:
        """Decide by what is left over whether a clause was understood."""
        well = None if has_problem else w.WELL.search(rest)
        if well is not None and not re.search(w.NEG + "(?:太|很|怎么|大)?$", rest[: well.start()].strip()):
            left = w.WELL.sub(" ", rest)
            if not self._left(left):
                if (named.ids or named.is_vague) and len(self.members) > 1:
                    self.heard.denied.add("health")  # one of them is well; of the others it says nothing
                else:
                    self.heard.is_well = True
                return
            rest = left
        if has_problem or (self.option in ("4", "5") and self.found_something):
            return
        left = self._left(rest)
        if left or not (self.found_something or self.option or self._is_filler()):
            self.heard.unclear("unclear")

    def _is_filler(self) -> bool:
        return not re.sub(r"[\W_]+", "", w.FILLER.sub("", self.text))

    def _left(self, rest: str) -> str:
        for one in self.members:
            rest = rest.replace(normal(one.name), " ")
        rest = re.sub("我们|我|俺|咱", " ", WHEN.sub(" ", rest))
        return re.sub(r"[\W_]+", "", w.FILLER.sub("", KIN.sub(" ", rest)))
