"""Tables of messages."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.fields import BlindIndexField, SealedTextField
from renwang.foundation.access.models import CodeField

from .rules import Fault, IncomingState, MessageState, Stray


class Message(models.Model):
    """One message to one phone, and where it stands."""

    key = models.CharField(max_length=80, unique=True)  # the same key twice is one message
    channel = models.CharField(_("channel"), max_length=12, default="sms")
    address = SealedTextField(_("number"))
    address_idx = BlindIndexField(source="address", kind="phone", db_index=False)
    text = SealedTextField(_("text"))
    about = models.CharField(max_length=40, blank=True)  # whose message it is: "rounds.contact"
    about_id = models.BigIntegerField(null=True, blank=True)
    area = CodeField(_("area"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=MessageState.choices, default=MessageState.QUEUED)
    segments = models.PositiveSmallIntegerField(_("segments"), default=1)
    made_at = models.DateTimeField(_("made at"))
    not_before = models.DateTimeField(_("not before"))
    expires_at = models.DateTimeField(_("not after"))
    wired_at = models.DateTimeField(_("on the wire at"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    fault = models.CharField(_("fault"), max_length=16, choices=Fault.choices, blank=True)
    reference = models.PositiveIntegerField(default=0)  # goes with every segment and comes back with its receipt
    is_urgent = models.BooleanField(_("urgent"), default=False)  # goes out in the quiet hours too

    class Meta:
        verbose_name = _("short message")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("made_at")), name="message_expires_after_it_is_made"
            )
        ]
        indexes = [
            # What the line sends next; most messages have ended, so the index stays small.
            models.Index(
                fields=["not_before", "id"],
                condition=models.Q(state__in=["queued", "errored"]),
                name="message_to_send",
            ),
            # Whose answer or receipt is still to come.
            models.Index(
                fields=["reference"], condition=models.Q(state__in=["wired", "sent"]), name="message_by_reference"
            ),
            models.Index(
                fields=["reference"],
                condition=models.Q(state="failed", fault="unsure"),
                name="message_unsure_by_reference",
            ),
            models.Index(
                fields=["expires_at"], condition=models.Q(state__in=["wired", "sent"]), name="message_without_end"
            ),
            models.Index(fields=["about", "about_id"], name="message_by_subject"),
            models.Index(fields=["state", "made_at"], name="message_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.state}"


class Part(models.Model):
    """One segment that the centre has taken, under the centre's number."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="parts", db_index=False)
    number = models.PositiveSmallIntegerField()
    external_id = models.CharField(max_length=65)
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.SENT)

    class Meta:
        verbose_name = _("segment")
        constraints = [models.UniqueConstraint(fields=["message", "number"], name="segment_is_taken_once")]
        indexes = [models.Index(fields=["external_id"], name="segment_by_external_id")]

    def __str__(self) -> str:
        return f"{self.message_id}/{self.number} {self.state}"


class Incoming(models.Model):
    """One message from a phone, exactly as it arrived."""

    channel = models.CharField(_("channel"), max_length=12, default="sms")
    address = SealedTextField(_("number"))
    address_idx = BlindIndexField(source="address", kind="phone")
    text = SealedTextField(_("text"))
    digest = models.BinaryField(max_length=16)  # of number, text and segment: brought again it is the same
    received_at = models.DateTimeField(_("received at"))
    state = models.CharField(_("state"), max_length=10, choices=IncomingState.choices, default=IncomingState.NEW)
    reason = models.CharField(_("reason"), max_length=40, blank=True)  # why a person must read it, or why nobody need
    note = models.CharField(_("note"), max_length=200, blank=True)  # a person's words
    about = models.CharField(max_length=40, blank=True)
    about_id = models.BigIntegerField(null=True, blank=True)
    area = CodeField(_("area"), blank=True)
    repeat_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("reply")
        indexes = [
            models.Index(fields=["state", "received_at"], name="incoming_by_state"),
            models.Index(fields=["digest", "received_at"], name="incoming_by_digest"),
            models.Index(fields=["about", "about_id"], name="incoming_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class IncomingPart(models.Model):
    """One segment of a longer message: until the others have come, and some hours longer, so that it is known when brought again."""

    address = SealedTextField(_("number"))
    address_idx = BlindIndexField(source="address", kind="text", db_index=False)
    text = SealedTextField(_("text"))
    digest = models.BinaryField(max_length=16)  # of number and text
    incoming = models.ForeignKey(Incoming, models.CASCADE, null=True, blank=True, related_name="+")
    reference = models.PositiveIntegerField()
    total = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("segment of a reply")
        constraints = [
            models.UniqueConstraint(
                fields=["address_idx", "reference", "total", "number"],
                condition=models.Q(incoming=None),
                name="incoming_segment_waits_once",
            )
        ]
        indexes = [
            models.Index(fields=["address_idx", "reference"], name="incoming_segment_by_whole"),
            models.Index(fields=["received_at"], name="incoming_segment_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.number}/{self.total}"


class StrayReceipt(models.Model):
    """A receipt without a place: kept, so that a person can ask the carrier."""

    external_id = models.CharField(_("number of the centre"), max_length=65)
    said = models.CharField(_("what it says"), max_length=12, blank=True)
    because = models.CharField(_("why it has no place"), max_length=12, choices=Stray.choices)
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("stray receipt")
        indexes = [models.Index(fields=["received_at"], name="stray_by_age")]

    def __str__(self) -> str:
        return f"{self.external_id} {self.said}"


class LineState(models.Model):
    """Who holds a line, and how it is: of several workers one may speak over it."""

    code = models.CharField(max_length=12, primary_key=True)
    held_by = models.CharField(max_length=80, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)
    bound_at = models.DateTimeField(_("up since"), null=True, blank=True)
    down_at = models.DateTimeField(_("down since"), null=True, blank=True)
    throttled_at = models.DateTimeField(_("throttled at"), null=True, blank=True)
    trouble = models.CharField(_("trouble"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("line to the centre")

    def __str__(self) -> str:
        return self.code
