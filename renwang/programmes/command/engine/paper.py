"""What an attached file is: by its name and by its first bytes, which must agree."""

import io
import re
import unicodedata
import zipfile

# Ending → what it is called on the wire, and how its content begins (nothing for text, which has no mark of its own).
KINDS: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "ofd": ("application/ofd", (b"PK\x03\x04",)),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (b"PK\x03\x04",)),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (b"PK\x03\x04",)),
    "doc": ("application/msword", (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)),
    "xls": ("application/vnd.ms-excel", (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)),
    "wps": ("application/vnd.ms-works", (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04")),
    "et": ("application/vnd.ms-works", (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04")),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "txt": ("text/plain", ()),
    "csv": ("text/csv", ()),
}
# Several kinds begin alike, being zip archives: what must lie in each.
WITHIN = {"ofd": "OFD.xml", "docx": "word/", "xlsx": "xl/"}
LONGEST_NAME = 120
# What no file system takes in a name, and what makes a name read as another one (directions of writing, zero widths).
FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')


def ending(name: str) -> str:
    """Return the ending of a file's name in small letters; "" where there is none."""
    stem, dot, last = name.rpartition(".")
    return last.lower() if dot and stem else ""


def clean_name(name: str) -> str:
    """Return a name that is only a name: no folders, no invisible signs, short enough, its ending kept."""
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(sign for sign in unicodedata.normalize("NFC", last) if unicodedata.category(sign) not in HIDDEN)
    plain = re.sub(r"\s+", " ", FORBIDDEN.sub("_", plain)).strip(" .")
    tail = f".{ending(plain)}" if ending(plain) else ""
    stem = plain[: len(plain) - len(tail)] if tail else plain
    return f"{stem[: LONGEST_NAME - len(tail)].strip() or 'file'}{tail}"


HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def content_type(name: str) -> str:
    """Return what a kept file is called on the wire."""
    return KINDS[ending(name)][0] if ending(name) in KINDS else "application/octet-stream"


def is_known(name: str) -> bool:
    """Answer whether files of this ending are taken."""
    return ending(name) in KINDS


def is_what_it_says(name: str, content: bytes) -> bool:
    """Answer whether the content begins as its ending promises; text must be text."""
    kind = ending(name)
    marks = KINDS[kind][1]
    if marks:
        return content.startswith(marks) and (kind not in WITHIN or _holds(content, WITHIN[kind]))
    if b"\x00" in content:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _holds(archive: bytes, part: str) -> bool:
    """Answer whether a zip archive holds a part and no macros; only its list of names is read, nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            names = opened.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return False
    return any(name.startswith(part) for name in names) and not any(name.endswith("vbaProject.bin") for name in names)
