"""Keep the catalogues of every app: take the words out of the sources, merge, check, compile. No GNU gettext needed.

    tools/messages.py                  update every app's locale/{zh_Hans,en}/LC_MESSAGES/django.po, and compile
    tools/messages.py renwang/desk     one app only
    tools/messages.py --check          say what is missing, untranslated, uncertain or has other placeholders; exit 1
    tools/messages.py --compile        only make the .mo files that are older than their .po

English sources are the message ids, so a new id enters the English catalogue as itself, and the Chinese one empty.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from config import catalogues

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = {"zh_Hans": "zh_Hans", "en": "en"}
# What each function's arguments are; the same list serves the lazy ones and Django's usual alias.
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
TEMPLATE_COMMENT = re.compile(r"\{#[^\n]*?#\}")
PLACEHOLDER = re.compile(r"%\((\w+)\)[#0 +-]*[\d.]*[diouxXeEfFgGcrsa]|\{(\w*)(?:[!:][^{}]*)?\}|%([sdr])(?![\w(])")


def main() -> int:
    """Do what the arguments ask; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, help="apps (folders); without any: all")
    parser.add_argument("--check", action="store_true", help="change nothing, exit 1 where something is amiss")
    parser.add_argument("--compile", action="store_true", help="only compile")
    options = parser.parse_args()
    if options.compile:
        catalogues.compile_stale()
        return 0
    homes = _homes()
    chosen = [path.resolve() for path in options.paths] or list(homes)
    complaints: list[str] = []
    for home in homes:
        if not any(home == path or home.is_relative_to(path) for path in chosen):
            continue
        complaints += _unreadable(home, homes)
        found = _extracted(home, homes)
        for language in LANGUAGES:
            complaints += _check(home, language, found) if options.check else _update(home, language, found)
    if options.check:
        complaints += _clashes(homes)
    else:
        catalogues.compile_stale()
    print("\n".join(complaints) or "Every message is translated.")
    return 1 if options.check and complaints else 0


def _homes() -> list[Path]:
    """Return the folders that keep catalogues: every app, and the composition root's settings with it none."""
    return sorted(path.parent for path in ROOT.glob("renwang/**/apps.py"))


def _sources(home: Path, homes: Iterable[Path]) -> Iterator[Path]:
    inner = [other for other in homes if other != home and other.is_relative_to(home)]
    for path in sorted(home.rglob("*")):
        parts = path.relative_to(home).parts
        if {"tests", "migrations", "static", "locale", "__pycache__"} & set(parts[:-1]):
            continue
        if any(path.is_relative_to(other) for other in inner):
            continue
        if path.suffix == ".py" or (path.suffix in {".html", ".txt"} and "templates" in parts):
            yield path


def _extracted(home: Path, homes: Iterable[Path]) -> Catalog:
    """Return everything the sources of one app ask to be translated."""
    catalog = Catalog(charset="utf-8")
    for path in _sources(home, homes):
        content = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            content = _python_of_template(content, path)
        place = str(path.relative_to(ROOT))
        for line, message, comments, context in extract(
            "python", BytesIO(content.encode()), KEYWORDS, comment_tags=("Translators:",)
        ):
            if not message or (isinstance(message, tuple) and not message[0]):
                continue
            # The file without the line: a line number changes with every edit above it and says nothing.
            catalog.add(message, locations=[(place, None)], auto_comments=comments, context=context)  # type: ignore[list-item]
            del line
    return catalog


def _unreadable(home: Path, homes: Iterable[Path]) -> list[str]:
    """Return the calls whose message is not written out: nobody could find it, so nobody would translate it."""
    amiss = []
    for path in _sources(home, homes):
        if path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = ast.unparse(node.func).split(".")[-1] if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
                strange = [alias.asname for alias in node.names if "gettext" in alias.name and alias.asname]
                amiss += [
                    f"{path.relative_to(ROOT)}:{node.lineno}: gettext under a name that is not looked for: {name}"
                    for name in strange
                    if name not in KEYWORDS
                ]
            if isinstance(node, ast.Call) and called in KEYWORDS:
                said = node.args[: {"n": 2, "p": 2}.get(called[0], 1) + called.startswith("np")]
                if not said or any(not isinstance(part, ast.Constant) for part in said):
                    amiss.append(
                        f"{path.relative_to(ROOT)}:{node.lineno}: write the message out: {ast.unparse(node)[:60]}"
                    )
    return amiss


def _python_of_template(content: str, path: Path) -> str:
    """Return a template as the gettext calls it amounts to (Django's own way for its makemessages)."""
    from django.conf import settings  # only here: compiling and checking Python sources need no Django
    from django.utils.translation import templatize

    if not settings.configured:
        settings.configure(USE_I18N=True)
    return _joined(templatize(TEMPLATE_COMMENT.sub("", content), origin=str(path)))


def _joined(text: str) -> str:
    """Return templatize's text as Python that a tokenizer can read: what stands between the calls is dropped."""
    call = r"(?:gettext|ngettext|pgettext|npgettext|_)"
    argument = r"u?(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")"
    found = re.finditer(rf"(?<![\w]){call}\(\s*{argument}(?:\s*,\s*(?:{argument}|count))*\s*\)", text)
    lines: dict[int, list[str]] = {}
    for match in found:
        lines.setdefault(text.count("\n", 0, match.start()), []).append(" ".join(match.group().splitlines()))
    last = max(lines, default=-1)
    return "\n".join("; ".join(lines.get(number, [])) for number in range(last + 1)) + "\n"


