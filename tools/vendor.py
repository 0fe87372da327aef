"""Fetch the assets that others wrote, pack the icons we use into one sprite, and note licences and checksums.

Reads tools/vendor.toml; needs npm (only here: running Renwang needs no Node). Fails loudly on a missing file or icon.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "renwang" / "desk" / "static" / "vendor"
# A source map that is named but absent stops the manifest storage, and weighs more than the script itself.
SOURCE_MAP = re.compile(rb"\n?(//|/\*)# sourceMappingURL=[^\n*]*(\*/)?\s*$")
SVG_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
STROKE = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'


def main() -> int:
    """Rebuild the vendor folder from nothing."""
    wanted = tomllib.loads((ROOT / "tools" / "vendor.toml").read_text(encoding="utf-8"))
    if shutil.which("npm") is None:
        sys.exit(
            "make vendor needs npm (apt-get install npm). Running Renwang does not: the files are in the repository."
        )
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    lines = [
        "# What the pages load that others wrote",
        "",
        "Made by `make vendor` from `tools/vendor.toml`; edit that file, never these. Source-map comments are removed.",
        "",
        "| file | from | licence | sha256 |",
        "|---|---|---|---|",
    ]
    for package in wanted["package"]:
        lines += _copy_package(package)
    lines += _build_sprite(wanted["sprite"])
    (TARGET / "VENDOR.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


def _unpacked(name: str, version: str, into: Path) -> Path:
    subprocess.run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=into, check=True, stdout=subprocess.DEVNULL)
    (archive,) = into.glob("*.tgz")
    with tarfile.open(archive) as tar:
        tar.extractall(into, filter="data")
    return into / "package"


def _copy_package(package: dict[str, Any]) -> list[str]:
    folder = TARGET / package["folder"]
    folder.mkdir()
    lines = []
    with tempfile.TemporaryDirectory() as temp:
        source = _unpacked(package["name"], package["version"], Path(temp))
        for path in package["files"]:
            content = SOURCE_MAP.sub(b"\n", (source / path).read_bytes())
            copy = folder / Path(path).name
            copy.write_bytes(content)
            lines.append(_line(copy, package))
        _copy_licence(source, folder / "LICENSE", package)
    return lines


def _build_sprite(sprite: dict[str, Any]) -> list[str]:
    symbols = []
    with tempfile.TemporaryDirectory() as temp:
        source = _unpacked(sprite["name"], sprite["version"], Path(temp))
        missing = [name for name in sprite["icons"] if not (source / "icons" / "outline" / f"{name}.svg").exists()]
        if missing:
            sys.exit(f"no such outline icon in {sprite['name']} {sprite['version']}: {', '.join(missing)}")
        for name in sorted(set(sprite["icons"])):
            text = (source / "icons" / "outline" / f"{name}.svg").read_text(encoding="utf-8")
            match = SVG_BODY.search(text)
            if match is None:
                sys.exit(f"{name}.svg is not one <svg> element")
            body = re.sub(r"\s*\n\s*", "", match.group(1))
            symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24" {STROKE}>{body}</symbol>')
        _copy_licence(source, TARGET / "icons.LICENSE", sprite)
    path = TARGET / "icons.svg"
    path.write_text('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n", encoding="utf-8")
    return [_line(path, sprite)]


def _copy_licence(source: Path, target: Path, package: dict[str, Any]) -> None:
    found = next((path for path in source.glob("LICEN[SC]E*") if path.is_file()), None)
    if found is not None:
        target.write_text(found.read_text(encoding="utf-8"), encoding="utf-8")
        return
    told = ROOT / "tools" / "licences" / f"{target.parent.name}.txt"
    if not told.exists():
        sys.exit(f"{package['name']} carries no licence text; put it into {told.relative_to(ROOT)}")
    shutil.copyfile(told, target)


def _line(path: Path, package: dict[str, Any]) -> str:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    origin = f"[{package['name']}]({package['home']}) {package['version']}"
    return f"| {path.relative_to(TARGET)} | {origin} | {package['licence']} | `{digest}` |"


if __name__ == "__main__":
    sys.exit(main())
