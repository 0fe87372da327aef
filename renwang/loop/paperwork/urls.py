"""Addresses of this app's pages."""

from django.urls import path

from .views import exports, fillings, forms

app_name = "paperwork"
urlpatterns = [
    path("forms/", forms.listed, name="forms"),
    path("forms/<int:form_id>/", forms.one, name="form"),
    path("forms/<int:form_id>/columns/", forms.columns, name="form_columns"),
    path("forms/<int:form_id>/version/", forms.another_version, name="form_version"),
    path("forms/<int:form_id>/plan/", forms.plan, name="form_plan"),
    path("forms/<int:form_id>/fill/", forms.fill, name="form_fill"),
    path("forms/<int:form_id>/empty/<int:number>/", forms.empty, name="form_empty"),
    path("forms/columns/<int:column_id>/ask/", forms.ask, name="column_ask"),
    path("forms/filled/", fillings.listed, name="fillings"),
    path("forms/filled/<int:filling_id>/", fillings.one, name="filling"),
    path("forms/filled/<int:filling_id>/progress/", fillings.progress, name="filling_progress"),
    path("forms/filled/<int:filling_id>/file/", fillings.taken, name="filling_file"),
    path("forms/filled/<int:filling_id>/release/", fillings.release, name="filling_release"),
    path("forms/filled/<int:filling_id>/put-away/", fillings.put_away, name="filling_put_away"),
    path("forms/filled/<int:filling_id>/open/", fillings.open_sealed, name="filling_open"),
    path("forms/figures/<int:figure_id>/", fillings.figure, name="figure"),
    path("exports/files/", exports.files, name="files"),
    path("exports/tables/", exports.tables, name="tables"),
    path("exports/<int:export_id>/", exports.one, name="export"),
    path("exports/<int:export_id>/progress/", exports.progress, name="export_progress"),
    path("exports/<int:export_id>/file/", exports.taken, name="export_file"),
    path("exports/household/<int:household_id>/", exports.household, name="household_file"),
]
