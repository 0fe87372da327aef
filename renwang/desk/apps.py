"""The desk: screens that show several stages. It has no models and no actions."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "renwang.desk"
    label = "desk"
