"""What Trino's Python client, SQLAlchemy and pandas get from the query layer, against values that
pyarrow and pandas compute from the Parquet files themselves.

    python trino_clients.py PORT LAKE

Prints one line of JSON: the versions, and how many checks held. Fails at the first that does not.
"""

import datetime
import decimal
import glob
import json
import math
import sys
import threading
import time
import uuid

import pandas
import pyarrow.parquet
import requests
import sqlalchemy
import trino
from sqlalchemy import text

PORT, LAKE = int(sys.argv[1]), sys.argv[2]
checks = 0


def same(found, expected, what):
    global checks
    if found != expected:
        raise AssertionError(f"{what}: {str(found)[:600]} is not {str(expected)[:600]}")
    checks += 1


def frame(table):
    files = sorted(glob.glob(f"{LAKE}/current/core/{table}/*.parquet"))
    assert files, table
    rows = []
    for path in files:
        rows += pyarrow.parquet.ParquetFile(path).read().to_pylist()
    return rows


PATIENTS = frame("patients")
EVENTS = frame("clinical_events")


def engine(schema="northshire", query=""):
    return sqlalchemy.create_engine(f"trino://pia@127.0.0.1:{PORT}/lake/{schema}{query}")


def check_inspection():
    """Section 2 of the reference: everything that the dialect asks."""
    made = engine()
    with made.connect() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS pia.inspected (a integer)"))
    inspector = sqlalchemy.inspect(made)
    same(inspector.has_table("patients"), True, "has_table")
    same(inspector.has_table("nothing"), False, "has_table of none")
    same(inspector.has_table("patients", schema="core"), True, "has_table in a schema")
    same(sorted(inspector.get_table_names()), ["clinical_events", "patients"], "get_table_names")
    same("inspected" in inspector.get_table_names(schema="pia"), True, "own tables")
    same(inspector.get_view_names(), [], "get_view_names")
    columns = inspector.get_columns("patients")
    types = {one["name"]: str(one["type"]) for one in columns}
    expected = {"patient_id": "BIGINT", "date_of_birth": "DATE", "sex": "VARCHAR"}
    expected |= {"date_of_death": "DATE", "weight": "DOUBLE", "smokes": "BOOLEAN", "visits": "INTEGER"}
    same(types, expected, "get_columns")
    same({one["nullable"] for one in columns}, {True}, "nullable")
    schemas = set(inspector.get_schema_names())
    same({"northshire", "core", "pia"} <= schemas, True, "get_schema_names")
    same(inspector.get_pk_constraint("patients").get("constrained_columns", []), [], "keys")
    same(inspector.get_foreign_keys("patients"), [], "foreign keys")
    same(inspector.get_indexes("patients"), [], "get_indexes")
    comment = inspector.get_table_comment("patients")["text"]
    same(comment, "One row for each patient.", "get_table_comment")
    with made.connect() as connection:
        # Older clients know has_schema of the dialect alone, not of the inspector.
        same(made.dialect.has_schema(connection, "core"), True, "has_schema")
        same(made.dialect.has_schema(connection, "nowhere"), False, "has_schema of none")
        names = made.dialect.get_catalog_names(connection)
        same(sorted(names), ["lake", "system"], "get_catalog_names")
        same(connection.dialect.server_version_info is not None, True, "version")
    try:
        same(inspector.get_view_definition("nothing"), None, "get_view_definition")
    except sqlalchemy.exc.NoSuchTableError:
        same(True, True, "get_view_definition of none")
    reflected = sqlalchemy.Table("patients", sqlalchemy.MetaData(), autoload_with=made)
    same(len(reflected.columns), 7, "reflection")


