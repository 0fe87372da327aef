"""What residents write, and what it is taken for. None of this needs a database."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renwang.loop.rounds.rules import AnswerKind, Asked, OwnQuestion, Yardsticks, check_answers, said_in
from renwang.loop.rounds.rules.replies import Kin, Reply, addressed, read
from renwang.loop.rounds.rules.texts import Letter, compose

TODAY = date(2020, 2, 17)
FAMILY = [
    Kin(11, "刘德顺", "head", "1", 45),
    Kin(12, "王秀英", "spouse", "2", 43),
    Kin(13, "刘福贵", "parent", "1", 74),
    Kin(14, "张桂兰", "parent", "2", 72),
    Kin(15, "刘小宝", "son", "1", 9),
]
ALL = Asked(travel=True, contacts=True, health=True, needs=True)
BED = OwnQuestion("bed", "有空房间吗")
PEOPLE = OwnQuestion("people", "家里几口人", kind=AnswerKind.NUMBER)
HEATING = OwnQuestion("heating", "怎么取暖", kind=AnswerKind.CHOICE, choices=("煤", "电", "集中供暖"))

# (reply, what it is taken for): 13 and 14 are the grandparents, 15 the child.
REPLIES = [
    ("1", "well"),
    ("１ 平安", "well"),
    ("1平安", "well"),
    ("1.平安", "well"),
    ("1、平安", "well"),
    ("1️⃣", "well"),
    ("1👌", "well"),
    ("平安", "well"),
    ("都好", "well"),
    ("都平安", "well"),
    ("全家平安，谢谢", "well"),
    ("平安!!!", "well"),
    ("一切安好请放心", "well"),
    ("都好，勿念", "well"),
    ("都好着哩", "well"),
    ("没啥事儿，都在家", "well"),
    ("都没事", "well"),
    ("没事", "well"),
    ("没问题", "well"),
    ("还行", "well"),
    ("好", "well"),
    ("好的", "well"),
    ("一切正常", "well"),
    ("一切正常，没有外出", "well"),
    ("家里都挺好的", "well"),
    ("全家都好，谢谢关心", "well"),
    ("我們家都平安", "well"),
    ("一切正常，沒有異常", "well"),
    ("体温36.5，一切正常", "well | household: 36.5"),
    ("1 36.5", "well | household: 36.5"),
    ("大家都健康", "told"),
    ("ok", "well"),
    ("all well", "well"),
    ("发烧38度", "told | household: 38.0, fever"),
    ("發燒38度", "told | household: 38.0, fever"),
    ("发高烧", "told | household: fever"),
    ("发热", "told | household: fever"),
    ("38.4度，有点烧", "told | household: 38.4, fever"),
    ("没有婴儿奶粉了", "told | food: 婴儿奶粉, True"),
    ("38.5", "told | household: 38.5"),
    ("３８．５", "told | household: 38.5"),
    ("38。5", "told | household: 38.5"),
    ("38，5", "told | household: 38.5"),
    ("38度5", "told | household: 38.5"),
    ("三十八度五", "told | household: 38.5"),
    ("三十九度", "told | household: 39.0"),
    ("奶奶发烧38度5", "told | 14: 38.5, fever"),
    ("奶奶發燒", "told | 14: fever"),
    ("爷爷36.8奶奶37.5", "told | 13: 36.8 | 14: 37.5"),
    ("2 爷爷38.2，药没了", "told | 13: 38.2 | medicine: 药"),
    ("2 奶奶 38.2", "told | 14: 38.2"),
    ("2", "told | household: other"),
    ("2,5", "told | household: other | other: 5"),
    ("2 咳嗽", "told | household: cough"),
    ("爷爷咳嗽奶奶发烧", "told | 13: cough | 14: fever"),
    ("爷爷奶奶都发烧", "told | 13: fever | 14: fever"),
    ("刘福贵38.3", "told | 13: 38.3"),
    ("福贵发热", "told | 13: fever"),
    ("王秀英咳嗽三天了", "told | 12: cough"),
    ("孩子咳嗽", "told | 15: cough"),
    ("孩子发烧了怎么办", "told | 15: fever"),
    ("儿子37.9", "told | 15: 37.9"),
    ("不舒服", "told | household: other"),
    ("头疼", "told | household: other"),
    ("拉肚子", "told | household: diarrhoea"),
    ("没力气", "told | household: tired"),
    ("没劲", "told | household: tired"),
    ("爷爷喘不上气", "told | 13: breathless"),
    ("胸口疼", "told | household: chest_pain"),
    ("嗓子有点疼", "told | household: sore_throat"),
    ("爸爸妈妈都咳嗽", "told | household: cough"),
    ("高烧39度，咳嗽", "told | household: 39.0, fever, cough"),
    ("爷爷摔伤了", "told | 13: other"),
    ("没有米了", "told | food: 米"),
    ("没米了", "told | food: 米"),
    ("米快吃完了", "told | food: 米"),
    ("米没了，只够一天", "told | food: 米, 1"),
    ("缺米缺油", "told | food: 米、油"),
    ("家里没菜了", "told | food: 菜"),
    ("奶粉没了", "told | food: 奶粉, True"),
    ("孩子奶粉快没了", "told | food: 奶粉, True"),
    ("尿不湿用完了", "told | food: 尿不湿, True"),
    ("药没了", "told | medicine: 药"),
    ("降压药只够两天", "told | medicine: 降压药, 2, True"),
    ("降压药没了", "told | medicine: 降压药, True"),
    ("胰岛素只够3天", "told | medicine: 胰岛素, 3, True"),
    ("爷爷的降压药还能吃两天", "told | medicine: 降压药, 2, True"),
    ("退烧药没有了", "told | medicine: 退烧药"),
    ("买不到药", "told | medicine: 药"),
    ("没有煤了", "told | heating: 煤"),
    ("煤快烧完了", "told | heating: 煤"),
    ("屋里太冷", "told | heating: 屋里太冷"),
    ("家里漏雨", "told | repair: 家里漏雨"),
    ("窗户坏了", "told | repair: 窗户坏了"),
    ("没人照顾老人", "told | caregiver: 没人照顾老人"),
    ("停电了", "told | other: 停电了"),
    ("停水三天了", "told | other: 停水三天了"),
    ("要口罩", "told | other: 口罩"),
    ("需要一辆轮椅", "told | other: 需要一辆轮椅"),
    ("需要帮助", "told | other: 需要帮助"),
    ("5", "told | other: 5"),
    ("5 米", "told | food: 米"),
    ("5米和降压药", "told | medicine: 降压药, True | food: 米"),
    ("5 药", "told | medicine: 药"),
    ("都挺好的，就是米快吃完了", "told | food: 米"),
    ("平安，缺口罩", "told | other: 口罩"),
    ("从武汉回来三天了", "told | household: from 武汉 2020-02-14"),
    ("三天前从武汉回来", "told | household: from 武汉 2020-02-14"),
    ("昨天坐火车从湖北回来", "told | household: from 湖北 2020-02-16 train"),
    ("2月14号从武汉回来", "told | household: from 武汉 2020-02-14"),
    ("儿子从武汉回来的", "told | 15: from 武汉"),
    ("儿子昨天从北京开车回来", "told | 15: from 北京 2020-02-16 car"),
    ("去过武汉", "told | household: from 武汉"),
    ("3 武汉", "told | household: from 武汉"),
    ("3", "unclear | review where_from"),
    ("3 昨天", "unclear | review where_from"),
    ("昨天接触了确诊病人", "told | household: met 接触了确诊病人 2020-02-16"),
    ("接触过武汉回来的人", "told | household: met 接触过武汉回来的人"),
    ("4", "told | household: met 4"),
    ("4 昨天和确诊病人吃饭", "told | household: met 和确诊病人吃饭 2020-02-16"),
    ("我是密接", "told | household: met 我是密接"),
    ("没有发烧", "told"),
    ("沒有發燒", "told"),
    ("没有发烧、咳嗽", "told"),
    ("没有发烧咳嗽", "told"),
    ("没人发烧", "told"),
    ("无人发热", "told"),
    ("没发过烧", "unclear | review unclear"),
    ("没有发烧，咳嗽", "unclear | review doubt"),
    ("不是没有发烧", "unclear | review doubt"),
    ("没有不舒服", "told"),
    ("不缺米", "told"),
    ("米面都有", "told"),
    ("药够吃", "told"),
    ("药还够一个月", "told"),
    ("什么都不缺", "told"),
    ("不需要", "told"),
    ("没去过武汉", "told"),
    ("没接触过病人", "told"),
    ("没出门", "told"),
    ("没发烧，没外出，没接触，什么都不缺", "well"),
    ("孩子没发烧，老人也好", "told"),
    ("爷爷好多了", "unclear | review unclear"),
    ("退烧了", "unclear | review recovered"),
    ("体温正常", "told"),
    ("36.5", "told | household: 36.5"),
    ("邻居发烧了", "unclear | review outsiders"),
    ("听说村里有人发烧", "unclear | review doubt"),
    ("担心发烧", "unclear | review doubt"),
    ("如果发烧怎么联系", "unclear | review doubt"),
    ("孩子是不是发烧了？", "unclear | review doubt"),
    ("是不是要封村？", "unclear | review doubt"),
    ("什么时候解封", "unclear | review unclear"),
    ("嗯", "unclear | review unclear"),
    ("知道了", "unclear | review unclear"),
    ("新年快乐", "unclear | review unclear"),
    ("武汉加油", "unclear | review unclear"),
    ("加油", "unclear | review unclear"),
    ("25", "unclear | review unclear"),
    ("385", "unclear | review unclear"),
    ("45度", "unclear | review unclear"),
    ("7", "unclear | review unclear"),
    ("123456", "unclear | review unclear"),
    ("👍", "unclear | review empty"),
    ("🙏🙏", "unclear | review empty"),
    ("…", "unclear | review empty"),
    ("你们是谁", "unclear | review asks_who"),
    ("骗子", "unclear | review asks_who"),
    ("回电", "call_back"),
    ("0", "call_back"),
    ("请给我打电话", "call_back"),
    ("call me", "call_back"),
    ("给我回个电话吧", "call_back"),
    ("TD", "refused"),
    ("td", "refused"),
    ("退订", "refused"),
    ("别再发了", "refused"),
    ("不要再发了", "refused"),
    ("拒绝回答", "refused"),
    ("滚", "refused"),
    ("STOP", "refused"),
    ("打错了", "wrong_number"),
    ("发错人了，我不是刘德顺", "wrong_number"),
    ("wrong number", "wrong_number"),
    ("不认识这个人", "wrong_number"),
    ("1 发烧38", "told | household: 38.0, fever | review contradicts"),
    ("发烧38度，没有米，回电", "told | household: 38.0, fever | food: 米 | review call_back"),
    ("别再发了，爷爷发烧38.9", "told | 13: 38.9, fever | review contradicts"),
    ("平安，但是邻居老王怎么样了", "unclear | review outsiders"),
    ("在外面没有", "unclear | review unclear"),
    ("昨天去镇上赶集来着", "unclear | review unclear"),
    ("没见面", "unclear | review unclear"),
    ("fever 38.5", "told | household: 38.5, fever"),
    ("no fever", "told"),
    ("need rice", "told | food: rice"),
    ("2 grandma 38.2", "told | 14: 38.2"),
]


def heard(text: str, asked: Asked = ALL, family: list[Kin] = FAMILY, speaker: int | None = None) -> Reply:
    return read(text, asked=asked, members=family, today=TODAY, speaker=speaker)


def in_short(reply: Reply) -> str:
    told = reply.answers
    said = [reply.verdict.value if reply.verdict != "answered" else "well" if told["all_well"] else "told"]
    for key, part in told.get("members", {}).items():
        words: list[str] = []
        for name, value in part.items():
            if name == "temperature":
                words.append(str(value))
            elif name == "symptoms":
                words += value
            else:
                words.append(f"{'from' if name == 'travel' else 'met'} {' '.join(str(one) for one in value.values())}")
        said.append(f"{key}: {', '.join(words)}")
    said += [f"{key}: {', '.join(str(one) for one in part.values())}" for key, part in told.get("needs", {}).items()]
    return " | ".join([*said, f"review {reply.reason}"] if reply.reason else said)


@pytest.mark.parametrize(("text", "taken_for"), REPLIES)
def test_a_reply_is_taken_for_what_it_says(text: str, taken_for: str) -> None:
    assert in_short(heard(text)) == taken_for


@pytest.mark.parametrize("text", [text for text, _taken in REPLIES])
def test_whatever_was_understood_has_the_shape_of_answers_and_keeps_the_words(text: str) -> None:
    reply = heard(text)
    check_answers(reply.answers, members=[one.person_id for one in FAMILY], own={}, today=TODAY)
    assert reply.answers.get("words", text) == text


@given(st.text(max_size=80))
def test_no_text_whatever_breaks_the_reading(text: str) -> None:
    reply = heard(text)
    check_answers(reply.answers, members=[one.person_id for one in FAMILY], own={}, today=TODAY)


WORDS = [
    "没有",
    "发烧",
    "38.5",
    "爷爷",
    "没",
    "米",
    "药",
    "不",
    "，",
    " ",
    "1",
    "2",
    "5",
    "从",
    "武汉",
    "回来",
    "平安",
    "接触",
    "病人",
    "吗",
    "咳嗽",
    "了",
]


@given(st.lists(st.sampled_from(WORDS), max_size=8).map("".join))
def test_no_mixture_of_words_is_all_well_and_a_finding_at_once(text: str) -> None:
    reply = heard(text)
    found = said_in(reply.answers, own={}, yardsticks=Yardsticks())
    check_answers(reply.answers, members=[one.person_id for one in FAMILY], own={}, today=TODAY)
    assert not (reply.answers.get("all_well") and found)


SIGNS = ["发烧", "发热", "咳嗽", "头疼", "拉肚子", "胸闷", "高烧", "乏力"]


@given(
    st.sampled_from(["没有", "没", "无", "都没", "没人"]),
    st.lists(st.sampled_from(SIGNS), min_size=1, max_size=4),
    st.sampled_from(["", "、", "和", " "]),
)
def test_what_is_denied_is_never_found(no: str, signs: list[str], between: str) -> None:
    assert not said_in(heard(no + between.join(signs)).answers, own={}, yardsticks=Yardsticks())


@given(
    st.decimals(Decimal("37.3"), Decimal("42.9"), places=1),
    st.sampled_from(["{}", "发烧{}", "爷爷{}度", "2 {}", "没有咳嗽，发烧{}", "平安，孩子{}", "１ {}"]),
)
def test_a_measured_fever_never_waits(degrees: Decimal, words: str) -> None:
    found = said_in(heard(words.format(degrees)).answers, own={}, yardsticks=Yardsticks())
    assert "fever" in [one.kind for one in found]


@given(st.text(alphabet="0123456789", min_size=2, max_size=6))
def test_other_numbers_are_never_all_well(digits: str) -> None:
    assert not heard(digits).answers.get("all_well")


@pytest.mark.parametrize(
    ("text", "own", "is_well"),
    [
        ("1 6是 7 5 8 煤", {"bed": True, "people": 5, "heating": "煤"}, True),
        ("1，6有，7 4口，8 2", {"bed": True, "people": 4, "heating": "电"}, True),
        ("6否 7:3", {"bed": False, "people": 3}, False),
        ("1", {}, True),
    ],
)
def test_own_questions_are_answered_by_their_numbers(text: str, own: dict[str, object], is_well: bool) -> None:
    asked = Asked(travel=True, contacts=True, health=True, needs=True, own=(BED, PEOPLE, HEATING))
    reply = heard(text, asked)
    assert reply.answers.get("own", {}) == own
    assert reply.answers["all_well"] is is_well
    assert reply.is_partial is (len(own) < 3)


def test_alone_at_home_there_is_no_question_who() -> None:
    assert in_short(heard("发烧38.1", family=FAMILY[:1])) == "told | 11: 38.1, fever"


def test_i_is_whose_phone_it_is() -> None:
    assert in_short(heard("我发烧了", speaker=12)) == "told | 12: fever"
    assert in_short(heard("我发烧了")) == "told | household: fever"


ON_ONE_PHONE = {1: ("甲", "刘德顺"), 2: ("乙", "王建国")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("甲1", {1: "1"}),
        ("A1", {1: "1"}),
        ("乙 发烧38", {2: "发烧38"}),
        ("甲1 乙2", {1: "1", 2: "2"}),
        ("刘家平安", {1: "平安"}),
        ("王建国没米了", {2: "没米了"}),
        ("两家都平安", {1: "平安", 2: "平安"}),
        ("甲乙都平安", {1: "都平安", 2: "都平安"}),
        ("1", None),
        ("都好", None),
        ("1甲", None),
        ("两家都没米", None),
    ],
)
def test_of_families_on_one_phone_only_those_named_have_answered(text: str, said: dict[int, str] | None) -> None:
    assert addressed(text, ON_ONE_PHONE) == said


def test_two_families_of_one_name_are_not_told_apart_by_it() -> None:
    assert addressed("刘家平安", {1: ("甲", "刘德顺"), 2: ("乙", "刘福")}) is None


def test_a_message_has_three_segments_at_most_and_no_given_name() -> None:
    link = "https://renwang.example.cn/s/ABCDEFGHIJKLMNOPQRST"
    text = compose(Letter("坊子区", "欧阳春", ALL, link, letter="甲"))
    assert len(text) <= 3 * 66
    assert "欧阳家" in text
    assert "欧阳春" not in text
    assert text.endswith(link)


def test_only_what_is_asked_is_in_the_message() -> None:
    text = compose(Letter("坊子区", "刘德顺", Asked(needs=True)))
    assert "5缺粮" in text
    assert "2有人" not in text


def test_in_english_the_same_numbers_are_asked() -> None:
    text = compose(Letter("Fangzi", "Liu Deshun", ALL, language="en"))
    assert text.startswith("[Fangzi] Liu family")
    assert text.isascii()
