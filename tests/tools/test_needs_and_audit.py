"""What is missing is said in one plain sentence; what is changed or vulnerable is found."""

from pathlib import Path

import pytest

from tools.audit import vulnerabilities
from tools.needs import Need, missing
from tools.vendored import ROOT, faults


def test_a_need_that_cannot_be_met_gives_its_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    absent = Need("unicorn", lambda: None, (), "Put a unicorn in the stable.")
    present = Need("horse", lambda: "/stable/horse", (), "Put a horse in the stable.")
    assert missing((absent, present)) == ["Put a unicorn in the stable."]


def test_vendored_files_are_as_published() -> None:
    assert list(faults(ROOT / "agenda" / "web" / "static" / "vendor")) == []


def test_a_changed_missing_or_added_vendored_file_is_found(tmp_path: Path) -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    (tmp_path / "MANIFEST.sha256").write_text(f"{empty}  a.css\n{empty}  gone.css\n")
    (tmp_path / "a.css").write_text("changed")
    (tmp_path / "b.css").touch()
    assert list(faults(tmp_path)) == [
        "a.css: changed since it was vendored",
        "b.css: not in MANIFEST.sha256",
        "gone.css: missing",
    ]


def test_a_known_vulnerability_is_told_with_its_remedy() -> None:
    told = {"id": "PYSEC-1", "aliases": ["CVE-2026-1"], "fix_versions": ["2.0"]}
    packages = [
        {"name": "soft", "version": "1.0", "vulns": [told]},
        {"name": "solid", "version": "1.0", "vulns": []},
        {"name": "unknown", "skip_reason": "not found"},
    ]
    assert vulnerabilities(packages) == ["soft 1.0: PYSEC-1, CVE-2026-1 (fixed in 2.0)"]