def check_shapes(query=""):
    """Section 3.1: every shape of statement that ehrQL sends."""
    made = engine(query=query)
    run = uuid.uuid4().hex[:12]
    name = f"ehrql_20990101_1309_{run}"
    metadata = sqlalchemy.MetaData()
    types = dict(patient_id=sqlalchemy.Integer, i1=sqlalchemy.Integer, b1=sqlalchemy.Boolean)
    types |= dict(c1=sqlalchemy.String, d1=sqlalchemy.Date, f1=sqlalchemy.Double)
    inline = sqlalchemy.Table(
        f"{name}_inline_data_1",
        metadata,
        *[sqlalchemy.Column(column, type_) for column, type_ in types.items()],
    )
    day = datetime.date(2000, 2, 29)
    rows = [
        dict(
            patient_id=index,
            i1=None if index % 7 == 0 else index - 500,
            b1=[True, False, None][index % 3],
            c1=None if index % 11 == 0 else f"it's {index}%_/",
            d1=None if index % 13 == 0 else day + datetime.timedelta(days=index * 37),
            f1=None if index % 5 == 0 else index / 7,
        )
        for index in range(1000)
    ]
    with made.connect() as connection:
        connection.execute(sqlalchemy.schema.CreateTable(inline))
        connection.execute(inline.insert().values(rows))

        def ask(sql, **parameters):
            return [tuple(row) for row in connection.execute(text(sql), parameters)]

        back = ask(f"SELECT patient_id, i1, b1, c1, d1, f1 FROM {inline.name}")
        same(sorted(back), sorted(tuple(row.values()) for row in rows), "inline table")
        count = ask(f"SELECT count(:star) FROM {inline.name}", star="*")
        same(count, [(1000,)], "count of a star that is a parameter")

        tmp = f"{name}_tmp_1"
        connection.execute(
            text(f"CREATE TABLE {tmp} AS SELECT DISTINCT t.patient_id AS patient_id FROM clinical_events AS t")
        )
        distinct = {row["patient_id"] for row in EVENTS}
        same({one for (one,) in ask(f"SELECT patient_id FROM {tmp}")}, distinct, "CTAS distinct")
        connection.execute(
            text(
                f"CREATE TABLE {name}_tmp_2 AS SELECT a.patient_id FROM clinical_events AS a "
                f"UNION SELECT b.patient_id FROM patients AS b"
            )
        )
        union = distinct | {row["patient_id"] for row in PATIENTS}
        same({one for (one,) in ask(f"SELECT patient_id FROM {name}_tmp_2")}, union, "CTAS union")

        joined = ask(
            f"SELECT {tmp}.patient_id, p.sex AS v FROM {tmp} LEFT OUTER JOIN patients AS p "
            f"ON p.patient_id = {tmp}.patient_id"
        )
        sexes = {row["patient_id"]: row["sex"] for row in PATIENTS}
        same(set(joined), {(one, sexes.get(one)) for one in distinct}, "outer join")

        grouped = ask(
            f"SELECT t.patient_id, max(t.numeric_value), count(*) FROM clinical_events AS t "
            f"WHERE t.patient_id IN (SELECT {tmp}.patient_id FROM {tmp}) AND t.date IS NOT NULL "
            f"GROUP BY t.patient_id"
        )
        expected = {}
        for row in EVENTS:
            if row["date"] is None:
                continue
            value, number = expected.get(row["patient_id"], (None, 0))
            given = row["numeric_value"]
            value = given if value is None else value if given is None else max(value, given)
            expected[row["patient_id"]] = (value, number + 1)
        same({one: (two, three) for one, two, three in grouped}, expected, "group by")

        for direction, nulls, pick in (("", "NULLS FIRST", min), ("DESC", "", max)):
            first = ask(
                "SELECT anon_1.patient_id, anon_1.date FROM (SELECT e.patient_id AS patient_id, e.date AS date, "
                "row_number() OVER (PARTITION BY e.patient_id "
                f"ORDER BY e.date {direction} {nulls}) AS anon_2 FROM clinical_events AS e) AS anon_1 "
                "WHERE anon_1.anon_2 = 1"
            )
            dates = {}
            for row in EVENTS:
                dates.setdefault(row["patient_id"], []).append(row["date"])
            # The order is with nulls first upwards, and nulls last downwards.
            expected = {}
            for one, found in dates.items():
                known = [date for date in found if date is not None]
                has_null = len(known) < len(found)
                expected[one] = None if (direction == "" and has_null) or not known else pick(known)
            same(dict(first), expected, f"row_number {direction or 'ASC'}")

        gaps = ask(
            "SELECT e.patient_id, DATE_DIFF('day', lag(e.date) OVER (PARTITION BY e.patient_id "
            "ORDER BY e.date), e.date) FROM clinical_events AS e WHERE e.date IS NOT NULL"
        )
        expected = []
        for one, found in dates.items():
            known = sorted(date for date in found if date is not None)
            expected += [(one, (b - a).days if a else None) for a, b in zip([None, *known], known)]
        order = lambda pair: (pair[0], pair[1] is None, pair[1] or 0)  # noqa: E731
        same(sorted(gaps, key=order), sorted(expected, key=order), "lag and date_diff")

        inside = ask(
            "SELECT p.patient_id, CASE WHEN (p.sex IN (SELECT t.c FROM (SELECT c1 AS c, patient_id FROM "
            f"{inline.name}) AS t WHERE t.patient_id = p.patient_id)) THEN true ELSE false END FROM patients AS p"
        )
        same({one for _, one in inside}, {False}, "correlated IN inside CASE")

        cases = " ".join(f"WHEN '{number}' THEN 'a{number}'" for number in range(2000))
        mapped = ask(f"SELECT count(*) FROM clinical_events WHERE CASE snomedct_code {cases} END IS NULL")
        codes = {str(number) for number in range(2000)}
        nulls = sum(row["snomedct_code"] not in codes for row in EVENTS)
        same(mapped, [(nulls,)], "CASE of two thousand")

        age = ask(
            "SELECT patient_id, (YEAR(DATE '2026-03-01') - YEAR(date_of_birth)) - CASE WHEN "
            "((MONTH(DATE '2026-03-01') - MONTH(date_of_birth)) * -31 > DAY(DATE '2026-03-01') - DAY(date_of_birth)) "
            "THEN 1 ELSE 0 END FROM patients"
        )
        today = datetime.date(2026, 3, 1)
        expected = {
            row["patient_id"]: today.year
            - row["date_of_birth"].year
            - ((today.month, today.day) < (row["date_of_birth"].month, row["date_of_birth"].day))
            for row in PATIENTS
        }
        same(dict(age), expected, "age")

        added = ask(
            "SELECT patient_id, DATE_ADD(:unit, DAY(d1) - 1, DATE_ADD('year', 3, DATE_TRUNC('month', d1))) "
            f"FROM {inline.name} WHERE d1 IS NOT NULL",
            unit="day",
        )
        expected = {
            row["patient_id"]: row["d1"].replace(year=row["d1"].year + 3, day=1)
            + datetime.timedelta(days=row["d1"].day - 1)
            for row in rows
            if row["d1"] is not None
        }
        same(dict(added), expected, "add years")

        numbers = ask(
            "SELECT patient_id, CAST(CASE WHEN (f1 > 0) THEN FLOOR(f1) ELSE CEILING(f1) END AS INTEGER), "
            "CAST(i1 AS DOUBLE) / CAST(NULLIF(patient_id, 0) AS DOUBLE), "
            "CAST(FLOOR(CAST(i1 AS DOUBLE) / CAST(NULLIF(patient_id, 0) AS DOUBLE)) AS INTEGER), ABS(i1), "
            "least(coalesce(i1, patient_id), coalesce(patient_id, i1)), i1 % 7 "
            f"FROM {inline.name}"
        )
        expected = [
            (
                row["patient_id"],
                None if row["f1"] is None else math.trunc(row["f1"]),
                None if row["i1"] is None or not row["patient_id"] else row["i1"] / row["patient_id"],
                None if row["i1"] is None or not row["patient_id"] else row["i1"] // row["patient_id"],
                None if row["i1"] is None else abs(row["i1"]),
                row["patient_id"] if row["i1"] is None else min(row["i1"], row["patient_id"]),
                None if row["i1"] is None else int(math.fmod(row["i1"], 7)),
            )
            for row in rows
        ]
        same(sorted(numbers), sorted(expected), "arithmetic")

        power = ask(
            "SELECT patient_id, CASE WHEN (i1 = 0 AND -1 < 0) THEN NULL ELSE CAST(POW(i1, 2) AS DOUBLE) END "
            f"FROM {inline.name} WHERE i1 IS NOT NULL"
        )
        same(
            dict(power),
            {row["patient_id"]: None if row["i1"] == 0 else float(row["i1"] ** 2) for row in rows if row["i1"] is not None},
            "power",
        )

        like = ask(
            f"SELECT patient_id FROM {inline.name} WHERE c1 LIKE '%' || REPLACE(REPLACE(REPLACE(:part, '/', '//'), "
            "'%', '/%'), '_', '/_') || '%' ESCAPE '/'",
            part="7%_/",
        )
        same(
            sorted(like),
            sorted((row["patient_id"],) for row in rows if row["c1"] and "7%_/" in row["c1"]),
            "LIKE with an escape",
        )

        sets = ask(
            "SELECT sum(CAST(t.visits AS BIGINT)) AS den, count(*) AS n, t.sex, t.smokes, grouping(t.sex, t.smokes) "
            "AS grp_id FROM patients AS t GROUP BY GROUPING SETS((t.sex), (t.sex, t.smokes), ())"
        )
        expected = {}
        for row in PATIENTS:
            for key in ((row["sex"], None, 1), (row["sex"], row["smokes"], 0), (None, None, 3)):
                total, number = expected.get(key, (None, 0))
                if row["visits"] is not None:
                    total = (total or 0) + row["visits"]
                expected[key] = (total, number + 1)
        same({(c, d, e): (a, b) for a, b, c, d, e in sets}, expected, "grouping sets")

        paged = ask("SELECT patient_id FROM patients ORDER BY patient_id LIMIT :size", size=10)
        same([one for (one,) in paged], sorted(row["patient_id"] for row in PATIENTS)[:10], "paging")
        average = ask("SELECT AVG(numeric_value), COUNT(DISTINCT snomedct_code) FROM clinical_events")
        values = [row["numeric_value"] for row in EVENTS if row["numeric_value"] is not None]
        same(math.isclose(average[0][0], math.fsum(values) / len(values)), True, "average")
        same(average[0][1], len({row["snomedct_code"] for row in EVENTS}), "count distinct")
        emis = ask(
            "SELECT from_base('ff', 16), CAST(date_parse('20200229', '%Y%m%d') AS date), x.v "
            "FROM (SELECT (SELECT MAX(date) FROM clinical_events) AS v) AS x"
        )
        last = max(row["date"] for row in EVENTS if row["date"] is not None)
        same(emis, [(255, datetime.date(2020, 2, 29), last)], "functions of EMIS")
        not_in = ask(
            "SELECT count(*) FROM patients WHERE patient_id NOT IN (SELECT patient_id FROM clinical_events "
            "GROUP BY patient_id HAVING COUNT(*) > 1)"
        )
        several = {one for one, found in dates.items() if len(found) > 1}
        same(not_in, [(sum(row["patient_id"] not in several for row in PATIENTS),)], "NOT IN with HAVING")

        for table in (tmp, f"{name}_tmp_2", tmp):
            connection.execute(text(f"DROP TABLE IF EXISTS {table}"))
        connection.execute(text(f"DROP TABLE {inline.name}"))
        left = ask(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = :own AND table_name LIKE :name",
            own="pia",
            name=f"{name}%",
        )
        same(left, [], "tables are dropped")


