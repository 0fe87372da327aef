"""The ``renwang`` command: everything an installation is run with."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from config import catalogues

HEAD = """renwang: run a district's net for its people.

usage: renwang COMMAND [options]        renwang COMMAND --help tells the options of one
"""

TAIL = """
Where things are kept
  DATABASE_URL      which database (default: the file renwang.sqlite3 in RENWANG_DATA);
                    postgresql://user:password@host/name moves the same system to PostgreSQL
  RENWANG_DATA      the folder of the data (default: ./var); RENWANG_KEY_DIR that of the keys
  RENWANG_HOSTS     the names under which browsers may ask for it, separated by commas

Examples
  renwang demo --port 8080                    look at a district with three days behind it
  renwang drill --serve --port 8080           watch a district live through three days
  renwang import households.xlsx              read an office's ledger, row by row, nothing half-way
  renwang backup /mnt/usb/renwang.tar.gz      while everybody goes on working
  RENWANG_HOSTS=10.1.2.3 renwang serve --host 0.0.0.0
                                              serve a whole office from one machine
"""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing ``renwang`` can do: the words it is called by, and the management command behind it, if one is."""

    words: tuple[str, ...]
    arguments: str
    does: str
    django: str


GROUPS: dict[str, tuple[Command, ...]] = {
    "See it": (
        Command(("demo",), "[--port N]", "make a demo district of its own and serve it", ""),
        Command(("drill",), "[--days N] [--json]", "play days of an emergency, and tell what came of it", ""),
    ),
    "Run it": (
        Command(("serve",), "[--host H] [--port N]", "serve the pages; with the embedded database, the worker too", ""),
        Command(("worker",), "", "keep what the ledger promised: messages, exports, computations", "worker"),
        Command(("line",), "", "keep the line to the short-message centre up; a worker does so too", "line"),
        Command(
            ("centre",), "[--port N]", "be the short-message centre in a training: phones are this keyboard", "centre"
        ),
        Command(("migrate",), "", "bring the database to the form this version needs", "migrate"),
        Command(("check",), "[--deploy]", "look for mistakes; --deploy: is it fit for real data?", "check"),
    ),
    "Fill it": (
        Command(("import",), "PATH", "read an office's ledger as it is, with a verdict per row", "import_register"),
        Command(("link",), "A.csv [B.csv]", "who stands twice in a file, or who is who in two; no database", ""),
        Command(
            ("fill",),
            "TEMPLATE",
            "fill an office's own empty form, xlsx or docx",
            "fill_template",
        ),
        Command(
            ("export",),
            "TABLE --out PATH",
            "a table as csv or Parquet, with its dictionary",
            "export_table",
        ),
    ),
    "Reckon": (
        Command(
            ("power-index",),
            "--readings PATH…",
            "the power index of resumption, from files alone; needs no database",
            "",
        ),
    ),
    "Let people in": (
        Command(
            ("add-account",),
            "NAME --role R [--area A]",
            "make an account and print its one-time password",
            "add_account",
        ),
    ),
    "Trust it": (
        Command(("ledger", "verify"), "", "prove that no entry was changed, added or taken away", "ledger_verify"),
        Command(("ledger", "head"), "", "print the ledger's last seal, to be noted elsewhere", "ledger_head"),
        Command(("rotate-keys",), "", "seal with a new key from now on, and re-seal what there is", "rotate_keys"),
    ),
    "Keep it": (
        Command(("backup",), "PATH", "write everything but the keys into one archive, while running", "backup"),
        Command(("restore",), "PATH", "bring an archive back and prove its ledger", "restore"),
    ),
    "Go deeper": (Command(("manage",), "…", "any command of Django: shell, dbshell, showmigrations …", ""),),
}


def help_text() -> str:
    """Return what ``renwang --help`` prints."""
    lines = [HEAD]
    for title, commands in GROUPS.items():
        lines.append(title)
        for command in commands:
            call = " ".join((*command.words, command.arguments)).strip()
            lines.append(f"  {call:<30}{command.does}")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n" + TAIL


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code (0 well, 1 refused or failed, 2 not understood)."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] in {"-h", "--help", "help"}:
        print(help_text(), end="")
        return 0
    if words[0] == "--version":
        from renwang import __version__

        print(__version__)
        return 0
    if words[0] == "power-index":
        # Files in, figures out: neither settings nor a database are asked for.
        from config import power_index

        return power_index.main(words[1:])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # What is made from here on (the database, exports, archives) is for this account alone to read.
    os.umask(0o077)
    known = [command for commands in GROUPS.values() for command in commands]
    for command in known:
        if tuple(words[: len(command.words)]) == command.words:
            return _run_in_words(command, words[len(command.words) :])
    longer = [" ".join(command.words) for command in known if command.words[0] == words[0]]
    meant = f"Did you mean: {', '.join(longer)}? " if longer else ""
    said = f"renwang: there is no command {words[0]!r}. {meant}renwang --help tells all of them."
    print(said, file=sys.stderr)
    return 2


def _run_in_words(command: Command, rest: list[str]) -> int:
    """Run a command; tell what stands in its way in a sentence (with RENWANG_DEBUG=1: with the traceback)."""
    if command.words == ("link",):
        # Needs neither settings nor keys, and is not to wait for them.
        return _link(rest)
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError

    from config.database import UnknownDatabase
    from renwang.foundation.access.engine.keyring import KeyringError

    try:
        return _run(command, rest)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read us (head, less) has read enough. Python must not find out again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except (UnknownDatabase, KeyringError, ImproperlyConfigured) as error:
        told = str(error)
        _tell_all_where_asked()
    except DatabaseError as error:
        told = (
            f"{str(error).strip()}\nIf this is a new or an older database, bring it up to date first: renwang migrate"
        )
        _tell_all_where_asked()
    except OSError as error:
        told = f"{error.filename or command.words[0]}: {error.strerror or error}"
        _tell_all_where_asked()
    print(f"renwang: {told}", file=sys.stderr)
    return 1


def _link(rest: list[str]) -> int:
    from config import link

    try:
        status = link.main(rest)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return status


def _tell_all_where_asked() -> None:
    if os.environ.get("RENWANG_DEBUG"):
        raise  # noqa: PLE0704  # called from an except only


def _run(command: Command, rest: list[str]) -> int:
    # Only what is asked for is imported: --help answers at once.
    if command.words == ("demo",):
        from config import demo

        return demo.main(rest)
    if command.words == ("drill",):
        from config import drill

        return drill.main(rest)
    catalogues.compile_stale()
    if command.words == ("manage",):
        from django.core.management import execute_from_command_line

        execute_from_command_line(["renwang manage", *rest])
        return 0
    if command.words == ("serve",):
        from config import serve

        return serve.main(rest)
    if "RENWANG_PARENT" in os.environ:
        from config.serve import end_with_parent

        end_with_parent()
    import django
    from django.core.management import get_commands, load_command_class
    from django.core.management.base import BaseCommand

    django.setup()
    app = get_commands().get(command.django)
    if app is None:
        print(f"renwang: {' '.join(command.words)} is not part of this installation.", file=sys.stderr)
        return 1
    loaded = app if isinstance(app, BaseCommand) else load_command_class(app, command.django)
    loaded.run_from_argv(["renwang", " ".join(command.words), *rest])
    return 0


if __name__ == "__main__":
    sys.exit(main())
