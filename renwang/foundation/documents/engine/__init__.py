"""Setting documents by typst: pure, no Django. Its faults get their words in `documents.errors`."""

from .faces import Faces, faces
from .faults import CannotTypeset, Missing, NoChineseFont
from .typesetting import Mark, forget, pdf_of

__all__ = ["CannotTypeset", "Faces", "Mark", "Missing", "NoChineseFont", "faces", "forget", "pdf_of"]
