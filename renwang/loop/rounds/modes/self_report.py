"""By the household itself, through a signed link or its QR code."""

from django.utils.translation import gettext_lazy as _

from ..kinds import Mode, register

SELF_REPORT = register(
    Mode(
        code="self_report",
        label=_("self-report"),
        icon="qrcode",
        asked_by_worker=False,
        needs_phone=True,
        tries=1,
        wait_minutes=240,
    )
)