def check_parameters(legacy):
    """Section 1.7: each form of literal that the client writes for a parameter."""
    connection = trino.dbapi.connect(
        **dict(host="127.0.0.1", port=PORT, user="pia", catalog="lake", schema="northshire"),
        legacy_prepared_statements=legacy,
    )
    zone = datetime.timezone.utc
    values = [
        *[None, True, False, 0, -7, 2**62, 1.5, -0.0, 1e300, "it's", "", "ü€\U0001f600?--/*"],
        *[b"A\x00\xff", datetime.date(2020, 2, 29), datetime.datetime(2020, 2, 29, 1, 2, 3, 456789)],
        *[decimal.Decimal("1.50"), decimal.Decimal("-12345678901234567890.123")],
        *[datetime.datetime(2020, 2, 29, 1, 2, 3, 456789, tzinfo=zone)],
        *[uuid.UUID("12345678-1234-5678-1234-567812345678"), [1, 2, 3], ["a", "b'"]],
        *[2**63 - 1, -(2**63), 5e-324, bytearray(b"x"), "'; DROP TABLE x; --", "\\ \n\t\""],
        *[decimal.Decimal("-0.05"), decimal.Decimal("1E+3"), decimal.Decimal("1E-10")],
        *[datetime.date(1, 1, 1), datetime.date(9999, 12, 31), datetime.time(10, 11, 12, 345678)],
        *[datetime.time(0), [], [None, "a"], [[1], [2, 3]], [datetime.date(2020, 1, 1)], [True]],
        *[(1, "a", None), (1,), ((1, 2), [3]), (datetime.datetime(2020, 1, 2), datetime.time(1))],
        *[{"a": 1, "b": None}, {}, {1: "x"}, {datetime.date(2020, 1, 1): [1]}, [{"k": b"v"}]],
    ]
    cursor = connection.cursor()
    for value in values:
        found = cursor.execute("SELECT ?, '?' AS \"?\" -- ?\n", (value,)).fetchall()
        same(found, [[value, "?"]], f"parameter {value!r}, legacy {legacy}")
    for value in (math.inf, -math.inf):
        same(cursor.execute("SELECT ?", (value,)).fetchall(), [[value]], f"parameter {value}")
    found = cursor.execute("SELECT ?", (math.nan,)).fetchall()
    same(math.isnan(found[0][0]), True, "parameter nan")
    london = datetime.timezone(datetime.timedelta(hours=1))
    refused = [
        (datetime.datetime(2020, 1, 2, tzinfo=london), "NOT_SUPPORTED"),
        (datetime.time(10, tzinfo=london), "NOT_SUPPORTED"),
        *[(2**63, "INVALID_LITERAL"), ("a\0b", "SYNTAX_ERROR")],
        (decimal.Decimal("NaN"), "INVALID_LITERAL"),
    ]
    for value, name in refused:
        try:
            raise AssertionError(f"{value!r}: {cursor.execute('SELECT ?', (value,)).fetchall()}")
        except trino.exceptions.TrinoUserError as error:
            same(error.error_name, name, f"refusal of {value!r}")
    cursor.execute("SELECT ? WHERE ? = ?", (1, "a", "b"))
    same(cursor.fetchall(), [], "no row")
    same([one[0] for one in cursor.description], ["_col0"], "columns of no row")


