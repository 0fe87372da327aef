"""Addresses of this app's pages."""

from django.urls import path

from .views import doubts, households, imports, looks, merges, owners, search

app_name = "registry"
urlpatterns = [
    path("register/", households.listed, name="households"),
    path("register/search/", search.search, name="search"),
    path("register/suggest/", search.suggest, name="suggest"),
    path("register/ledgers/", households.ledgers, name="ledgers"),
    path("register/new/", households.new, name="household_new"),
    path("register/<int:household_id>/", households.one, name="household"),
    path("register/<int:household_id>/correct/", households.correct, name="household_correct"),
    path("register/<int:household_id>/move/", households.move, name="household_move"),
    path("register/<int:household_id>/members/", households.add_member, name="member_add"),
    path("register/<int:household_id>/members/<int:person_id>/", households.correct_person, name="person"),
    path(
        "register/<int:household_id>/memberships/<int:membership_id>/end/",
        households.end_membership,
        name="membership_end",
    ),
    path("register/<int:household_id>/ledgers/", households.enrol, name="enrol"),
    path("register/<int:household_id>/ledgers/<int:enrolment_id>/end/", households.end_enrolment, name="enrolment_end"),
    path("register/reveal/<int:subject_id>/<str:field>/", looks.reveal, name="reveal"),
    path("register/merges/", merges.listed, name="merges"),
    path("register/merges/compare/", merges.compare, name="merge_compare"),
    path("register/merges/new/", merges.merge, name="merge"),
    path("register/merges/<int:merge_id>/undo/", merges.undo, name="merge_undo"),
    path("register/doubts/", doubts.listed, name="doubts"),
    path("register/doubts/<int:doubt_id>/", doubts.one, name="doubt"),
    path("register/doubts/<int:doubt_id>/decide/", doubts.decide, name="doubt_decide"),
    path("register/imports/", imports.listed, name="imports"),
    path("register/imports/owners/", owners.owners, name="owners"),
    path("register/imports/template.xlsx", imports.template, name="import_template"),
    path("register/imports/<int:batch_id>/", imports.one, name="import"),
    path("register/imports/<int:batch_id>/progress/", imports.progress, name="import_progress"),
    path("register/imports/<int:batch_id>/apply/", imports.apply, name="import_apply"),
    path("register/imports/<int:batch_id>/columns/", imports.settle, name="import_settle"),
    path("register/imports/<int:batch_id>/undo/", imports.undo, name="import_undo"),
    path("register/imports/<int:batch_id>/discard/", imports.discard, name="import_discard"),
    path("register/imports/<int:batch_id>/marked.xlsx", imports.marked, name="import_marked"),
]