def _path(home: Path, language: str) -> Path:
    return home / "locale" / LANGUAGES[language] / "LC_MESSAGES" / "django.po"


def _read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=LANGUAGES[language])
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGES[language])


def _update(home: Path, language: str, found: Catalog) -> list[str]:
    """Write one catalogue anew: known translations kept, new messages added, unused ones gone."""
    path = _path(home, language)
    messages = [message for message in found if message.id]
    if not messages:
        path.unlink(missing_ok=True)
        return []
    known = _read(path, language)
    fresh = Catalog(locale=LANGUAGES[language], charset="utf-8", project="Renwang", fuzzy=False, header_comment="")
    missing = 0
    for message in messages:
        before = known.get(_key(message), context=message.context)
        told = before.string if before is not None and _fits(message, before.string, fresh.num_plurals) else None
        if told is None:
            told = _empty(message, language, fresh.num_plurals)
        missing += not _is_told(told)
        flags = (before.flags if before is not None else set()) - {"python-format", "python-brace-format"}
        fresh.add(
            message.id,
            told,
            locations=message.locations,
            auto_comments=message.auto_comments,
            user_comments=before.user_comments if before is not None else (),
            context=message.context,
            flags=flags,
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = BytesIO()
    write_po(buffer, fresh, width=120, sort_output=True, omit_header=True, include_lineno=False)
    header = (
        f'msgid ""\nmsgstr ""\n"Language: {LANGUAGES[language]}\\n"\n"MIME-Version: 1.0\\n"\n'
        f'"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {fresh.plural_forms}\\n"\n\n'
    )
    content = header.encode() + buffer.getvalue()
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)
    return [f"{path.relative_to(ROOT)}: {missing} to translate"] if missing else []


def _key(message: Message) -> str:
    return str(message.id[0]) if isinstance(message.id, list | tuple) else str(message.id)


def _fits(message: Message, told: object, plurals: int) -> bool:
    """Answer whether an older translation has the shape of the message of today (one text, or one per plural form)."""
    if isinstance(message.id, list | tuple):
        return isinstance(told, list | tuple) and len(told) == plurals
    return isinstance(told, str)


def _empty(message: Message, language: str, plurals: int) -> str | list[str]:
    if isinstance(message.id, list | tuple):
        return [str(text) for text in message.id] if language == "en" else [""] * plurals
    return str(message.id) if language == "en" else ""


def _is_told(told: object) -> bool:
    return all(told) if isinstance(told, list | tuple) else bool(told)


def _check(home: Path, language: str, found: Catalog) -> list[str]:
    """Return what is amiss in one catalogue, a line each."""
    path = _path(home, language)
    known = _read(path, language)
    place = path.relative_to(ROOT)
    amiss: list[str] = []
    wanted = set()
    for message in found:
        if not message.id:
            continue
        key = _key(message)
        wanted.add((key, message.context))
        told = known.get(key, context=message.context)
        if told is None:
            amiss.append(f"{place}: missing: {key!r} (run make messages)")
        elif not _is_told(told.string):
            amiss.append(f"{place}: not translated: {key!r}")
        elif told.fuzzy:
            amiss.append(f"{place}: uncertain (fuzzy): {key!r}")
        else:
            amiss += [f"{place}: {complaint}: {key!r}" for complaint in _placeholder_complaints(message, told)]
    for message in known:
        if message.id and (_key(message), message.context) not in wanted:
            amiss.append(f"{place}: no longer used: {_key(message)!r} (run make messages)")
    return amiss


def _clashes(homes: Iterable[Path]) -> list[str]:
    """Return the messages that two apps translate differently: at run time all catalogues are one, and the first app wins."""
    told: dict[tuple[str, str | None, str], dict[str, str]] = {}
    for language in LANGUAGES:
        for home in homes:
            for message in _read(_path(home, language), language):
                if message.id and _is_told(message.string):
                    said = told.setdefault((language, message.context, _key(message)), {})
                    said[home.name] = str(message.string)
    return [
        f"{language}: {key!r} is told differently: {', '.join(f'{home} {text}' for home, text in sorted(said.items()))}"
        for (language, _context, key), said in sorted(told.items(), key=str)
        if len(set(said.values())) > 1
    ]


def _placeholders(text: str) -> set[str]:
    return {match.group() for match in PLACEHOLDER.finditer(text.replace("%%", ""))}


def _placeholder_complaints(message: Message, told: Message) -> Iterator[str]:
    ids = [str(text) for text in message.id] if isinstance(message.id, list | tuple) else [str(message.id)]
    texts = [str(text) for text in told.string] if isinstance(told.string, list | tuple) else [str(told.string)]
    allowed = set().union(*(_placeholders(text) for text in ids))
    # "One household" may leave its number out; the form that serves every number may not.
    for number, text in enumerate(texts):
        used = _placeholders(text)
        if used - allowed:
            yield f"unknown placeholder {', '.join(sorted(used - allowed))}"
        elif number == len(texts) - 1 and _placeholders(ids[-1]) - used:
            yield f"placeholder {', '.join(sorted(_placeholders(ids[-1]) - used))} is left out"


if __name__ == "__main__":
    sys.exit(main())
