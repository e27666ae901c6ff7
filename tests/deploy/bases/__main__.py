"""Make the stand-ins and print the settings that name them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.deploy.machine import ARCHIVE, CERTIFICATES, SUITE

HERE = Path(__file__).resolve().parent
DEBIAN = "sanban-test-debian"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "root"
        command = ["debootstrap", "--variant=minbase", "--include=ca-certificates", SUITE, str(root), ARCHIVE]
        subprocess.run(command, check=True, stdout=sys.stderr)
        with subprocess.Popen(["tar", "--directory", root, "--create", "."], stdout=subprocess.PIPE) as packed:
            subprocess.run(["docker", "import", "-", DEBIAN], stdin=packed.stdout, check=True, stdout=sys.stderr)
        context = Path(folder) / "context"
        shutil.copytree(HERE, context)
        shutil.copy(CERTIFICATES, context)
        for file in sorted(HERE.glob("*.Dockerfile")):
            image = f"sanban-test-{file.stem}"
            build = ["docker", "build", "-q", "-t", image, "-f", context / file.name, context]
            subprocess.run(build, check=True, stdout=sys.stderr)
            sys.stdout.write(f"{file.stem.upper()}_IMAGE={image}\n")


if __name__ == "__main__":
    main()
