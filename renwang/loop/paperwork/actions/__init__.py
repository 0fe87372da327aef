"""Everything that changes forms, fillings and exports."""

from .asking import ask_column
from .exports import (
    EXPORT,
    drop_exports,
    export_household_files,
    export_table,
    finish_export,
    take_copy,
    take_household_file,
    take_out,
)
from .fillings import (
    FILL,
    fill_form,
    finish_filling,
    open_sealed_columns,
    put_away_filling,
    release_filling,
)
from .forms import map_columns, plan_form, take_in_form

__all__ = [
    "EXPORT",
    "FILL",
    "ask_column",
    "drop_exports",
    "export_household_files",
    "export_table",
    "fill_form",
    "finish_export",
    "finish_filling",
    "map_columns",
    "open_sealed_columns",
    "plan_form",
    "put_away_filling",
    "release_filling",
    "take_copy",
    "take_household_file",
    "take_in_form",
    "take_out",
]
