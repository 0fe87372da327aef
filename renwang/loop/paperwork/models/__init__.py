"""Tables of the paperwork."""

from .exports import Export
from .fillings import Figure, Filling
from .forms import Form, FormColumn, FormVersion

__all__ = ["Export", "Figure", "Filling", "Form", "FormColumn", "FormVersion"]
