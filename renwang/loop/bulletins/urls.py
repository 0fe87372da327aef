"""Addresses of this app's pages."""

from django.urls import URLPattern, path

from .views import acting, editing, reading

app_name = "bulletins"
urlpatterns: list[URLPattern] = [
    path("bulletins/", reading.every, name="list"),
    path("bulletins/draft/", acting.draft, name="draft"),
    path("bulletins/plan/", acting.plan, name="plan"),
    path("bulletins/<int:bulletin_id>/", reading.one, name="page"),
    path("bulletins/<int:bulletin_id>/pdf/", reading.pdf, name="pdf"),
    path("bulletins/<int:bulletin_id>/edit/", editing.edit, name="edit"),
    path("bulletins/<int:bulletin_id>/publish/", acting.publish, name="publish"),
    path("bulletins/<int:bulletin_id>/refresh/", acting.refresh, name="refresh"),
    path("bulletins/<int:bulletin_id>/discard/", acting.discard, name="discard"),
    path("bulletins/<int:bulletin_id>/correct/", acting.correct, name="correct"),
    path("bulletins/figures/<int:figure_id>/", reading.rows, name="rows"),
]
