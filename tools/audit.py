"""Known vulnerabilities in what is pinned, as pip-audit knows them.

Found ones fail. A machine that cannot reach the register of vulnerabilities says so and goes on: that is
a fault of the network, not of the product.
"""

import json
import subprocess
import sys
from typing import Any

SECONDS = 120


def ask(files: list[str]) -> tuple[list[dict[str, Any]] | None, str]:
    """What pip-audit tells of each package; None and the reason when it could not make one."""
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off"]
    command += ["--no-deps", "--disable-pip", "--timeout", "10"]
    for file in files:
        command += ["-r", file]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return None, f"no answer in {SECONDS} seconds"
    try:
        packages = json.loads(done.stdout)["dependencies"]
        return packages, ""
    except ValueError:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        return None, lines[-1][:200] if lines else f"pip-audit stopped with code {done.returncode}"


def main(files: list[str]) -> int:
    """Report on these requirement files; 1 when a pinned package has a known vulnerability."""
    packages, reason = ask(files)
    if packages is not None and all("skip_reason" in package for package in packages):
        packages, reason = None, "it knows none of these packages from here"
    if packages is None:
        print(f"Skipped: the register of vulnerabilities could not be asked ({reason}).")
        return 0
    found = vulnerabilities(packages)
    unknown = sum("skip_reason" in package for package in packages)
    print(
        "\n".join(found) if found else f"No known vulnerability in {len(packages) - unknown} pinned packages."
    )
    if unknown:
        print(f"{unknown} packages are not in the register and were not checked.")
    return 1 if found else 0


def vulnerabilities(packages: list[dict[str, Any]]) -> list[str]:
    """One line for each known vulnerability, with the version that is free of it."""
    return [_line(package, fault) for package in packages for fault in package.get("vulns", [])]


def _line(package: dict[str, Any], fault: dict[str, Any]) -> str:
    names = ", ".join([fault["id"], *fault.get("aliases", [])])
    fixed = ", ".join(fault["fix_versions"]) or "no version yet"
    return f"{package['name']} {package['version']}: {names} (fixed in {fixed})"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
