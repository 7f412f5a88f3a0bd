"""The six programmes as expressions that CEL, ZEN and DMN share, each with its own spelling.

None of the three has whole months, two have no exact decimals: the host gives ``months`` and whole
fen, outside the timing. All facts are known here, for unknown ones are errors in these languages.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from benchmarks.rules.people import Facts
from benchmarks.rules.reference import months_between

CONDITIONS = {
    "housing": [
        'person_level in ["a", "b", "c", "d", "e"]',
        "person_full_time",
        'person_insured_months >= 6 or person_level == "a"',
        'person_arrived_on >= "2018-01-01"',
        'firm_district != "outside"',
    ],
    "agency": [
        'firm_kind == "enterprise"',
        "person_full_time",
        "person_overseas_event",
        "person_agency_fee > 0",
    ],
    "grad": [
        'person_degree in ["bachelor", "master", "doctor"]',
        "person_age <= 40",
        'firm_kind != "public"',
        "person_annual_salary >= 6000000",
    ],
    "award": [
        'person_award_scope in ["municipal", "provincial", "national"]',
        'firm_industry in ["auto", "pharma", "equipment", "materials", "aero", "valve", "sewing"]',
    ],
    "loan": [
        'person_level in ["a", "b", "c"]',
        "project_score >= 60",
        'firm_kind in ["startup", "enterprise"]',
    ],
    "equity": [
        "person_staff_years >= 3",
        "person_full_time",
        "person_asset_gain > 0",
        'firm_kind == "enterprise"',
    ],
}


def flat(facts: Facts) -> dict[str, Any]:
    """Facts under plain names, dates as text, and the whole months that the graduates' formula needs."""
    given = {
        name.replace(".", "_"): value.isoformat() if isinstance(value, dt.date) else value
        for name, value in facts.items()
        if "." in name
    }
    given["months"] = months_between(facts["person.arrived_on"], facts["case.applied_on"])
    return given
