"""The open tables: which there are, and what each column means, with its HXL hashtag (https://hxlstandard.org)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Kind = Literal["text", "int", "number", "date", "datetime", "bool"]


@dataclass(frozen=True, slots=True)
class OpenColumn:
    """One column: its name in the file, what it is called, its kind, its hashtag."""

    name: str
    label: Promise | str
    kind: Kind = "text"
    hxl: str = ""
    is_sealed: bool = False


@dataclass(frozen=True, slots=True)
class OpenTable:
    """One table that may be taken out."""

    code: str
    label: Promise | str
    permission: str  # to see its rows
    columns: tuple[OpenColumn, ...]


_PLACE = (
    OpenColumn("division_code", _("Division code"), hxl="#adm+code"),
    OpenColumn("subdistrict", _("Subdistrict"), hxl="#adm3+name"),
    OpenColumn("village", _("Village or community"), hxl="#adm4+name"),
)
TABLES: Mapping[str, OpenTable] = {
    table.code: table
    for table in (
        OpenTable(
            "households",
            _("Households"),
            "registry.view",
            (
                OpenColumn("household_id", _("Number in this system"), "int", "#affected+hh+id"),
                OpenColumn("household_number", _("Household number"), hxl="#affected+hh+code"),
                OpenColumn("head_name", _("Head of household"), hxl="#affected+hh+name"),
                *_PLACE,
                OpenColumn("address", _("Address"), hxl="#loc+address"),
                OpenColumn("phone", _("Household's phone"), hxl="#contact+phone", is_sealed=True),
                OpenColumn("members", _("Number of members"), "int", "#population+hh+num"),
                OpenColumn("ledgers", _("Ledgers it stands on"), hxl="#beneficiary+type"),
                OpenColumn("helper", _("Answerable person"), hxl="#contact+name"),
                OpenColumn("last_check_in", _("Last check-in, day"), "date", "#date+contacted"),
                OpenColumn("last_told", _("Last check-in, in short"), hxl="#status+text"),
                OpenColumn("open_cases", _("Number of cases in hand"), "int", "#need+open+num"),
            ),
        ),
        OpenTable(
            "persons",
            _("Persons"),
            "registry.view",
            (
                OpenColumn("person_id", _("Number in this system"), "int", "#affected+ind+id"),
                OpenColumn("household_number", _("Household number"), hxl="#affected+hh+code"),
                OpenColumn("head_name", _("Head of household"), hxl="#affected+hh+name"),
                OpenColumn("name", _("Name"), hxl="#affected+ind+name"),
                OpenColumn("relation", _("Relation to head"), hxl="#affected+ind+relation"),
                OpenColumn("sex", _("Sex"), hxl="#affected+ind+sex"),
                OpenColumn("born_on", _("Born on"), "date", "#date+birth"),
                OpenColumn("age", _("Age"), "int", "#affected+ind+age"),
                OpenColumn("id_number", _("ID number"), hxl="#meta+id+national", is_sealed=True),
                OpenColumn("phone", _("Phone"), hxl="#contact+phone", is_sealed=True),
                *_PLACE,
            ),
        ),
        OpenTable(
            "cases",
            _("Cases"),
            "cases.view",
            (
                OpenColumn("case_id", _("Number of the case"), "int", "#need+id"),
                OpenColumn("kind", _("Kind"), hxl="#need+type+code"),
                OpenColumn("kind_name", _("Kind, in words"), hxl="#need+type+name"),
                OpenColumn("status", _("State"), hxl="#status+code"),
                OpenColumn("is_urgent", _("Urgent"), "bool", "#severity+urgent"),
                OpenColumn("subject", _("Whose need"), hxl="#affected+name"),
                *_PLACE,
                OpenColumn("office", _("Office"), hxl="#org+code"),
                OpenColumn("holder", _("In whose hands"), hxl="#contact+name"),
                OpenColumn("opened_at", _("Opened at"), "datetime", "#date+opened"),
                OpenColumn("due_at", _("Due at"), "datetime", "#date+due"),
                OpenColumn("closed_at", _("Closed at"), "datetime", "#date+closed"),
            ),
        ),
        OpenTable(
            "check_ins",
            _("Check-ins"),
            "rounds.view",
            (
                OpenColumn("check_in_id", _("Number of the check-in"), "int", "#meta+id"),
                OpenColumn("household_id", _("Number of the household in this system"), "int", "#affected+hh+id"),
                OpenColumn("head_name", _("Head of household"), hxl="#affected+hh+name"),
                *_PLACE,
                OpenColumn("told_at", _("Told at"), "datetime", "#date+reported"),
                OpenColumn("mode", _("Way"), hxl="#channel"),
                OpenColumn("all_well", _("All is well"), "bool", "#status+well"),
                OpenColumn("findings", _("What somebody must know"), hxl="#indicator+finding"),
                OpenColumn("temperature", _("Highest temperature"), "number", "#indicator+temperature", is_sealed=True),
                OpenColumn("symptoms", _("Symptoms"), hxl="#indicator+symptoms", is_sealed=True),
                OpenColumn("travel", _("Where they have been"), hxl="#loc+travel", is_sealed=True),
                OpenColumn("needs", _("What they need"), hxl="#need+text", is_sealed=True),
            ),
        ),
        OpenTable(
            "received",
            _("What was received"),
            "fulfilment.view",
            (
                OpenColumn("line_id", _("Number of the line"), "int", "#meta+id"),
                OpenColumn("case_id", _("Number of the case"), "int", "#need+id"),
                OpenColumn("subject", _("Whose need"), hxl="#affected+name"),
                *_PLACE,
                OpenColumn("resource", _("What"), hxl="#item+name"),
                OpenColumn("unit", _("Unit"), hxl="#item+unit"),
                OpenColumn("requested", _("requested"), "number", "#item+requested+num"),
                OpenColumn("committed", _("committed"), "number", "#item+committed+num"),
                OpenColumn("in_transit", _("in transit"), "number", "#item+transit+num"),
                OpenColumn("received", _("received"), "number", "#item+received+num"),
                OpenColumn("verified", _("verified"), "number", "#item+verified+num"),
            ),
        ),
        OpenTable(
            "divisions",
            _("Divisions"),
            "registry.view",
            (
                OpenColumn("code", _("Division code"), hxl="#adm+code"),
                OpenColumn("name", _("Name"), hxl="#adm+name"),
                OpenColumn("level", _("Level"), hxl="#adm+level"),
                OpenColumn("parent", _("Code of the division above"), hxl="#adm+parent+code"),
                OpenColumn("lon", _("Longitude"), "number", "#geo+lon"),
                OpenColumn("lat", _("Latitude"), "number", "#geo+lat"),
            ),
        ),
    )
}
