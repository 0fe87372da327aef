"""Every page of the house, by room."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("renwang.desk.urls")),
    path("", include("renwang.foundation.access.urls")),
    path("", include("renwang.foundation.audit.urls")),
    path("", include("renwang.foundation.channels.urls")),
    path("", include("renwang.loop.registry.urls")),
    path("", include("renwang.loop.assignments.urls")),
    path("", include("renwang.loop.rounds.urls")),
    path("", include("renwang.loop.cases.urls")),
    path("", include("renwang.loop.fulfilment.urls")),
    path("", include("renwang.programmes.command.urls")),
    path("language/", include("django.conf.urls.i18n")),
]
