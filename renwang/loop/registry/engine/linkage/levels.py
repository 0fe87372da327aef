"""What a model compares, level by level: conditions in DuckDB's SQL, the best level first. `in_spark` says them in Spark's.

Each comparison begins with "unknown" (one side says nothing: no evidence) and ends with "other". How much a level weighs stands
in `data/<model>.json`, learned by `tools/train_linkage.py`; the conditions stand here, where they can be read.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Level:
    """One way in which two values can agree: its name in the model's file, and its condition."""

    name: str
    sql: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison: when it is unknown, and its levels; what meets none is "other"."""

    name: str
    unknown: str
    levels: tuple[Level, ...]


# Where the two engines' words differ. sqlglot does not know these, or knows them wrongly.
_SPARKS_WORDS = (
    ("len(list_intersect(", "size(array_intersect("),
    ("list_contains(", "array_contains("),
    ("jaro_winkler_similarity(", "jaro_winkler("),  # a function of splink's own, beside Spark
    ('"', "`"),
)


def in_spark(condition: str) -> str:
    """Return a condition of DuckDB in Spark's words."""
    for ours, theirs in _SPARKS_WORDS:
        condition = condition.replace(ours, theirs)
    return condition


def _either_null(*columns: str) -> str:
    return " OR ".join(f'"{column}_l" IS NULL OR "{column}_r" IS NULL' for column in columns)


def _same(column: str) -> str:
    return f'"{column}_l" = "{column}_r"'


def _both_ways(condition: str) -> str:
    """Return a condition written with `_a` and `_b`, true in one direction or the other."""
    one = condition.replace("_a", "_l").replace("_b", "_r")
    return f"({one}) OR ({condition.replace('_a', '_r').replace('_b', '_l')})"


def _shared(column: str, least: int) -> str:
    """At least so many values in common."""
    return f'len(list_intersect("{column}_l", "{column}_r")) >= {least}'


_BORN = Compared(
    "born",
    _either_null("born"),
    (
        Level("same", _same("born_full")),
        # 1980-03-05 written as 1980-05-03
        Level(
            "day_and_month_swapped",
            '"born_year_l" = "born_year_r" AND length("born_l") = 8 AND length("born_r") = 8 '
            'AND concat(substr("born_l", 7, 2), substr("born_l", 5, 2)) = substr("born_r", 5, 4)',
        ),
        Level("one_digit", 'length("born_l") = length("born_r") AND levenshtein("born_l", "born_r") = 1'),
        Level(
            "as_much_as_told", _both_ways('length("born_a") < 8 AND substr("born_b", 1, length("born_a")) = "born_a"')
        ),
        Level("same_year", _same("born_year")),
        Level("two_digits", 'length("born_l") = length("born_r") AND levenshtein("born_l", "born_r") = 2'),
    ),
)
_SEX = Compared("sex", _either_null("sex"), (Level("same", _same("sex")),))
_HOUSEHOLD = Compared("household", _either_null("household"), (Level("same", _same("household")),))
_KIN = Compared(
    "kin", _either_null("kin"), (Level("two_or_more", _shared("kin", 2)), Level("one", _shared("kin", 1)))
)  # fmt: skip


def _together(name: str) -> Compared:
    """Whoever is named among the other's household is somebody else of it: what tells twins and brothers apart."""
    named = f'list_contains("kin_l", "{name}_r") OR list_contains("kin_r", "{name}_l")'
    # Within one ledger, two lines of one household always name each other: that says nothing.
    unknown = '("kin_l" IS NULL AND "kin_r" IS NULL) OR ("side_l" = "side_r" AND "household_l" = "household_r")'
    return Compared("together", unknown, (Level("named_among_the_others", named),))


