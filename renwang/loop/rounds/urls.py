"""Addresses of this app's pages."""

from django.urls import URLPattern, path
from django.views.generic import TemplateView

from .api import check_ins, devices
from .views import check_in, links, replies, rounds, self_report, share, worker, yields

app_name = "rounds"
urlpatterns: list[URLPattern] = [
    path("rounds/", rounds.listed, name="list"),
    path("rounds/new/", rounds.edit, name="new"),
    path("rounds/count/", rounds.count, name="count"),
    path("rounds/questions/", rounds.ask, name="ask"),
    path("rounds/<int:round_id>/", rounds.one, name="round"),
    path("rounds/<int:round_id>/edit/", rounds.edit, name="edit"),
    path("rounds/<int:round_id>/rows/", rounds.rows, name="rows"),
    path("rounds/<int:round_id>/links/", links.sheet, name="sheet"),
    path("rounds/<int:round_id>/yield/", yields.yields, name="yields"),
    path("rounds/<int:round_id>/<str:verb>/", rounds.move, name="move"),
    path("replies/", replies.replies, name="replies"),
    path("replies/<int:incoming_id>/", replies.settle, name="settle_reply"),
    path("my/contact/<int:contact_id>/", check_in.check_in, name="check_in"),
    path("my/contact/<int:contact_id>/done/", check_in.done, name="check_in_done"),
    path("my/contact/<int:contact_id>/phone/", check_in.phone, name="check_in_phone"),
    path("my/contact/<int:contact_id>/link/", share.share, name="share"),
    path("my/contact/<int:contact_id>/later/", check_in.postpone, name="postpone"),
    path("my/offline/", TemplateView.as_view(template_name="offline.html"), name="offline"),
    path("s/<str:token>", self_report.self_report, name="self_report"),
    path("api/check-ins", check_ins.check_ins, name="api_check_ins"),
    path("api/devices", devices.enrol, name="api_devices"),
    path("api/devices/<int:device_id>", devices.revoke, name="api_device"),
    path("sw.js", worker.worker, name="worker"),
]
