"""Addresses of this app's pages."""

from django.urls import URLPattern, path
from django.views.generic import TemplateView

from .api import check_ins, devices
from .views import check_in, self_report, worker

app_name = "rounds"
urlpatterns: list[URLPattern] = [
    path("my/contact/<int:contact_id>/", check_in.check_in, name="check_in"),
    path("my/contact/<int:contact_id>/done/", check_in.done, name="check_in_done"),
    path("my/contact/<int:contact_id>/phone/", check_in.phone, name="check_in_phone"),
    path("my/contact/<int:contact_id>/later/", check_in.postpone, name="postpone"),
    path("my/offline/", TemplateView.as_view(template_name="offline.html"), name="offline"),
    path("s/<str:token>", self_report.self_report, name="self_report"),
    path("api/check-ins", check_ins.check_ins, name="api_check_ins"),
    path("api/devices", devices.enrol, name="api_devices"),
    path("api/devices/<int:device_id>", devices.revoke, name="api_device"),
    path("sw.js", worker.worker, name="worker"),
]
