"""The first account by command, and the question whether an installation is fit for real people."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from config import checks
from renwang.foundation.access.models import Grant, User
from renwang.foundation.audit.models import Entry


def test_an_account_with_an_unknown_role_is_refused(db: None) -> None:
    with pytest.raises(CommandError):
        call_command("add_account", "wang", "--role", "king")
    assert not User.objects.exists()


def test_the_first_account_is_made_before_any_area_is_loaded(db: None) -> None:
    said, warned = StringIO(), StringIO()
    call_command("add_account", "wang", "--role", "account_manager", "--area", "370704", stdout=said, stderr=warned)
    user = User.objects.get(username="wang")
    password = said.getvalue().split("shown only now): ")[1].split()[0]
    assert user.check_password(password) and user.must_change_password
    assert Grant.objects.get(user=user).area == "370704"
    assert "370704" in warned.getvalue()
    entry = Entry.objects.get(name="access.add_account")
    assert entry.actor_id is None and password not in str(entry.facts)
    with pytest.raises(CommandError):
        call_command("add_account", "wang", "--role", "helper", stdout=said, stderr=warned)


def test_a_password_from_a_pipe_is_held_to_the_rules(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO("short\n"))
    with pytest.raises(CommandError):
        call_command("add_account", "wang", "--role", "helper", "--ask-password")
    monkeypatch.setattr("sys.stdin", StringIO("blaue-weide-7\n"))
    call_command("add_account", "wang", "--role", "helper", "--ask-password", stdout=StringIO())
    assert not User.objects.get(username="wang").must_change_password


def test_an_installation_that_is_not_fit_is_told_so(settings: Any, tmp_path: Path) -> None:
    settings.RENWANG_DATA, settings.RENWANG_KEY_DIR = tmp_path, tmp_path / "keys"
    settings.RENWANG_KEY_DIR.mkdir()
    (settings.RENWANG_KEY_DIR / "secret.key").write_text("x")
    (settings.RENWANG_KEY_DIR / "secret.key").chmod(0o644)
    settings.DEBUG, settings.SECRET_KEY, settings.RENWANG_HTTPS = True, "short", False
    settings.ALLOWED_HOSTS, settings.RENWANG_SECOND_FACTOR = ["renwang.example", "*"], False
    settings.RENWANG_DEMO = True
    found = {message.id for message in checks.fit_for_real_people(None)}
    numbers = ("E001", "E002", "E003", "W004", "E005", "E006", "E007", "E011")
    assert found == {f"renwang.{number}" for number in numbers}


def test_an_installation_that_is_fit_hears_nothing(settings: Any, tmp_path: Path) -> None:
    settings.RENWANG_DATA, settings.RENWANG_KEY_DIR = tmp_path / "data", tmp_path / "keys"
    settings.RENWANG_KEY_DIR.mkdir()
    (settings.RENWANG_KEY_DIR / "secret.key").write_text("x")
    (settings.RENWANG_KEY_DIR / "secret.key").chmod(0o600)
    settings.DEBUG, settings.SECRET_KEY, settings.RENWANG_HTTPS = False, "x" * 60, True
    settings.ALLOWED_HOSTS, settings.RENWANG_SECOND_FACTOR = ["renwang.example"], True
    assert checks.fit_for_real_people(None) == []
