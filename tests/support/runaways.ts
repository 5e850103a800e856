// Statements that would take all the time or memory there is, over the table `numbers` (n, s) of
// 200,000 rows: kinds of queries that people write by mistake.
const many = (count: number, make: (index: number) => string, between: string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join(between)

const cross = (count: number): string => many(count, (index) => `numbers AS t${index}`, ', ')

/** `WITH` in which each name is used twice by the next. */
function doubling(count: number): string {
  const first = 'q0 AS (SELECT n FROM numbers)'
  const others = many(
    count,
    (index) => `q${index + 1} AS (SELECT a.n FROM q${index} AS a JOIN q${index} AS b ON a.n = b.n)`,
    ', ',
  )
  return `WITH ${first}, ${others} SELECT count(*) FROM q${count}`
}

export const runaways: Readonly<Record<string, string>> = {
  'a cross join of four': `SELECT count(*) FROM ${cross(4)} WHERE t0.n + t1.n + t2.n + t3.n < 0`,
  'a cross join of two with texts': `SELECT count(*) FROM ${cross(3)} WHERE t0.s || t1.s = t2.s`,
  'a join that is no equation': `SELECT count(*) FROM ${cross(3)} WHERE t0.n < t1.n AND t1.n < t2.n`,
  'a cross join that is made a table': `CREATE TABLE runaway AS SELECT t0.n AS a, t1.n AS b FROM ${cross(3)}`,
  'a cross join that is inserted': `INSERT INTO kept SELECT t0.n FROM ${cross(3)}`,
  'a cross join that is sorted': `SELECT t0.n, t1.s FROM ${cross(2)} ORDER BY t1.s || t0.s, t0.n LIMIT 100000000`,
  'distinct of a cross join': `SELECT count(*) FROM (SELECT DISTINCT t0.n, t1.n AS m FROM ${cross(2)}) AS d`,
  'groups of a cross join': `SELECT count(*) FROM (SELECT t0.n, t1.n AS m, count(*) AS c FROM ${cross(2)} GROUP BY t0.n, t1.n) AS g`,
  'count distinct of a cross join': `SELECT count(DISTINCT t0.n * 200000 + t1.n) FROM ${cross(2)}`,
  'windows over a cross join': `SELECT max(r) FROM (SELECT row_number() OVER (ORDER BY t0.s, t1.n DESC) AS r FROM ${cross(2)}) AS w`,
  'a window of all before': `SELECT max(c) FROM (SELECT count(DISTINCT t0.s) OVER (ORDER BY t0.n) AS c FROM ${cross(2)}) AS w`,
  'lag over a cross join': `SELECT sum(d) FROM (SELECT lag(t0.n) OVER (PARTITION BY t1.n ORDER BY t0.s) AS d FROM ${cross(2)}) AS w`,
  'grouping sets of a cross join': `SELECT count(*) FROM (SELECT t0.n, t1.n AS m, t0.s, count(*) AS c FROM ${cross(2)} GROUP BY GROUPING SETS ((t0.n, t1.n), (t0.s, t1.n), (t0.n), ())) AS g`,
  'a correlated subquery': `SELECT sum((SELECT count(*) FROM numbers AS b, numbers AS c WHERE b.n + c.n > a.n)) FROM numbers AS a`,
  'NOT IN of a cross join': `SELECT count(*) FROM numbers WHERE n NOT IN (SELECT t0.n + t1.n FROM ${cross(2)} WHERE t0.n IS NOT NULL)`,
  'a union of cross joins': `SELECT count(*) FROM (${many(8, () => `SELECT t0.n, t1.s FROM ${cross(2)}`, ' UNION ')}) AS u`,
  'an intersection of cross joins': `SELECT count(*) FROM (SELECT t0.n, t1.n AS m FROM ${cross(2)} INTERSECT SELECT t1.n, t0.n FROM ${cross(2)}) AS u`,
  'long texts': `SELECT max(length(lpad(a.s, 2000000000, b.s))) FROM numbers AS a, numbers AS b`,
  'longer texts from texts': `SELECT max(length(x)) FROM (SELECT ${many(24, () => 'REPLACE(', '')}s${many(24, () => ", '1', '1111111111')", '')} AS x FROM numbers) AS t`,
  'replaced texts of a cross join': `SELECT max(REPLACE(REPLACE(t0.s || t1.s, '1', t0.s), '2', t1.s)) FROM ${cross(2)}`,
  'patterns over a cross join': `SELECT count(*) FROM ${cross(2)} WHERE t0.s || t1.s LIKE '%' || t1.s || '%' || t0.s || '%1%2%3%' ESCAPE '/'`,
  'a join of sixty': `SELECT count(*) FROM ${cross(60)} WHERE ${many(59, (index) => `t${index}.n <> t${index + 1}.n`, ' AND ')}`,
  'WITH that doubles': doubling(22),
  'a union of hundreds': `SELECT count(DISTINCT v) FROM (${many(480, (index) => `SELECT a.n + ${index} AS v FROM numbers AS a, numbers AS b`, ' UNION ALL ')}) AS u`,
  'deep nesting': `SELECT ${many(350, () => '(1 + ', '')}a.n + b.n + c.n${many(350, () => ')', '')} FROM numbers AS a, numbers AS b, numbers AS c ORDER BY 1 LIMIT 1`,
}
