"""Addresses of this app's pages."""

from django.urls import URLPattern, path

from . import views

app_name = "cases"
urlpatterns: list[URLPattern] = [
    path("cases/", views.worklist, name="worklist"),
    path("cases/new/", views.new_case, name="new"),
    path("cases/act/", views.act_on_many, name="act_on_many"),
    path("cases/filters/", views.save_filter, name="save_filter"),
    path("cases/filters/<int:filter_id>/forget/", views.forget_filter, name="forget_filter"),
    path("cases/referrals/<int:referral_id>/answer/", views.answer, name="answer"),
    path("cases/referrals/<int:referral_id>/revoke/", views.revoke, name="revoke"),
    path("cases/<int:case_id>/", views.case, name="page"),
    path("cases/<int:case_id>/preview/", views.preview, name="preview"),
    path("cases/<int:case_id>/attend/", views.attend, name="attend"),
    path("cases/<int:case_id>/link/<int:link_id>/", views.link_for_household, name="link"),
    path("cases/<int:case_id>/<slug:name>/", views.verb, name="verb"),
    # The address of a resident names nothing but the link itself.
    path("v/<str:token>", views.confirm, name="confirm"),
]
