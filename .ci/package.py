#!/usr/bin/env python3
# ruff: noqa: T201  what it prints is what the build says
"""Makes the packages that are deployed from what `sam build` left: less, measured, and repeatable.

python .ci/package.py .aws-sam/build build/packages

Takes a new build each time: what is left out is measured first, and is gone then. The same files
make the same bytes, whatever machine, time or order wrote them. The built template is pointed at
the packages, so that `sam deploy` uploads these bytes and not a zip of its own.
"""

import re
import shutil
import sys
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

# What pip notes of the machine that it ran on; what is no part of a program; and the largest part
# of Powertools, with its page for trying out APIs, of which nothing here uses any.
LEFT_OUT = (
    "*.dist-info/RECORD",
    "*.dist-info/INSTALLER",
    "*.dist-info/REQUESTED",
    "*.dist-info/direct_url.json",
    "certifi/tests",
    "aws_lambda_powertools/event_handler",
)
FUNCTION, LAYER = "CreateOnEventFunction", "SharedLayer"
# against the pinned dependencies alone, as pip installs them and with bytecode as well
MOST = 1.05


def files(folder: Path) -> list[Path]:
    """Return all files below a folder, in the order in which they are packed."""
    return sorted((path for path in folder.rglob("*") if path.is_file()), key=Path.as_posix)


def size(folders: Iterable[Path]) -> int:
    return sum(path.stat().st_size for folder in folders for path in files(folder))


def leave_out(folder: Path) -> None:
    """Remove what is in no package; what was removed before is no error."""
    for pattern in LEFT_OUT:
        for path in folder.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def pack(folder: Path, package: Path) -> None:
    """Write a zip in which nothing but names and contents counts."""
    with ZipFile(package, "w") as archive:
        for path in files(folder):
            info = ZipInfo(path.relative_to(folder).as_posix(), date_time=(1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o100644 << 16
            info.compress_type = ZIP_DEFLATED
            archive.writestr(info, path.read_bytes())


def point_at(packages: Path, template: Path) -> None:
    """Let the built template name the packages instead of the folders that they were made of."""
    up = Path("../..") / packages
    text = template.read_text(encoding="utf-8")
    for package in sorted(packages.glob("*.zip")):
        line = rf"(?m)^( +(?:CodeUri|ContentUri): ){package.stem}$"
        text = re.sub(line, rf"\g<1>{(up / package.name).as_posix()}", text)
    template.write_text(text, encoding="utf-8")


def main(argv: Sequence[str]) -> int:
    """Make the packages of a build; return 1 if that of create-on-event is too large."""
    build, packages = map(Path, argv)
    packages.mkdir(parents=True, exist_ok=True)
    folders = sorted(path for path in build.iterdir() if path.is_dir())
    layer = build / LAYER / "python"
    pinned = size([layer]) - size([layer / "snapkeep"])
    for folder in folders:
        leave_out(folder / "python" if folder.name == LAYER else folder)
        package = packages / f"{folder.name}.zip"
        pack(folder, package)
        digest = sha256(package.read_bytes()).hexdigest()
        print(f"{package.name:26} {package.stat().st_size:>10,} bytes  sha256 {digest}")
    point_at(packages, build / "template.yaml")
    shipped = size([build / FUNCTION, build / LAYER])
    print(
        f"{FUNCTION} and {LAYER}: {shipped:,} bytes unzipped, {shipped / pinned:.2f} of"
        f" the {pinned:,} of the pinned dependencies alone; at most {MOST}"
    )
    return int(shipped > MOST * pinned)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
