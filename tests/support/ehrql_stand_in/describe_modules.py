"""Imports modules against the stand-in and prints, as JSON, what they turned out to be."""

import datetime
import importlib
import json
import sys

from ehrql.backends.base import SQLBackend
from ehrql.tables import Frame, PatientFrame


def plain(value):
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return getattr(value, "value", value)


def rule(one):
    fields = {name: plain(value) for name, value in one.given.items()}
    return {"kind": type(one).__name__, **fields}


def describe_table(frame):
    return {
        "frame": "PatientFrame" if isinstance(frame, PatientFrame) else "EventFrame",
        "doc": type(frame).__doc__,
        "columns": [
            {
                "name": one.name,
                "type": one.type_.__name__,
                "description": one.description,
                "constraints": [rule(each) for each in one.constraints],
                "dummy": [rule(each) for each in one.dummy],
            }
            for one in frame.series.values()
        ],
    }


def describe_backend(cls):
    hook = cls().modify_temp_table_schema
    dsns = (
        "trino://ada:pw@host:443/lake/x",
        "trino://a%40b@host/lake",
        "trino://host/lake",
        None,
    )
    return {
        "doc": cls.__doc__,
        "display_name": cls.display_name,
        "patient_join_column": cls.patient_join_column,
        "implements": [module.__name__ for module in cls.implements],
        "scratch": [hook("current", dsn, {}) for dsn in dsns],
        "tables": {name: vars(one) for name, one in cls.tables.items()},
    }


def describe(name):
    found = {}
    for key, value in vars(importlib.import_module(name)).items():
        if isinstance(value, Frame):
            found[value.table_name] = describe_table(value)
        elif (
            isinstance(value, type)
            and issubclass(value, SQLBackend)
            and value.tables_of(name)
        ):
            found[key] = describe_backend(value)
    return found


SQLBackend.tables_of = classmethod(lambda cls, name: cls.__module__ == name)
print(json.dumps({name: describe(name) for name in sys.argv[1:]}))
