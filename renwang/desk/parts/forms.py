"""Forms and dialogs."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.template.context import RequestContext
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from renwang.desk.parts.base import part

register = template.Library()


_GROUPED = {"radio", "checkboxselectmultiple", "radioselect"}


@register.inclusion_tag(part("form_field"))
def field(bound: BoundField, label: str = "", hint: str = "", unit: str = "", optional: bool = True) -> dict[str, Any]:
    """A field with label, help and error, tied together for screen readers. ``optional=False`` leaves out the word “optional”."""
    return _field(bound, label, hint, unit, optional)


def _field(bound: BoundField, label: str = "", hint: str = "", unit: str = "", optional: bool = True) -> dict[str, Any]:
    widget = bound.field.widget
    kind = (getattr(widget, "input_type", "") or widget.__class__.__name__).lower()
    grouped = kind in _GROUPED or widget.__class__.__name__.lower() in _GROUPED
    help_text = hint or bound.help_text
    described = [f"{bound.auto_id}-help"] if help_text else []
    described += [f"{bound.auto_id}-error"] if bound.errors else []
    classes = {"checkbox": "form-check-input", "select": "form-select"}.get(kind, "form-control")
    attrs: dict[str, Any] = {} if grouped else {"class": f"{widget.attrs.get('class', '')} {classes}".strip()}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return {
        "bound": bound,
        "control": bound.as_widget(attrs=attrs),
        "label": label or bound.label,
        "help": help_text,
        "unit": unit,
        "grouped": grouped,
        "is_check": kind == "checkbox" and not grouped,
        "optional": optional and not bound.field.required and not (kind == "checkbox" and not grouped),
    }


@register.simple_tag
def options(choices: Iterable[tuple[Any, str]], chosen: Any = "") -> SafeString:
    """The options of a long select from (value, label) pairs, written in one go: a loop in a template takes ten times as long."""
    wanted = None if chosen in (None, "") else str(chosen)
    rows = ((str(value), escape(str(label))) for value, label in choices)
    return SafeString(
        "".join(
            f'<option value="{escape(value)}"{" selected" if value == wanted else ""}>{label}</option>'
            for value, label in rows
        )
    )


@register.inclusion_tag(part("form_fields"))
def fields(form: BaseForm) -> dict[str, Any]:
    """All visible fields of a form in order, hidden ones first."""
    return {"form": form}


@register.inclusion_tag(part("error_summary"))
def error_summary(form: BaseForm) -> dict[str, Any]:
    """What is wrong in the whole form, each line leading to its field. Nothing where nothing is wrong."""
    wrong = [(bound.auto_id, bound.label, error) for bound in form.visible_fields() for error in bound.errors]
    return {"form": form, "wrong": wrong, "general": form.non_field_errors()}


@register.inclusion_tag(part("reason_dialog"), takes_context=True)
def reason_dialog(
    context: RequestContext,
    dialog_id: str,
    title: str,
    action: str,
    submit: str,
    text: str = "",
    reasons: Sequence[str] = (),
) -> dict[str, Any]:
    """A dialog that asks for a reason and posts it as ``reason``. Open it with ``<a href=… data-dialog="id">``."""
    return {
        "id": dialog_id,
        "title": title,
        "action": action,
        "submit": submit or gettext_lazy("Save"),
        "text": text,
        "reasons": reasons,
        "csrf_token": context.get("csrf_token"),
    }