def check_types():
    """Each type of column comes back as Python's own."""
    cursor = trino.dbapi.connect(host="127.0.0.1", port=PORT, user="pia", catalog="lake").cursor()
    utc = datetime.timezone.utc
    cases = [
        ("CAST(true AS boolean)", True, "boolean"),
        ("CAST(-128 AS tinyint)", -128, "tinyint"),
        ("CAST(-32768 AS smallint)", -32768, "smallint"),
        ("CAST(2147483647 AS integer)", 2147483647, "integer"),
        ("CAST(9223372036854775807 AS bigint)", 9223372036854775807, "bigint"),
        ("CAST(1.5 AS real)", 1.5, "real"),
        ("CAST(0.1 AS double)", 0.1, "double"),
        ("CAST('1.50' AS decimal(10,2))", decimal.Decimal("1.50"), "decimal(10,2)"),
        ("CAST('a' AS varchar)", "a", "varchar"),
        ("CAST('ab' AS varchar(5))", "ab", "varchar(5)"),
        ("X'00ff'", b"\x00\xff", "varbinary"),
        ("DATE '0001-01-01'", datetime.date(1, 1, 1), "date"),
        ("TIMESTAMP '2020-01-02 03:04:05.123456'", datetime.datetime(2020, 1, 2, 3, 4, 5, 123456), "timestamp(6)"),
        (
            "TIMESTAMP '2020-01-02 03:04:05.123 UTC'",
            datetime.datetime(2020, 1, 2, 3, 4, 5, 123000, tzinfo=utc),
            "timestamp(3) with time zone",
        ),
        ("TIME '10:11:12.5'", datetime.time(10, 11, 12, 500000), "time(1)"),
        ("CAST('10:11:12' AS time)", datetime.time(10, 11, 12), "time(3)"),
        ("ARRAY[1, NULL, 3]", [1, None, 3], "array(integer)"),
        ("MAP(ARRAY['a'], ARRAY[1.50])", {"a": decimal.Decimal("1.50")}, "map(varchar(1), decimal(3,2))"),
        ("CAST(ROW(1, 'b') AS row(x integer, y varchar))", (1, "b"), 'row("x" integer, "y" varchar)'),
        ("DATE '2020-01-03' - DATE '2020-01-01'", datetime.timedelta(days=2), "interval day to second"),
        ("CAST(NULL AS bigint)", None, "bigint"),
    ]
    for sql, expected, type_ in cases:
        found = cursor.execute(f"SELECT {sql} AS v").fetchall()
        same((found, cursor.description[0][1]), ([[expected]], type_), sql)


