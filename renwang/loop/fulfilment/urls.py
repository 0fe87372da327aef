"""Addresses of this app's pages."""

from django.urls import URLPattern, path

from . import views

app_name = "fulfilment"
urlpatterns: list[URLPattern] = [
    path("offers/", views.offers, name="offers"),
    path("offers/<int:offer_id>/end/", views.end_offer, name="end_offer"),
    path("cases/<int:case_id>/lines/request/", views.request_line, name="request"),
    path("lines/<int:line_id>/<slug:step>/", views.move_line, name="move"),
]
