"""Exports made: the bytes of a file that somebody asked for. Reads only; who calls this writes down what was opened."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from renwang.foundation.access.rules import Actor
from renwang.foundation.documents.engine import Faces, faces, forget, pdf_of
from renwang.foundation.documents.engine import Mark as DocumentMark
from renwang.foundation.sheets.engine.cells import Value
from renwang.foundation.sheets.engine.open_formats import (
    bundle,
    csv_bytes,
    dictionary,
    parquet_bytes,
    with_dictionary,
)
from renwang.foundation.sheets.engine.package import Mark
from renwang.foundation.sheets.engine.writing import Column as SheetColumn
from renwang.foundation.sheets.engine.writing import sheet_bytes

from ..engine import word_of
from ..rules import MOST_FILES, TABLES, CannotDo, mark_of
from .days import local_day
from .household_files import HouseholdFile, household_files, household_ids, titles
from .lines import Look
from .scope import check_programme
from .tables import Taking, columns_of, rows_of

FILES_IN_A_PDF = 100  # households: about 2 MB of memory each while they are set
TEMPLATE = "loop/paperwork/documents/household.typ"


@dataclass
class File:
    """A file to be taken: its name, its bytes, how many rows (or households), whose sealed fields stand open in it."""

    name: str
    content: bytes
    rows: int
    looks: list[Look]


def fonts() -> Faces:
    """Return the fonts documents are set in; raises NoChineseFont."""
    return faces(settings.RENWANG_FONTS)


def household_document(file: HouseholdFile, *, file_format: str, mark: Mark, now: datetime) -> File:
    """Return one household's file as a PDF or a Word document; raises CannotTypeset."""
    name = f"{_('File of the household')}-{_file_name(file.name)}-{file.household_id}.{file_format}"
    if file_format == "docx":
        content = word_of(file.data, titles(), mark=mark, made_at=timezone.localtime(now))
    else:
        content = _pdf([file], mark=mark, now=now)
    return File(name, content, 1, file.looks)


def _pdf(files: list[HouseholdFile], *, mark: Mark, now: datetime) -> bytes:
    return pdf_of(
        TEMPLATE,
        {"files": [file.data for file in files], "words": titles()},
        faces=fonts(),
        language=translation.get_language() or "zh-hans",
        now=now,
        mark=DocumentMark(who=mark.who, at=mark.at, why=mark.why),
    )


def village_files(
    *,
    viewer: Actor,
    area: str,
    programme: str,
    file_format: str,
    opens_sealed: bool,
    mark: Mark,
    now: datetime,
    report: Callable[[int], None] | None = None,
) -> File:
    """Return the files of all households of an area: one PDF (a zip of several, a hundred households each), or a zip of Word
    documents. Raises CannotDo, CannotTypeset.
    """
    check_programme(viewer, programme)
    ids = household_ids(viewer=viewer, area=area, programme=programme, day=local_day(now))
    if not ids:
        raise CannotDo(_("There is no household here whose file you may take."))
    if len(ids) > MOST_FILES:
        raise CannotDo(
            _("%(many)d households are too many for one file: choose a smaller area (%(most)d at most).")
            % {"many": len(ids), "most": MOST_FILES}
        )
    found = household_files(viewer=viewer, ids=ids, now=now, opens_sealed=opens_sealed, report=report)
    name = f"{_('Files of households')}-{area or 'all'}"
    looks: list[Look] = []
    documents: dict[str, bytes] = {}
    rows = 0
    words, made_at = titles(), timezone.localtime(now)
    while part := list(islice(found, FILES_IN_A_PDF)):
        looks += [look for file in part for look in file.looks]
        if file_format == "pdf":
            documents[f"{name}-{rows + 1:04d}-{rows + len(part):04d}.pdf"] = _pdf(part, mark=mark, now=now)
            forget(fonts())
        else:
            documents |= {
                f"{number:04d}-{_file_name(file.name)}.docx": word_of(file.data, words, mark=mark, made_at=made_at)
                for number, file in enumerate(part, rows + 1)
            }
        rows += len(part)
    if file_format == "pdf" and len(documents) == 1:
        return File(f"{name}.pdf", next(iter(documents.values())), rows, looks)
    return File(f"{name}.zip", bundle(documents), rows, looks)


def open_table(*, table: str, taking: Taking, file_format: str, has_hxl: bool, mark: Mark, alone: bool = False) -> File:
    """Return an open table: csv or Parquet with its dictionary in one zip (``alone``: the file itself), or a workbook.

    Raises CannotDo.
    """
    check_programme(taking.viewer, taking.programme)
    columns = columns_of(table)
    rows = rows_of(table, taking)
    counted = 0

    def counting() -> "list[list[Value]]":
        nonlocal counted
        told = [list(row) for row in rows]
        counted = len(told)
        return told

    name = f"{table}-{taking.area or 'all'}-{local_day(taking.now).isoformat()}.{file_format}"
    if file_format == "xlsx":
        kinds = {"bool": "text"}
        shape = [SheetColumn(column.title, kinds.get(column.kind, column.kind)) for column in columns]  # type: ignore[arg-type]
        body = counting()
        if has_hxl:
            body.insert(0, [column.hxl for column in columns])
            shape = [SheetColumn(column.title) for column in columns]
        content = sheet_bytes(shape, body, title=str(TABLES[table].label), marked_by=mark.line)
        return File(name, content, counted, taking.looks)
    if file_format == "csv":
        content = csv_bytes(columns, counting(), hxl=has_hxl)
    else:
        content = parquet_bytes(columns, counting(), name=table, mark=mark, hxl=has_hxl)
    if not alone:
        content = with_dictionary(content, name, columns, mark=mark, hxl=has_hxl)
        name = f"{Path(name).stem}.zip"
    return File(name, content, counted, taking.looks)


def dictionary_of(table: str, *, mark: Mark, hxl: bool) -> bytes:
    """Return the dictionary of a table as JSON, to stand beside a file that is alone."""
    told = dictionary(columns_of(table), name=table, mark=mark, hxl=hxl)
    return json.dumps(told, ensure_ascii=False, indent=2).encode()


def mark_for(viewer: Actor, *, now: datetime, reason: str, is_opened: bool) -> Mark:
    """Return the mark of a file that somebody takes at a moment, for a reason."""
    who = _("the system") if viewer.is_system else viewer.name
    return mark_of(who=who, at=timezone.localtime(now), why=reason, is_opened=is_opened)


def _file_name(name: str) -> str:
    return "".join(sign for sign in name if sign.isalnum())[:20] or "-"
