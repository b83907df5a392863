"""What Windows and macOS are told, as far as it can be looked at elsewhere."""

from __future__ import annotations

import plistlib
import re
import runpy
from pathlib import Path

import pytest

PACKAGING = Path(__file__).parents[2] / "packaging"
SYSTEMS = runpy.run_path(str(PACKAGING / "systems.py"))


def test_a_bundle_says_that_a_double_click_on_an_experiment_opens_it() -> None:
    # Once there and back, as macOS reads it.
    told = plistlib.loads(plistlib.dumps(SYSTEMS["info_plist"]("1.2.3")))

    [exported] = told["UTExportedTypeDeclarations"]
    tags = exported["UTTypeTagSpecification"]
    assert tags["public.filename-extension"] == ["gdstudio"]
    assert tags["public.mime-type"] == ["application/vnd.gd-studio.experiment+json"]
    owned = [kind for kind in told["CFBundleDocumentTypes"] if kind["LSHandlerRank"] == "Owner"]
    assert [kind["LSItemContentTypes"] for kind in owned] == [[exported["UTTypeIdentifier"]]]
    assert told["CFBundleVersion"] == "1.2.3"


@pytest.mark.parametrize(
    ("version", "numbers"),
    [("0.1.0", (0, 1, 0, 0)), ("12.0.34", (12, 0, 34, 0)), ("0.2.0rc1", (0, 2, 0, 0))],
)
def test_a_version_has_four_numbers_on_windows(version, numbers) -> None:
    assert SYSTEMS["numbers"](version) == numbers


@pytest.mark.parametrize("version", ["", "1.2", "1.2.3.4", "v1.2.3", "next"])
def test_a_version_without_three_numbers_is_refused(version) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(version))):
        SYSTEMS["numbers"](version)


def test_both_installers_claim_the_same_kind_of_file() -> None:
    script = (PACKAGING / "windows" / "gd-studio.iss").read_text(encoding="utf-8")

    assert rf"Software\Classes\.{SYSTEMS['EXTENSION']}\OpenWithProgids" in script
    assert f'ValueName: "Content Type"; ValueData: "{SYSTEMS["MIME_TYPE"]}"' in script


def test_the_entitlements_are_the_strict_xml_that_codesign_reads() -> None:
    # The parser behind this is as strict: a double hyphen in a comment is an error to it.
    entitlements = plistlib.loads((PACKAGING / "macos" / "entitlements.plist").read_bytes())

    assert entitlements
    assert all(value is True for value in entitlements.values())
