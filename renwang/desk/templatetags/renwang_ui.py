"""``{% load renwang_ui %}``: the parts of a page. docs/how-to/build-a-page.md tells each with its parameters."""

from django import template

from renwang.desk import drawing, wording
from renwang.desk.parts import drawings, forms, frame, lists, states

register = template.Library()
for library in (frame.register, states.register, lists.register, drawings.register, forms.register):
    register.tags.update(library.tags)
    register.filters.update(library.filters)

register.filter("spaced", wording.spaced)
register.filter("percent", wording.percent)
register.filter("breadth", drawing.share_of)