def check_storage():
    """What a user's own table holds comes back as it was, whatever its type."""
    cursor = trino.dbapi.connect(host="127.0.0.1", port=PORT, user="pia", catalog="lake", schema="pia").cursor()
    columns = "t time(6), r row(a integer, b array(varchar)), m map(varchar, bigint), d decimal(3,3), ts timestamp(6)"
    row = (
        *[datetime.time(1, 2, 3, 4), (7, ["x", None]), {"k": 2**40}, decimal.Decimal("0.125")],
        datetime.datetime(1999, 12, 31, 23, 59, 59, 999999),
    )
    cursor.execute("DROP TABLE IF EXISTS stored").fetchall()
    cursor.execute(f"CREATE TABLE stored ({columns})").fetchall()
    cursor.execute("INSERT INTO stored VALUES (?, ?, ?, ?, ?)", row).fetchall()
    cursor.execute("INSERT INTO stored SELECT * FROM stored").fetchall()
    found = cursor.execute("SELECT * FROM stored").fetchall()
    same([tuple(one) for one in found], [row, row], "stored")
    cursor.execute("CREATE TABLE stored_again AS SELECT m, r, t FROM stored").fetchall()
    same(cursor.execute("SELECT r[1], m['k'], hour(t) FROM stored_again").fetchone(), [7, 2**40, 1], "read")
    cursor.execute("DROP TABLE stored_again").fetchall()


