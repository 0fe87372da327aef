"""Who is who, by the models that come with Renwang: names as they are written, called and mistaken."""

import importlib.util
import logging
import shutil
import string
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from renwang.loop.registry.engine.linkage import Candidate, models
from renwang.loop.registry.engine.linkage.candidates import BUSY, address_parts, around, born_in, phones_in, rows_zh
from renwang.loop.registry.engine.linkage.characters import sounds
from renwang.loop.registry.engine.linkage.levels import LATIN, ZH
from renwang.loop.registry.engine.linkage.models import MODELS, OTHER, UnknownModel, weights
from renwang.loop.registry.engine.linkage.running import Pair, Verdict, match

from .test_register_households import id_of

BORN = "19800305"
PHONE = ("15400000001",)


def one(pairs: list[Pair]) -> Pair | None:
    assert len(pairs) <= 1
    return pairs[0] if pairs else None


def told(id_: int, name: str, **more: object) -> Candidate:
    return Candidate(id_, name, **more)  # type: ignore[arg-type]


# --- names -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "other", "form"),
    [
        ("张伟", "张玮", "toned"),
        ("张伟", "张玮", "part"),
        ("李末", "李未", "stroke"),
        ("王小明", "王晓名", "plain"),
        ("陈胜", "程深", "folded"),
        ("王小明", "王明小", "letters"),
        ("买买提·吐尔逊", "买买提吐尔逊", "name"),
        ("曾国藩", "Zeng Guofan", "plain"),
        ("张伟", "WEI ZHANG", "sorted"),
        ("吕布", "Lü Bu", "plain"),
    ],
)
def test_a_name_and_what_it_is_mistaken_for_have_a_form_in_common(name: str, other: str, form: str) -> None:
    assert getattr(sounds(name), form) == getattr(sounds(other), form) != ""


def test_what_somebody_is_called_tells_one_character_of_the_name() -> None:
    assert [sounds(name).called for name in ("小明", "老王", "阿珍", "婷婷", "王明", "小明明")] == [
        "明",
        "王",
        "珍",
        "婷",
        "",
        "",
    ]


@given(st.text(max_size=12))
@example("U¨㏠")
def test_any_text_is_a_name_and_never_an_error(text: str) -> None:
    found = sounds(text)
    assert sounds(found.name).name == found.name or not found.name


@given(st.text(alphabet="王李张小明国建·伟", min_size=1, max_size=5))
def test_the_same_name_has_the_same_forms_with_whatever_spaces(name: str) -> None:
    assert sounds(" ".join(name)) == sounds(name)


# --- the other columns -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("潍坊市坊子区九龙街道李家村3组12号", ("九龙街道李家村", "3-12")),
        ("湖北省武汉市江汉区民族街前进四路12号3栋2单元501", ("江汉区民族街前进四路", "12-3-2-501")),
        ("", ("", "")),
    ],
)
def test_an_address_is_words_and_numbers(text: str, expected: tuple[str, str]) -> None:
    assert address_parts(text) == expected


@pytest.mark.parametrize(
    ("told_as", "read"),
    [
        ("1980-3-5", BORN),
        ("1980年3月5日", BORN),
        ("19451399", "19451399"),
        ("1980年5月", "198005"),
        ("1980", "1980"),
        ("?", ""),
    ],
)
def test_a_birth_date_is_read_as_far_as_it_was_told(told_as: str, read: str) -> None:
    assert born_in(told_as) == read


@given(st.text(alphabet=string.digits + "-、 转", max_size=30))
def test_a_cell_of_phones_gives_none_twice(cell: str) -> None:
    found = phones_in(cell)
    assert len(found) == len(set(found))


def test_a_phone_on_every_row_tells_nothing() -> None:
    rows = [told(i, f"王{i}", phones=PHONE) for i in range(BUSY + 1)]
    assert all(row["phones"] is None for row in rows_zh(rows, around(rows, [rows]), "left", 0))
    some = rows[:BUSY]
    assert all(row["phones"] == list(PHONE) for row in rows_zh(some, around(some, [some]), "left", 0))


# --- what a machine must not decide ------------------------------------------------------------------------------------


