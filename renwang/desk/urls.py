"""Addresses of this app's pages."""

from django.urls import URLPattern, path

from .views import board, household, lists, my_work, places, search

app_name = "desk"
urlpatterns: list[URLPattern] = [
    path("", board.page, name="board"),
    path("my/", my_work.page, name="my_work"),
    path("household/<int:household_id>/", household.page, name="household"),
    path("household/<int:household_id>/told/<int:check_in_id>/", household.told, name="told"),
    path("unreached/", lists.unreached, name="unreached"),
    path("unreached/<int:contact_id>/close/", lists.close_contact, name="close_contact"),
    path("unreached/<int:contact_id>/visit/", lists.send_visit, name="send_visit"),
    path("contacts/", lists.contacts, name="contacts"),
    path("search/", search.page, name="search"),
    path("map/", places.map_page, name="map"),
    path("village/<slug:code>/", places.village, name="village"),
]
