"""Whoever the district may owe something to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from renwang.foundation.access.fields import BlindIndexField, SealedTextField
from renwang.foundation.access.models import CodeField

from ..rules import Relation, Sex, SubjectKind
from .divisions import Division


class Subject(models.Model):
    """A person, a household or an organisation: what every later stage points at."""

    kind = models.CharField(_("kind"), max_length=12, choices=SubjectKind.choices)
    name = models.CharField(_("name"), max_length=80)  # a household bears the name of its head
    division = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name=_("division"))
    is_current = models.BooleanField(_("current"), default=True)  # no longer so when merged into another or gone
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    source = models.CharField(_("told by"), max_length=20, blank=True, default="")  # the office whose ledger told of it
    added_at = models.DateTimeField(_("added at"))
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("subject")
        indexes = [
            models.Index(fields=["kind", "division", "name"], name="subject_by_area"),
            # Who has nobody responsible is counted over these, without touching the table.
            models.Index(
                fields=["kind", "division", "id"], name="subject_current_by_area", condition=models.Q(is_current=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SearchKey(models.Model):
    """One way to look a subject up: name, given name, pinyin, initials; the area beside it so that one index serves both."""

    # Found by the unique index below; one index less on the largest table. Keys are made of names, and made anew from them:
    # that the database looked each of a dozen a household up once more cost a large ledger a fifth of its time.
    subject = models.ForeignKey(Subject, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    code = CodeField()
    key = CodeField(max_length=60)  # lower case; compared by character, so a prefix is a range

    class Meta:
        verbose_name = _("search key")
        # A district asks by key, a village by its code first: neither reads what the other holds.
        indexes = [
            models.Index(fields=["key", "code"], name="search_key_prefix"),
            models.Index(fields=["code", "key"], name="search_key_of_village"),
        ]
        constraints = [models.UniqueConstraint(fields=["subject", "key"], name="search_key_is_kept_once")]

    def __str__(self) -> str:
        return self.key


class Household(models.Model):
    """People who live together, reached as one: the unit that is asked once."""

    subject = models.OneToOneField(Subject, models.CASCADE, primary_key=True, related_name="household")
    number = models.CharField(_("household number"), max_length=30, blank=True)  # 户编号 of the office's own ledger
    address = models.CharField(_("address"), max_length=160, blank=True)
    phone = SealedTextField(_("phone"), null=True, blank=True)
    phone_idx = BlindIndexField(source="phone", kind="phone")
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)

    class Meta:
        verbose_name = _("household")
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=~models.Q(number=""), name="household_number_is_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.number}"


class Person(models.Model):
    """One human being."""

    subject = models.OneToOneField(Subject, models.CASCADE, primary_key=True, related_name="person")
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices, default=Sex.UNKNOWN)
    born_on = models.DateField(_("born on"), null=True, blank=True)
    id_number = SealedTextField(_("ID number"), null=True, blank=True)
    id_number_idx = BlindIndexField(source="id_number", kind="id_number")
    phone = SealedTextField(_("phone"), null=True, blank=True)
    phone_idx = BlindIndexField(source="phone", kind="phone")

    class Meta:
        verbose_name = _("person")

    def __str__(self) -> str:
        return str(self.subject_id)


class Membership(models.Model):
    """One person's belonging to one household, from when to when."""

    person = models.ForeignKey(Subject, models.CASCADE, related_name="memberships")
    household = models.ForeignKey(Subject, models.CASCADE, related_name="members")
    relation = models.CharField(_("relation to head"), max_length=16, choices=Relation.choices, default=Relation.OTHER)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(until__isnull=True), name="person_lives_in_one_household"
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="membership_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.household_id}"


class Organisation(models.Model):
    """An enterprise, a school, a supplier, an office."""

    subject = models.OneToOneField(Subject, models.CASCADE, primary_key=True, related_name="organisation")
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    contact_name = models.CharField(_("contact"), max_length=60, blank=True)
    phone = SealedTextField(_("phone"), null=True, blank=True)
    phone_idx = BlindIndexField(source="phone", kind="phone")
    address = models.CharField(_("address"), max_length=160, blank=True)

    class Meta:
        verbose_name = _("organisation")
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"], condition=~models.Q(credit_code=""), name="credit_code_is_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.credit_code}"
