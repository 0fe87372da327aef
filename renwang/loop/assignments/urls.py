"""Addresses of this app's pages."""

from django.urls import URLPattern

app_name = "assignments"
urlpatterns: list[URLPattern] = []
