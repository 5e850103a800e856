"""Rows a second that Trino's Python client reads: from the product and from a server that only
repeats the same bytes, by turns. Prints a JSON array of [product, repeated] seconds of each round."""

import json
import sys
import time

import trino


def seconds(port, sql, rows):
    connection = trino.dbapi.connect(
        host="127.0.0.1", port=int(port), user="bench", catalog="lake", schema="dummy"
    )
    cursor = connection.cursor()
    start = time.perf_counter()
    cursor.execute(sql)
    found = 0
    while some := cursor.fetchmany(10_000):
        found += len(some)
    end = time.perf_counter()
    assert found == rows, f"{found} rows, expected {rows}"
    return end - start


def main():
    product, repeated, rows, rounds, sql = sys.argv[1:]
    pairs = []
    for number in range(int(rounds) + 1):
        ports = [product, repeated]
        times = {p: seconds(p, sql, int(rows)) for p in (ports if number % 2 else ports[::-1])}
        pairs.append([times[product], times[repeated]])
    print(json.dumps(pairs[1:]))


main()
