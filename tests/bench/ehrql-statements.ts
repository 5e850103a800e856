// Statements in the shapes that ehrQL sends, over tables of the contract namespace `core`: what a
// study with some variables makes of them. Dates and codes are arbitrary.

export interface EhrqlStatement {
  readonly name: string
  readonly sql: string
  /** The temporary table that it makes; null: it has a result. */
  readonly makes: string | null
}

const temporary = 'ehrql_20261122_1309_f6e5b7497146_tmp_1'

const lastCode = (index: number): string =>
  `SELECT anon_${index}.patient_id AS patient_id, anon_${index}.snomedct_code AS code,
     anon_${index}.date AS date
   FROM (SELECT e.patient_id AS patient_id, e.snomedct_code AS snomedct_code, e.date AS date,
       row_number() OVER (PARTITION BY e.patient_id ORDER BY e.date DESC, e.snomedct_code DESC)
         AS anon_2
     FROM clinical_events AS e WHERE e.date <= DATE '2024-03-31') AS anon_${index}
   WHERE anon_${index}.anon_2 = 1`

const age = (day: string, date: string): string =>
  `(YEAR(DATE '${day}') - YEAR(${date})) - CASE WHEN ((MONTH(DATE '${day}') - MONTH(${date})) * -31 >
    DAY(DATE '${day}') - DAY(${date})) THEN 1 ELSE 0 END`

const dataset = `SELECT p.patient_id AS patient_id, p.sex AS sex, ${age('2024-04-01', 'p.date_of_birth')}
    AS age, last_event.code AS last_code, coalesce(medicines.n, 0) AS medicines,
    CASE WHEN (p.date_of_death IS NULL) THEN false ELSE true END AS has_died
  FROM patients AS p
  LEFT OUTER JOIN (${lastCode(1)}) AS last_event ON last_event.patient_id = p.patient_id
  LEFT OUTER JOIN (SELECT m.patient_id AS patient_id, count(m.dmd_code) AS n FROM medications AS m
    WHERE m.date BETWEEN DATE '2020-01-01' AND DATE '2023-12-31' GROUP BY m.patient_id) AS medicines
    ON medicines.patient_id = p.patient_id
  WHERE EXISTS (SELECT 1 FROM practice_registrations AS r WHERE r.patient_id = p.patient_id
    AND r.start_date <= DATE '2024-04-01')`

export const ehrqlStatements: readonly EhrqlStatement[] = [
  {
    name: 'population as a temporary table',
    makes: temporary,
    sql: `CREATE TABLE ${temporary} AS SELECT DISTINCT r.patient_id AS patient_id
      FROM practice_registrations AS r WHERE r.start_date <= DATE '2024-04-01'
      UNION SELECT e.patient_id FROM clinical_events AS e`,
  },
  {
    name: 'the last of a patient, as a temporary table',
    makes: temporary,
    sql: `CREATE TABLE ${temporary} AS ${lastCode(1)}`,
  },
  { name: 'a dataset, a row for each patient', makes: null, sql: dataset },
  {
    name: 'episodes counted',
    makes: null,
    sql: `SELECT count(*) AS patients, sum(t.n) AS episodes FROM (SELECT q.patient_id, sum(CASE WHEN
        (q.gap > 30 OR q.gap IS NULL) THEN 1 ELSE 0 END) AS n FROM (SELECT e.patient_id AS
        patient_id, DATE_DIFF('day', lag(e.date) OVER (PARTITION BY e.patient_id ORDER BY e.date),
        e.date) AS gap FROM clinical_events AS e) AS q GROUP BY q.patient_id) AS t`,
  },
  {
    name: 'measures by grouping sets',
    makes: null,
    sql: `SELECT sum(CAST(t.den AS BIGINT)) AS den, sum(t.n) AS num, t.sex, t.band,
        grouping(t.sex, t.band) AS grp_id
      FROM (SELECT p.sex AS sex, 1 AS den, CASE WHEN (${age('2024-04-01', 'p.date_of_birth')} < 40)
          THEN 'young' ELSE 'old' END AS band, coalesce(m.n, 0) AS n
        FROM patients AS p LEFT OUTER JOIN (SELECT e.patient_id AS patient_id, count(*) AS n
          FROM medications AS e GROUP BY e.patient_id) AS m ON m.patient_id = p.patient_id) AS t
      GROUP BY GROUPING SETS ((t.sex), (t.sex, t.band), ())`,
  },
  {
    name: 'values within sets of the patient',
    makes: null,
    sql: `SELECT count(*) AS n FROM clinical_events AS e WHERE e.date IN (SELECT m.date AS value
        FROM medications AS m WHERE m.patient_id = e.patient_id) OR e.snomedct_code LIKE '%71%'
        ESCAPE '/'`,
  },
]
