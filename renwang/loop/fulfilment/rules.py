"""Decisions about what meets a case, as pure values."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Step(TextChoices):
    """One step of a quantity on its way (after Sahana: request, commit, send, receive; and one more: verify)."""

    REQUEST = "request", _("requested")
    COMMIT = "commit", _("committed")
    SEND = "send", _("in transit")
    RECEIVE = "receive", _("received")
    VERIFY = "verify", _("verified")
    LOSE = "lose", _("lost on the way")
    CANCEL = "cancel", _("cancelled")
