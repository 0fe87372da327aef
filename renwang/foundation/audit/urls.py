"""Addresses of this app's pages."""

from django.urls import path

from . import views

app_name = "audit"
urlpatterns = [
    path("ledger/", views.ledger, name="ledger"),
    path("outbox/", views.dead_letters, name="dead_letters"),
    path("outbox/<int:promise_id>/return/", views.return_letter, name="return_letter"),
    path("outbox/<int:promise_id>/drop/", views.drop_letter, name="drop_letter"),
    path("healthz", views.health, name="health"),
]
