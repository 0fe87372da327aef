"""Addresses of this app's pages."""

from django.urls import path

from .views import duties, gaps, history, proposals, teams, workers

app_name = "assignments"
urlpatterns = [
    path("gaps/", gaps.gaps, name="gaps"),
    path("gaps/assign/", gaps.assign, name="assign"),
    path("teams/", teams.teams, name="teams"),
    path("teams/<str:code>/", teams.team, name="team"),
    path("teams/<str:code>/assign/", teams.assign, name="team_assign"),
    path("assignments/<int:assignment_id>/end/", teams.end, name="end"),
    path("workers/", workers.workers, name="workers"),
    path("workers/new/", workers.new, name="worker_new"),
    path("workers/<int:user_id>/", workers.worker, name="worker"),
    path("workers/<int:user_id>/edit/", workers.edit, name="worker_edit"),
    path("workers/<int:user_id>/hand-over/", workers.hand_over, name="hand_over"),
    path("workers/<int:user_id>/availability/", workers.availability, name="availability"),
    path("hand-overs/<int:hand_over_id>/back/", workers.hand_back, name="hand_back"),
    path("proposals/", proposals.proposals, name="proposals"),
    path("proposals/new/", proposals.propose, name="propose"),
    path("proposals/<int:proposal_id>/", proposals.proposal, name="proposal"),
    path("proposals/<int:proposal_id>/apply/", proposals.apply, name="apply"),
    path("proposals/<int:proposal_id>/discard/", proposals.discard, name="discard"),
    path("proposals/<int:proposal_id>/lines/<int:subject_id>/", proposals.line, name="line"),
    path("duties/", duties.duties, name="duties"),
    path("duties/new/", duties.duty, name="duty_new"),
    path("duties/<str:code>/", duties.duty, name="duty"),
    path("responsible/<int:subject_id>/", history.history, name="history"),
]
