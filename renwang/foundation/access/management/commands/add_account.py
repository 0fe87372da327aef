"""`renwang add-account NAME`: an account from the command line; the first one is made so."""

import getpass
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from renwang.foundation.access import actions, kinds
from renwang.foundation.access.engine.one_time import make_password
from renwang.foundation.access.models import User
from renwang.foundation.access.rules import ROLES, Actor


class Command(BaseCommand):
    """Makes an account with one role, and prints a one-time password (or takes one from the terminal or a pipe)."""

    help = "Make an account with one role in one area and print its one-time password."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the login name, the role and the area."""
        parser.add_argument("username", help="login name")
        parser.add_argument("--role", required=True, choices=sorted(ROLES), help="what the account may do")
        parser.add_argument("--area", default="", help="code of the area; left out: everywhere")
        parser.add_argument("--name", default="", help="the person's name (default: the login name)")
        parser.add_argument("--unit", default="", help="where the person works")
        parser.add_argument("--ask-password", action="store_true", help="ask for the password (or read it from a pipe)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the account as the system itself; the ledger says so."""
        username = options["username"]
        asked = bool(options["ask_password"])
        password = _asked(username) if asked else make_password()
        try:
            actions.add_account(
                actor=Actor.system(),
                now=timezone.now(),
                username=username,
                name=options["name"] or username,
                unit=options["unit"],
                password=password,
                role=options["role"],
                area=options["area"],
                must_change_password=not asked,
            )
        except actions.AccountProblem as problem:
            raise CommandError(str(problem)) from None
        role = ROLES[options["role"]]
        self.stdout.write(f"Account {username}: {role.label}, area {options['area'] or 'everywhere'}.")
        if not asked:
            self.stdout.write(f"One-time password (shown only now): {password}")
        if role.second_factor:
            self.stdout.write("At the first sign-in this role sets up a one-time code app on a phone.")
        if options["area"] and not kinds.places().names([options["area"]]):
            self.stderr.write(f"No division {options['area']} is loaded yet: the role waits for it.")


def _asked(username: str) -> str:
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    try:
        validate_password(password, User(username=username))
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from None
    return password
