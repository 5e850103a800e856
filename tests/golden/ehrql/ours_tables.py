# Written by Safe Landing (`safelanding ehrql tables`): written anew, changes are lost.

"""
Tables of ours for dataset definitions in ehrQL.
"""

import datetime

from ehrql.codes import (
    CTV3Code,
    DMDCode,
    ICD10Code,
    ICD10MultiCodeString,
    OPCS4Code,
    OPCS4MultiCodeString,
    SNOMEDCTCode,
)
from ehrql.tables import Constraint, EventFrame, PatientFrame, Series, table

__all__ = [
    "carers",
    "visits",
]


@table
class carers(PatientFrame):
    """
    Carers

    The carer of each patient.

    Contract ours/carers, version 1.0.0.
    """

    relation = Series(
        str,
        description='ends in a quote " and """ three, a backslash \\',
    )
    since = Series(datetime.date)
    until = Series(datetime.date)


# Not in ehrQL: ours/import, whose name is not usable.


@table
class visits(EventFrame):
    """
    Visits to clinics

    One row for each visit.

    - a list item that is rather long, so that it has to be wrapped on to a second
      line somewhere
    - another

    Contract ours/visits, version 2.1.0.
    """

    # Checked on each load: every patient is in the patients table.
    # Checked on each load: the number of rows grows by at most 20% and shrinks by at
    # most 20% against the last snapshot.
    # Checked on each load: day has rows in every month from 2020-01 to its latest
    # month.
    booked = Series(
        datetime.date,
        description="Day of booking.",
        constraints=[Constraint.NotNull()],
    )
    # Not in ehrQL's words: not after the day of the load.
    day = Series(
        datetime.date,
        description=(
            "Day of the visit; never before that of the booking, and never in the "
            "future of a load."
        ),
        constraints=[
            Constraint.DateAfter(["booked"]),
            Constraint.GeneralRange(
                minimum=datetime.date(2010, 1, 1),
                includes_minimum=False,
            ),
        ],
    )
    month = Series(
        datetime.date,
        constraints=[Constraint.FirstOfMonth()],
        dummy_data_constraints=[
            Constraint.Categorical([datetime.date(2020, 2, 1), None]),
        ],
    )
    kind = Series(
        str,
        description="Kind of the visit.",
        constraints=[Constraint.Categorical(["first", 'say "hello"', "back\\slash"])],
    )
    # Not in ehrQL's words: one of a, b; otherwise the row is counted as a warning.
    outcome = Series(str, constraints=[Constraint.Regex("[ab][0-9]{2,3}(?:x|y)?")])
    # Not in ehrQL's words: matches the pattern ^.+$.
    postcode = Series(str)
    score = Series(
        int,
        constraints=[Constraint.Unique(), Constraint.ClosedRange(0, 32800, 100)],
    )
    # Not in ehrQL's words: in steps of 0.5 from 0.
    weight = Series(
        float,
        constraints=[Constraint.GeneralRange(minimum=0.0, maximum=250.5)],
    )
    attended = Series(bool, description="Whether the patient came.")
    # Not in ehrQL's words: the check digit is right.
    # Not in ehrQL's words: one of 38341003, none.
    reason = Series(SNOMEDCTCode)
    drug = Series(
        DMDCode,
        constraints=[Constraint.Categorical([DMDCode("39113311000001107")])],
    )
    # Not in ehrQL's words: codes are those of the BNF.
    formulary = Series(str, description="Where the drug stands in the BNF.")
    read_code = Series(CTV3Code)
    cause = Series(ICD10Code)
    operation = Series(OPCS4Code)
    causes = Series(ICD10MultiCodeString, constraints=[Constraint.NotNull()])
    operations = Series(OPCS4MultiCodeString)
    # Not in ehrQL: the column number. NHS numbers are not in published tables.
    # Not in ehrQL: the column class. Python or ehrQL has this name for another thing.
    # Not in ehrQL: the column int. Python or ehrQL has this name for another thing.
    # Not in ehrQL: the column sort_by. Python or ehrQL has this name for another thing.