def test_nobody_is_linked_on_the_name_alone() -> None:
    found = one(match([told(1, "欧阳建国")], [told(2, "欧阳建国")]))
    assert found is not None
    assert found.verdict is Verdict.ADJUDICATE


def test_two_right_id_numbers_that_differ_are_never_linked() -> None:
    same = {"born": BORN, "phones": PHONE, "address": "李家村12号", "place": "370704006201", "sex": "1"}
    found = one(match([told(1, "王建国", id_number=id_of(1), **same)], [told(2, "王建国", id_number=id_of(2), **same)]))
    assert found is None or found.verdict is Verdict.ADJUDICATE


def test_two_that_bear_one_right_number_are_never_passed_over() -> None:
    found = one(match([told(1, "王建国", id_number=id_of(1))], [told(2, "赵秀英", id_number=id_of(1), sex="2")]))
    assert found is not None
    assert found.verdict is Verdict.ADJUDICATE  # a wife's row with her husband's number, perhaps


def test_twins_who_live_together_are_left_alone() -> None:
    twins = [told(1, "王建国", kin=("王建军",)), told(2, "王建军", kin=("王建国",))]
    both = {
        "born": BORN,
        "phones": PHONE,
        "place": "370704006201",
        "address": "李家村12号",
        "household": "F1",
        "sex": "1",
    }
    left = [Candidate(t.id, t.name, kin=t.kin, **both) for t in twins]  # type: ignore[arg-type]
    right = [Candidate(f"b{t.id}", t.name, kin=t.kin, **both) for t in twins]  # type: ignore[arg-type]
    found = match(left, right)
    assert [(pair.left, pair.right, pair.verdict) for pair in found] == [(1, "b1", "link"), (2, "b2", "link")]


def test_two_of_one_name_in_one_village_with_other_birth_dates_are_two() -> None:
    village = {"place": "370704006201", "sex": "1"}
    assert match([told(1, "王伟", born="19520101", **village)], [told(2, "王伟", born="19870923", **village)]) == []


# --- what it may -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "other", "more", "more_of_the_other"),
    [
        ("张伟", "张玮", {"born": BORN, "phones": PHONE}, {"born": BORN, "phones": PHONE}),
        ("王小明", "王晓明", {"born": BORN, "address": "李家村12号"}, {"born": BORN, "address": "李家村12号"}),
        ("王建国", "王建国", {"born": "19800305", "phones": PHONE}, {"born": "19800503", "phones": PHONE}),
        ("王建国", "王建国", {"id_number": id_of(1), "born": ""}, {"id_number": id_of(1)}),
        ("买买提·吐尔逊", "买买提吐尔逊", {"born": BORN}, {"born": BORN}),
        ("王建国", "王国建", {"born": BORN, "phones": PHONE}, {"born": BORN, "phones": (*PHONE, "15400000002")}),
    ],
)  # fmt: skip
def test_a_slip_in_the_name_or_the_date_is_linked_where_the_rest_agrees(
    name: str, other: str, more: dict[str, object], more_of_the_other: dict[str, object]
) -> None:
    found = one(match([told(1, name, **more)], [told(2, other, **more_of_the_other)]))
    assert found is not None
    assert found.verdict is Verdict.LINK


def test_a_nickname_with_the_phone_is_for_a_person_to_decide() -> None:
    found = one(match([told(1, "王小明", phones=PHONE)], [told(2, "小明", phones=PHONE)]))
    assert found is not None
    assert found.verdict is Verdict.ADJUDICATE


def test_latin_names_are_found_with_parts_swapped_and_letters_mistaken() -> None:
    left = [Candidate(1, given="Michaela", surname="Neumann", born="19151111", postcode="4223")]
    right = [
        Candidate(2, given="Neumann", surname="Michaela", born="19151111", postcode="4223"),
        Candidate(3, given="Michela", surname="Neuman", born="19151111", postcode="4223"),
        Candidate(4, given="Courtney", surname="Painter", born="19161214", postcode="3323"),
    ]
    found = match(left, right, name="persons-latin")
    assert {(pair.right, pair.verdict) for pair in found} == {(2, "link"), (3, "link")}


