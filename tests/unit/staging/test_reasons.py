"""Every reason that staging gives has words for a clerk."""

from __future__ import annotations

import re
from pathlib import Path

import citylake.staging
from citylake.contracts.reasons import REASONS, reason_of

KINDS = (
    "value|code|cell|key|row|drift|file|delivery|correction|supplement|withdrawal|receipt|"
    "resident_id|uscc|organisation_code|division|industry|oid|phone|coordinate"
)
GIVEN = re.compile(rf'"((?:{KINDS})\.[a-z_]+)"')


def test_every_reason_given_by_staging_is_explained():
    folder = Path(citylake.staging.__file__).parent
    given = {code for path in folder.rglob("*.py") for code in GIVEN.findall(path.read_text(encoding="utf-8"))}
    assert len(given) > 100
    assert given - set(REASONS) == set()


def test_a_reason_says_what_is_wrong_and_what_to_do():
    for code, reason in REASONS.items():
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", code)
        assert reason.zh and reason.action_zh


def test_a_reason_of_one_contract_alone_has_words_too():
    assert reason_of("station.status_in_name") == REASONS["value.pattern"]