def check_pandas():
    made = engine()
    with made.connect() as connection:
        found = pandas.read_sql(text("SELECT * FROM patients ORDER BY patient_id"), connection)
    expected = pandas.DataFrame(PATIENTS).sort_values("patient_id").reset_index(drop=True)
    same(list(found.columns), list(expected.columns), "columns of pandas")
    for column in found.columns:
        clean = lambda values: [None if pandas.isna(one) else one for one in values]  # noqa: E731
        same(clean(found[column]), clean(expected[column]), f"pandas {column}")
    with made.connect() as connection:
        chunks = pandas.read_sql(text("SELECT * FROM clinical_events"), connection, chunksize=500)
        same(sum(len(chunk) for chunk in chunks), len(EVENTS), "chunks of pandas")


def check_errors():
    cursor = trino.dbapi.connect(
        host="127.0.0.1", port=PORT, user="pia", catalog="lake", schema="northshire"
    ).cursor()
    cases = [
        ("SELECT nothing FROM patients", "COLUMN_NOT_FOUND"),
        ("SELECT 1 FROM nowhere", "TABLE_NOT_FOUND"),
        ("SELECT nonsense(1)", "FUNCTION_NOT_FOUND"),
        ("SELECT FROM", "SYNTAX_ERROR"),
        ("SELECT 1 / 0", "DIVISION_BY_ZERO"),
        ("SELECT CAST(sex AS integer) FROM patients", "INVALID_CAST_ARGUMENT"),
        ("DROP TABLE patients", "PERMISSION_DENIED"),
    ]
    for sql, name in cases:
        try:
            cursor.execute(sql).fetchall()
            raise AssertionError(f"{sql} had no error")
        except trino.exceptions.TrinoUserError as error:
            same(error.error_name, name, sql)
            same("female" in str(error), False, "no value in a message")


