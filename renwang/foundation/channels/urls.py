"""Addresses of this app's pages."""

from django.urls import path

from . import views

app_name = "channels"
urlpatterns = [path("messages/", views.messages_page, name="messages")]