def test_who_stands_twice_in_one_ledger_is_found_and_nobody_is_paired_with_themselves() -> None:
    rows = [
        told(1, "张伟", born=BORN, phones=PHONE, household="F1"),
        told(2, "张玮", born=BORN, phones=PHONE, household="F1"),
        told(3, "李娜", born="19990101"),
    ]
    assert [(pair.left, pair.right, pair.verdict) for pair in match(rows)] == [(1, 2, "link")]
    assert match(rows[2:]) == match([]) == match(rows, []) == []


def test_a_threshold_of_ones_own_changes_the_verdict_and_not_the_probability() -> None:
    pair = ([told(1, "王小明", phones=PHONE)], [told(2, "小明", phones=PHONE)])
    strict, loose = one(match(*pair)), one(match(*pair, threshold=0.5))
    assert strict is not None
    assert loose is not None
    assert (strict.probability, strict.verdict, loose.verdict) == (loose.probability, "adjudicate", "link")


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["张伟", "张玮", "李娜", "小明", "", "Zhang Wei"]), st.sampled_from(["", BORN, "1980"])
        ),
        max_size=6,
    )
)
def test_whatever_stands_in_it_a_ledger_pairs_each_two_once(rows: list[tuple[str, str]]) -> None:
    found = match([told(i, name, born=born) for i, (name, born) in enumerate(rows)])
    assert all(pair.left < pair.right and 0 <= pair.probability <= 1 for pair in found)  # type: ignore[operator]
    assert len({(pair.left, pair.right) for pair in found}) == len(found)


# --- the models --------------------------------------------------------------------------------------------------------


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(UnknownModel):
        match([told(1, "张伟")], [told(2, "张伟")], name="persons-elvish")


def test_every_level_of_both_models_has_its_weight() -> None:
    assert MODELS == ("persons-zh", "persons-latin")
    for name, compared in zip(MODELS, (ZH, LATIN), strict=True):
        learned = weights(name)
        assert {c.name: {level.name for level in c.levels} | {OTHER} for c in compared} == {
            comparison: set(levels) for comparison, levels in learned.levels.items()
        }
        assert 0.5 < learned.adjudicate + 0.5 < learned.link + 0.5 <= 1.5


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """A session of Spark on this machine; ended with its tests."""
    from pyspark.sql import SparkSession
    from splink.backends.spark import similarity_jar_location

    builder = SparkSession.builder.master("local[1]").config("spark.jars", similarity_jar_location())
    session = builder.config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "2").getOrCreate()
    # It says goodbye when the tests' own output is closed already.
    logging.getLogger("py4j").setLevel(logging.CRITICAL)
    yield session
    session.stop()


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("pyspark") is None, reason="pyspark is not installed (the extra spark)")
@pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java here")
# pyspark's own: it warns of the pandas it finds, and leaves sockets to the collector.
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("few", [models.FEW, 0], ids=["every pair", "by blocks"])
@pytest.mark.parametrize("name", MODELS)
def test_spark_says_what_duckdb_says(spark: Any, name: str, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "FEW", few)
    if name == "persons-zh":
        left = [told(1, "张伟", born=BORN, phones=PHONE), told(2, "李娜", born="19990101", kin=("李强", "李刚"))]
        right = [told(3, "张玮", born=BORN, phones=PHONE), told(4, "李强", born="19990101", kin=("李娜",))]
        right += [told(5, "李娜", born="19990110", kin=("李刚", "李强"))]
    else:
        left = [
            told(1, "Anna Schmidt", born=BORN, phones=PHONE),
            told(2, "Jon Smith", born="19990101", kin=("Ann Smith",)),
        ]
        right = [
            told(3, "Anne Schmid", born=BORN, phones=PHONE),
            told(4, "John Smith", born="19990101", kin=("Ann Smith",)),
        ]
        right += [told(5, "Smith Jon", born="19990102")]
    found = match(left, right, name=name, spark=spark)
    assert found == match(left, right, name=name)
    assert found, "two empty lists are equal too"
    # … and within one ledger.
    everybody = [*left, *(replace(one, id=10 + int(one.id)) for one in right)]
    assert match(everybody, name=name, spark=spark) == match(everybody, name=name)