ZH: tuple[Compared, ...] = (
    Compared(
        "name",
        _either_null("name"),
        (
            Level("same_of_three", 'length("name_l") >= 3 AND "name_l" = "name_r"'),
            Level("same_of_two", _same("name")),
            Level("same_sound_and_tone", _same("toned")),
            Level("looks_alike", f"{_same('part')} OR {_same('stroke')}"),
            Level("same_sound", f"{_same('plain')} OR {_same('swapped')}"),
            Level("same_sound_in_dialect", _same("folded")),
            Level("same_characters", _same("letters")),
            Level(
                "as_one_is_called",
                _both_ways('"called_a" = "last_character_b" OR "called_a" = "first_character_b" OR "name_a" = "given_b"'),
            ),
            Level(
                "a_character_missing",
                'abs(length("name_l") - length("name_r")) = 1 AND levenshtein("name_l", "name_r") = 1',
            ),
            Level(
                "long_and_near",
                'length("name_l") >= 5 AND length("name_r") >= 4 AND levenshtein("plain_l", "plain_r") <= 3',
            ),
            Level("a_character_other", '"surname_l" = "surname_r" AND length("name_l") >= 3 AND levenshtein("name_l", "name_r") = 1'),
            Level("surname_only", _same("surname")),
            Level("given_only", f'length("given_l") >= 2 AND {_same("given")}'),
        ),
    ),
    Compared(
        "id_number",
        _either_null("id_number"),
        (
            Level("same", f'"id_valid_l" AND "id_valid_r" AND {_same("id_number")}'),
            # A slip of one digit breaks the check digit: two that are both right, and differ, are two people's.
            Level("typed_wrong", 'NOT ("id_valid_l" AND "id_valid_r") AND levenshtein("id_number_l", "id_number_r") <= 2'),
            Level("two_right_ones", '"id_valid_l" AND "id_valid_r"'),
        ),
    ),
    Compared(
        "phone",
        _either_null("phones"),
        (
            Level("shared", _shared("phones", 1)),
            Level("near", 'levenshtein("phone_l", "phone_r") <= 1'),
        ),
    ),
    _BORN,
    _SEX,
    Compared(
        "address",
        _either_null("street"),
        (
            Level("same", f'{_same("street")} AND {_same("numbers")}'),
            Level(
                "same_numbers",
                f'{_same("numbers")} AND ({_both_ways("""contains("street_a", "street_b")""")} OR levenshtein("street_l", "street_r") <= 2)',
            ),
            Level("same_street", f'{_same("street")} OR {_both_ways("""contains("street_a", "street_b")""")}'),
        ),
    ),
    Compared("place", _either_null("place"), (Level("same", _same("place")),)),
    _HOUSEHOLD,
    _KIN,
    _together("name"),
)  # fmt: skip

# Which pairs are looked at: one rule a line; what stands in no rule together is never compared.
ZH_BLOCKS: tuple[tuple[str, ...], ...] = (
    ("id_number",),
    ("phones",),
    ("born_full", "surname"),
    ("born_full", "last"),
    ("born_full", "place"),
    ("folded", "born_year"),
    ("folded", "born_day"),
    ("folded", "place"),
    ("swapped", "born_year"),
    ("letters", "born_year"),
    ("part", "place"),
    ("last", "street", "numbers"),
    ("surname", "street", "numbers"),
    ("last", "household"),
    ("surname", "household"),
)

LATIN: tuple[Compared, ...] = (
    Compared(
        "given",
        f'({_either_null("given")}) OR ("swapped_l" = "swapped_r" AND "both_l" <> "both_r")',
        (
            Level("same", _same("given")),
            Level("near", 'jaro_winkler_similarity("given_l", "given_r") >= 0.9'),
            Level("likely", 'jaro_winkler_similarity("given_l", "given_r") >= 0.75'),
            Level("initial", _both_ways('length("given_a") = 1 AND substr("given_b", 1, 1) = "given_a"')),
        ),
    ),
    Compared(
        "surname",
        _either_null("surname"),
        (
            Level("same", _same("surname")),
            Level("swapped", '"swapped_l" = "swapped_r" OR ("given_l" = "surname_r" OR "given_r" = "surname_l")'),
            Level("near", 'jaro_winkler_similarity("surname_l", "surname_r") >= 0.9'),
            Level("likely", 'jaro_winkler_similarity("surname_l", "surname_r") >= 0.75'),
        ),
    ),
    Compared(
        "id_number",
        _either_null("id_number"),
        (
            Level("same", _same("id_number")),
            Level("one_off", 'levenshtein("id_number_l", "id_number_r") <= 1'),
            Level("two_off", 'levenshtein("id_number_l", "id_number_r") = 2'),
        ),
    ),
    Compared("phone", _either_null("phones"), (Level("shared", _shared("phones", 1)),)),
    _BORN,
    _SEX,
    Compared(
        "street",
        _either_null("street"),
        (
            Level("same_with_number", f'{_same("street")} AND {_same("house")}'),
            Level("same", _same("street")),
            Level("near", 'jaro_winkler_similarity("street_l", "street_r") >= 0.88'),
        ),
    ),
    Compared("house", _either_null("house"), (Level("same", _same("house")),)),
    Compared(
        "place",
        _either_null("place"),
        (Level("same", _same("place")), Level("near", 'jaro_winkler_similarity("place_l", "place_r") >= 0.88')),
    ),
    Compared(
        "postcode",
        _either_null("postcode"),
        (Level("same", _same("postcode")), Level("near", 'levenshtein("postcode_l", "postcode_r") <= 2')),
    ),
    _HOUSEHOLD,
    _KIN,
    _together("both"),
)  # fmt: skip

LATIN_BLOCKS: tuple[tuple[str, ...], ...] = (
    ("id_number",),
    ("phones",),
    ("born",),
    ("swapped",),
    ("given", "postcode"),
    ("surname", "postcode"),
    ("given", "born_year"),
    ("surname", "born_year"),
    ("given", "place"),
    ("surname", "place"),
    ("street", "house"),
)
