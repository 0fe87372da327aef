"""Which office has the last word on a field."""

from renwang.foundation.access.rules import Actor

from ..models import Division, FieldOwner
from ..rules.changes import DISPUTABLE
from ..rules.labels import FIELDS


def field_owners() -> dict[str, str]:
    """Return each field on which ledgers may disagree with the office that owns it ("": whoever told first)."""
    owned = dict(FieldOwner.objects.values_list("field", "office"))
    return {field: owned.get(field, "") for field in FIELDS if field in DISPUTABLE}


def may_say(actor: Actor) -> bool:
    """Answer whether somebody may settle it: offices disagree here, so the command of the whole district says it."""
    if actor.is_system:
        return True
    tops = list(Division.objects.filter(parent=None).values_list("code", flat=True))
    return "command" in actor.offices() and bool(tops) and all(actor.may("registry.own_field", code) for code in tops)
