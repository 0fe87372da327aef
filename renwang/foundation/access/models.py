"""Accounts, their roles in areas, and who looked at what."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device

from .fields import SealedTextField
from .rules import ROLES


class CodeField(models.CharField[str, str]):
    """A division code, compared by character on every database, so that an area is a range of an index."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 24)
        super().__init__(*args, **kwargs)

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class UserManager(BaseUserManager["User"]):
    """Finds accounts by their login name."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


class User(AbstractBaseUser):
    """One account of one person who works for the district."""

    username = models.CharField(_("login name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60)
    unit = models.CharField(_("unit"), max_length=80, blank=True)
    post = models.CharField(_("post"), max_length=60, blank=True)
    work_phone = models.CharField(_("work phone"), max_length=20, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    must_change_password = models.BooleanField(_("must change password"), default=False)
    made_at = models.DateTimeField(_("made at"))

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    class Meta:
        verbose_name = _("account")

    def __str__(self) -> str:
        return self.name


class Grant(models.Model):
    """One role held by one account in one area, from when to when."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.CharField(_("role"), max_length=40, choices=[(role.code, role.label) for role in ROLES.values()])
    area = CodeField(_("area"), blank=True)  # prefix of division codes; empty is everywhere
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("grant")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="grant_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "area"], condition=models.Q(until__isnull=True), name="grant_is_held_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.area}"


class BreakGlass(models.Model):
    """Emergency access to a neighbouring area: with a reason, for hours, shown to the officers of that area."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    area = CodeField(_("area"))
    reason = models.CharField(_("reason"), max_length=300)
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"))
    acknowledged_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)

    class Meta:
        verbose_name = _("emergency access")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("since")), name="break_glass_ends_after_it_begins"
            )
        ]
        indexes = [models.Index(fields=["area", "until"], name="break_glass_by_area")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.area} {self.since:%Y-%m-%d %H:%M}"


class SecondFactor(Device):
    """The phone app that shows one-time codes for one account. Its secret is sealed: a copy of the database opens nothing.

    django-otp's middleware finds it by the session and says whether it was shown. It is verified by an action
    (``show_second_factor``), because a wrong try is a write.
    """

    secret = SealedTextField(_("secret"))  # 20 bytes in hexadecimal
    drift = models.SmallIntegerField(default=0)  # steps of 30 s the phone's clock is ahead
    last_step = models.BigIntegerField(default=-1)  # a code counts once
    failures = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("second factor")
        constraints = [models.UniqueConstraint(fields=["user"], name="one_second_factor_per_account")]

    def __str__(self) -> str:
        return f"{self.user_id}"


class RecoveryCode(models.Model):
    """One printed code that opens the door once, when the phone is lost."""

    factor = models.ForeignKey(SecondFactor, models.CASCADE, related_name="recovery_codes")
    code = SealedTextField(_("recovery code"))
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("recovery code")

    def __str__(self) -> str:
        return f"{self.factor_id}/{self.pk}"


class Look(models.Model):
    """One look at one sealed field of one subject: who, when, why."""

    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    subject_id = models.BigIntegerField()  # registry comes later on the way: a number, not a key
    code = CodeField(_("area"))
    field = models.CharField(_("field"), max_length=40)
    reason = models.CharField(_("reason"), max_length=200)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("look")
        indexes = [
            models.Index(fields=["subject_id", "at"], name="look_by_subject"),
            models.Index(fields=["code", "at"], name="look_by_area"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.field} {self.at:%Y-%m-%d %H:%M}"
