"""Reads about who is responsible for whom."""

from .answerable import answerable_for, begun_in, current, ended_in, people_of
from .gaps import GapCount, GapCounts, away_users, duties_for_subjects, gap_counts, gaps, left_alone
from .history import Period, history
from .proposals import (
    Task,
    available_workers,
    by_village,
    figures_of,
    lines,
    loads_after,
    progress_of,
    proposals,
    reasons,
    task_of,
    who_applies,
    without,
)
from .teams import Holder, Team, TeamRole, team_counts, team_duties, teams, villages
from .workers import candidates, duties, hand_overs_of, held_by, load_of, workers_of

__all__ = [
    "GapCount",
    "GapCounts",
    "Holder",
    "Period",
    "Task",
    "Team",
    "TeamRole",
    "answerable_for",
    "available_workers",
    "away_users",
    "begun_in",
    "by_village",
    "candidates",
    "current",
    "duties",
    "duties_for_subjects",
    "ended_in",
    "figures_of",
    "gap_counts",
    "gaps",
    "hand_overs_of",
    "held_by",
    "history",
    "left_alone",
    "lines",
    "load_of",
    "loads_after",
    "people_of",
    "progress_of",
    "proposals",
    "reasons",
    "task_of",
    "team_counts",
    "team_duties",
    "teams",
    "villages",
    "who_applies",
    "without",
    "workers_of",
]
