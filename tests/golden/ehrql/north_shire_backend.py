# Written by Safe Landing (`safelanding ehrql backend`): written anew, changes are lost.

import urllib.parse
from collections.abc import Mapping

import ehrql.tables.core
import ehrql.tables.raw.core
import ehrql.tables.smoketest
from ehrql.backends.base import MappedTable, SQLBackend
from ehrql.query_engines.trino import TrinoQueryEngine


class NorthShireBackend(SQLBackend):
    """
    Backend north_shire: tables that were checked against their contracts and landed by
    Safe Landing.

    Tables, the contract of each and its version:

    - clinical_events: tpp/clinical_events 1.0.0
    - medications: core/medications 1.0.0
    - ons_deaths: tpp/ons_deaths 1.0.0
    - ons_deaths_raw: raw.core/ons_deaths_raw 1.0.0
    - patients: tpp/patients 1.0.0
    - practice_registrations: tpp/practice_registrations 1.0.0

    Modules of ehrQL that it does not implement whole, and what they lack:

    - ehrql.tables.tpp: addresses, apcs, apcs_cost, appointments,
      clinical_events_ranges, covid_therapeutics, decision_support_values, ec, ec_cost,
      emergency_care_attendances, ethnicity_from_sus, household_memberships_2020,
      occupation_on_covid_vaccine_record, opa, opa_cost, opa_diag, opa_proc,
      open_prompt, parents, sgss_covid_all_tests, ukrr, vaccinations, wl_clockstops,
      wl_openpathways have no extract
    - ehrql.tables.tpp: medications is core/medications here, which has no column
      consultation_id
    - ehrql.tables.emis: patients is tpp/patients here, which does not promise
      categorical of sex
    - ehrql.tables.emis: vaccinations has no extract

    Patient identifiers are text here; ehrQL expects whole numbers in its results.

    Permitted deviations from the contracts:

    - NS-001 (tpp/clinical_events, numeric_value, row_share, until 2027-05-01): Up to
      0.5% of the values are out of range: see \""\"the notes\""\" \\ of 2026.
    """

    display_name = "North Shire"
    query_engine_class = TrinoQueryEngine
    patient_join_column = "patient_id"
    implements = [
        ehrql.tables.core,
        ehrql.tables.smoketest,
        ehrql.tables.raw.core,
    ]

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
        schema="north_shire",
        columns={
            "date": "date",
            "snomedct_code": "snomedct_code",
            "ctv3_code": "ctv3_code",
            "numeric_value": "numeric_value",
            "consultation_id": "consultation_id",
        },
    )

    medications = MappedTable(
        source="medications",
        schema="north_shire",
        columns={
            "date": "date",
            "dmd_code": "dmd_code",
        },
    )

    ons_deaths = MappedTable(
        source="ons_deaths",
        schema="north_shire",
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
            "place": "place",
        },
    )

    ons_deaths_raw = MappedTable(
        source="ons_deaths_raw",
        schema="north_shire",
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
        schema="north_shire",
        columns={
            "date_of_birth": "date_of_birth",
            "sex": "sex",
            "date_of_death": "date_of_death",
        },
    )

    practice_registrations = MappedTable(
        source="practice_registrations",
        schema="north_shire",
        columns={
            "start_date": "start_date",
            "end_date": "end_date",
            "practice_pseudo_id": "practice_pseudo_id",
            "practice_stp": "practice_stp",
            "practice_nuts1_region_name": "practice_nuts1_region_name",
            "practice_systmone_go_live_date": "practice_systmone_go_live_date",
        },
    )
