"""Addresses of this app's pages."""

from django.urls import URLPattern, path

from .views import acting, figures, rows

app_name = "indicators"
urlpatterns: list[URLPattern] = [
    path("indicators/", figures.page, name="page"),
    path("indicators/count/", acting.count_now, name="count"),
    path("indicators/correct/", acting.correct, name="correct"),
    path("indicators/rows/<slug:area>/<str:indicator>/", rows.page, name="rows"),
]
