# Written by Safe Landing (`safelanding ehrql backend`): written anew, changes are lost.

import urllib.parse
from collections.abc import Mapping

import ehrql.tables.core
from ehrql.backends.base import MappedTable, SQLBackend
from ehrql.query_engines.trino import TrinoQueryEngine


class NorthshireBackend(SQLBackend):
    """
    Backend northshire: tables that were checked against their contracts and landed by
    Safe Landing.

    Tables, the contract of each and its version:

    - clinical_events: core/clinical_events 1.0.0
    - medications: core/medications 1.0.0
    - ons_deaths: core/ons_deaths 1.0.0
    - patients: core/patients 1.0.0
    - practice_registrations: core/practice_registrations 1.0.0

    There are no deviations from the contracts.
    """

    display_name = "Northshire"
    query_engine_class = TrinoQueryEngine
    patient_join_column = "patient_id"
    implements = [ehrql.tables.core]

    def modify_temp_table_schema(
        self,
        temp_table_schema: str | None,
        dsn: str | None,
        environ: Mapping[str, str],
    ) -> str | None:
        # Temporary tables belong in the schema that each user may write to, which bears
        # the user's name.
        username = urllib.parse.urlparse(dsn or "").username
        return urllib.parse.unquote(username) if username else temp_table_schema

    clinical_events = MappedTable(
        source="clinical_events",
        schema="northshire",
        columns={
            "date": "date",
            "snomedct_code": "snomedct_code",
            "numeric_value": "numeric_value",
        },
    )

    medications = MappedTable(
        source="medications",
        schema="northshire",
        columns={
            "date": "date",
            "dmd_code": "dmd_code",
        },
    )

    ons_deaths = MappedTable(
        source="ons_deaths",
        schema="northshire",
        columns={
            "date": "date",
            "underlying_cause_of_death": "underlying_cause_of_death",
            "cause_of_death_01": "cause_of_death_01",
            "cause_of_death_02": "cause_of_death_02",
            "cause_of_death_03": "cause_of_death_03",
            "cause_of_death_04": "cause_of_death_04",
            "cause_of_death_05": "cause_of_death_05",
            "cause_of_death_06": "cause_of_death_06",
            "cause_of_death_07": "cause_of_death_07",
            "cause_of_death_08": "cause_of_death_08",
            "cause_of_death_09": "cause_of_death_09",
            "cause_of_death_10": "cause_of_death_10",
            "cause_of_death_11": "cause_of_death_11",
            "cause_of_death_12": "cause_of_death_12",
            "cause_of_death_13": "cause_of_death_13",
            "cause_of_death_14": "cause_of_death_14",
            "cause_of_death_15": "cause_of_death_15",
        },
    )

    patients = MappedTable(
        source="patients",
        schema="northshire",
        columns={
            "date_of_birth": "date_of_birth",
            "sex": "sex",
            "date_of_death": "date_of_death",
        },
    )

    practice_registrations = MappedTable(
        source="practice_registrations",
        schema="northshire",
        columns={
            "start_date": "start_date",
            "end_date": "end_date",
            "practice_pseudo_id": "practice_pseudo_id",
        },
    )