def check_cancel():
    connection = trino.dbapi.connect(host="127.0.0.1", port=PORT, user="pia", catalog="lake", schema="core")
    cursor = connection.cursor()
    cross = ", ".join(f"clinical_events AS e{number}" for number in range(5))
    failure = []

    def run():
        try:
            other = connection.cursor()
            running.append(other)
            other.execute(f"SELECT count(*) FROM {cross} WHERE e0.date < e1.date").fetchall()
        except Exception as error:  # noqa: BLE001
            failure.append(error)

    running = []
    thread = threading.Thread(target=run)
    thread.start()
    entry = None
    for _ in range(100):
        time.sleep(0.1)
        sql = "SELECT query_id FROM system.runtime.queries WHERE state = 'RUNNING' AND query LIKE ?"
        entry = cursor.execute(sql, ("%clinical_events AS e4%",)).fetchall()
        entry = [one for (one,) in entry]
        if len(entry) > 0:
            break
    # The statement that asks holds the same text: it is among those found.
    cursor.execute("SELECT query_id, query FROM system.runtime.queries WHERE state = 'RUNNING'")
    target = [one for one, query in cursor.fetchall() if query.startswith("SELECT count(*)")]
    same(len(target), 1, "one statement is running")
    cursor.execute(f"CALL system.runtime.kill_query(query_id => '{target[0]}', message => 'enough')").fetchall()
    thread.join(20)
    same(thread.is_alive(), False, "the killed statement ended")
    same(len(failure) == 1 and failure[0].error_name, "ADMINISTRATIVELY_KILLED", "its error")
    half = connection.cursor()
    half.execute("SELECT a.patient_id, b.* FROM clinical_events AS a, clinical_events AS b")
    half.fetchone()
    half.cancel()
    same(cursor.execute("SELECT 1").fetchall(), [[1]], "after a cancel")


def check_transaction():
    made = engine()
    with made.connect().execution_options(isolation_level="SERIALIZABLE") as connection:
        same(connection.execute(text("SELECT 1")).scalar(), 1, "in a transaction")
        connection.commit()
    pinned = engine(query="?session_properties=%7B%22snapshot%22%3A%221%22%7D")
    with pinned.connect() as connection:
        same(connection.execute(text("SELECT count(*) FROM patients")).scalar(), len(PATIENTS), "pinned")


class FromAfar(requests.adapters.HTTPAdapter):
    """From another address than the server's, as over a network: answers are compressed."""

    def init_poolmanager(self, *arguments, **options):
        super().init_poolmanager(*arguments, source_address=("127.0.0.2", 0), **options)


def check_compression():
    encodings = []
    session = requests.Session()
    session.mount("http://", FromAfar())
    session.hooks["response"].append(lambda answer, **_: encodings.append(answer.headers.get("Content-Encoding")))
    connection = trino.dbapi.connect(
        **dict(host="127.0.0.1", port=PORT, user="pia", catalog="lake", schema="core"),
        http_session=session,
    )
    found = connection.cursor().execute("SELECT patient_id, sex FROM patients").fetchall()
    same(sorted(tuple(row) for row in found), sorted((row["patient_id"], row["sex"]) for row in PATIENTS), "compressed")
    same("gzip" in encodings, True, "an answer was compressed")


def check_turned_away():
    """A POST that is not taken is sent again by the client, after the time that it was told."""
    uri = f"http://127.0.0.1:{PORT}/v1/statement"
    statuses, waiting = [], []
    for _ in range(1000):
        answer = requests.post(uri, data="SELECT 1", headers={"X-Trino-User": "otto"})
        statuses.append(answer.status_code)
        if answer.status_code != 200:
            break
        waiting.append(answer.json()["nextUri"])
    same((statuses[-1], answer.headers["Retry-After"]), (429, "1"), "too many statements")
    connection = trino.dbapi.connect(host="127.0.0.1", port=PORT, user="pia", catalog="lake", schema="core")
    room = threading.Timer(0.5, lambda: [(requests.delete(one), requests.get(one)) for one in waiting])
    room.start()
    started = time.monotonic()
    same(connection.cursor().execute("SELECT 42").fetchall(), [[42]], "taken in the end")
    same(time.monotonic() - started >= 1, True, "it waited")
    room.join()


check_inspection()
check_shapes()
check_shapes("?legacy_prepared_statements=true")
check_parameters(False)
check_parameters(True)
check_types()
check_storage()
check_pandas()
check_errors()
check_cancel()
check_transaction()
check_compression()
check_turned_away()
versions = {"trino": trino.__version__, "sqlalchemy": sqlalchemy.__version__, "pandas": pandas.__version__}
print(json.dumps({"checks": checks, **versions}))
