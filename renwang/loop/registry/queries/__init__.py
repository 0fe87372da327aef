"""Reads about divisions and subjects. Whoever reads about people says who is looking."""

from .cards import (
    EnrolmentCard,
    HouseholdCard,
    MemberCard,
    enrolments_of,
    household_card,
    may_see_sensitive,
    members_of,
    opened,
)
from .people import divisions, visible, visible_subjects
from .search import Found, alike, card, place_of, search

__all__ = [
    "EnrolmentCard",
    "Found",
    "HouseholdCard",
    "MemberCard",
    "alike",
    "card",
    "divisions",
    "enrolments_of",
    "household_card",
    "may_see_sensitive",
    "members_of",
    "opened",
    "place_of",
    "search",
    "visible",
    "visible_subjects",
]
