"""Addresses of this app's pages."""

from django.urls import URLPattern, path

from .views import acts, copies, directives, files, issuing, lists, paper

app_name = "command"
urlpatterns: list[URLPattern] = [
    path("directives/", lists.listed, name="list"),
    path("directives/new/", issuing.new, name="new"),
    path("directives/preview/", issuing.preview, name="preview"),
    path("directives/<int:directive_id>/", directives.one, name="directive"),
    path("directives/<int:directive_id>/paper/", paper.pdf, name="paper"),
    path("directives/<int:directive_id>/remind/", acts.remind, name="remind"),
    path("directives/<int:directive_id>/withdraw/", acts.withdraw, name="withdraw"),
    path("directives/<int:directive_id>/round/", acts.start_round, name="start_round"),
    path("directives/copies/<int:copy_id>/", copies.one, name="copy"),
    path("directives/copies/<int:copy_id>/acknowledge/", copies.acknowledge, name="acknowledge"),
    path("directives/copies/<int:copy_id>/report/", copies.report, name="report"),
    path("directives/copies/<int:copy_id>/forward/", copies.forward, name="forward"),
    path("directives/reports/<int:report_id>/return/", acts.return_report, name="return_report"),
    path("directives/files/<int:attachment_id>/", files.attachment, name="file"),
]
