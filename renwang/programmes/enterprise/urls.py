"""Addresses of this app's pages."""

from django.urls import URLPattern, path

from .views import board, deciding, entering, letter, lists, office, own, pocket, power, staff

app_name = "enterprise"
urlpatterns: list[URLPattern] = [
    # how a firm enters: open to everybody
    path("enterprise/sign-in/", entering.enter, name="enter"),
    path("enterprise/invitation/<str:token>/", entering.invitation, name="invitation"),
    path("enterprise/gate/<str:token>/", pocket.gate_self, name="gate_self"),
    # a firm for itself
    path("my-enterprise/", own.own_list, name="own_list"),
    path("my-enterprise/<int:enterprise_id>/", own.own, name="own"),
    path("my-enterprise/<int:enterprise_id>/filing/", own.filing, name="filing"),
    path("my-enterprise/<int:enterprise_id>/staff/", staff.send, name="staff"),
    path("my-enterprise/<int:enterprise_id>/staff/take/", staff.take, name="staff_take"),
    path("my-enterprise/<int:enterprise_id>/staff/put-away/", staff.put_away, name="staff_put_away"),
    path("my-enterprise/<int:enterprise_id>/staff/template/", staff.template, name="staff_template"),
    path("my-enterprise/<int:enterprise_id>/staff/verdicts/", staff.verdicts, name="staff_verdicts"),
    path("my-enterprise/<int:enterprise_id>/sign/", own.sign, name="sign"),
    path("my-enterprise/<int:enterprise_id>/hand-in/", own.hand_in, name="hand_in"),
    path("my-enterprise/<int:enterprise_id>/resume/", own.resume, name="resume"),
    path("my-enterprise/<int:enterprise_id>/day/", own.day, name="report_day"),
    path("my-enterprise/<int:enterprise_id>/requests/<int:case_id>/confirm/", own.confirm, name="confirm"),
    # offices
    path("economy/", board.page, name="board"),
    path("enterprise/list/", office.listed, name="list"),
    path("enterprise/new/", office.new, name="new"),
    path("enterprise/import/", office.bring, name="import"),
    path("enterprise/filings/", deciding.filings, name="filings"),
    path("enterprise/filings/<int:filing_id>/answer/", deciding.answer_filing, name="answer_filing"),
    path("enterprise/filings/<int:filing_id>/suspend/", deciding.suspend, name="suspend"),
    path("enterprise/three-lists/", lists.three_lists, name="three_lists"),
    path("enterprise/three-lists/form/", lists.three_lists_form, name="three_lists_form"),
    path("enterprise/gates/", pocket.gates, name="gates"),
    path("enterprise/requests/<int:case_id>/answer/", deciding.answer_request, name="answer_request"),
    path("enterprise/requests/<int:case_id>/extend/", deciding.extend, name="extend_request"),
    path("enterprise/requests/<int:case_id>/assist/", deciding.ask_assist, name="ask_assist"),
    path("enterprise/assists/<int:assist_id>/answer/", deciding.answer_assist, name="answer_assist"),
    path("enterprise/power/", power.page, name="power"),
    path("enterprise/power/firms/", power.firms, name="power_firms"),
    path("enterprise/power/readings/", power.readings, name="readings"),
    path("enterprise/power/readings/<int:file_id>/unit/", power.unit, name="unit"),
    path("enterprise/power/readings/<int:file_id>/withdraw/", power.withdraw, name="withdraw"),
    path("enterprise/power/settings/", power.settings, name="power_settings"),
    path("enterprise/<int:enterprise_id>/", office.page, name="page"),
    path("enterprise/<int:enterprise_id>/letter/", letter.commitment, name="letter"),
    path("enterprise/<int:enterprise_id>/meters/", office.meters, name="meters"),
    path("enterprise/<int:enterprise_id>/invite/", office.invite, name="invite"),
    path("enterprise/<int:enterprise_id>/station/", office.station, name="station"),
    path("enterprise/seats/<int:seat_id>/end/", office.unseat, name="end_seat"),
    # on the spot
    path("enterprise/day/", pocket.my_day, name="day"),
    path("enterprise/<int:enterprise_id>/check/", pocket.check, name="check"),
    path("enterprise/<int:enterprise_id>/gate/", pocket.gate, name="gate"),
    path("enterprise/<int:enterprise_id>/ask/<slug:kind>/", own.ask, name="ask"),
    path("enterprise/photos/<int:photo_id>/", pocket.photo, name="photo"),
]
