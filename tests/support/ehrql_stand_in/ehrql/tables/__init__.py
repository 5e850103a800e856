"""Table classes and their constraints, and a module for each namespace of the facts."""

import datetime
import re
import re._parser
import sys
import types

from ehrql import codes
from ehrql._facts import FACTS


class Rule:
    fields = {}

    def __init__(self, *args, **kwargs):
        given = dict(zip(self.fields, args, strict=False)) | kwargs
        if len(args) > len(self.fields) or set(given) - set(self.fields):
            raise TypeError(f"{type(self).__name__} takes {list(self.fields)}")
        missing = [k for k, v in self.fields.items() if v is ... and k not in given]
        if missing:
            raise TypeError(f"{type(self).__name__} needs {missing}")
        self.given = self.fields | given
        self.check()

    def check(self):
        pass


def check_pattern(parsed):
    """Only what values can be generated for: no anchors, classes, look-around, flags."""
    for kind, value in parsed:
        name = str(kind)
        if name in ("LITERAL", "RANGE"):
            continue
        if name == "SUBPATTERN":
            if value[1] or value[2]:
                raise ValueError("flags in a pattern")
            check_pattern(value[3])
        elif name == "BRANCH":
            for branch in value[1]:
                check_pattern(branch)
        elif name == "IN":
            check_pattern(value)
        elif name == "MAX_REPEAT":
            check_pattern(value[2])
        else:
            raise ValueError(f"{name} in a pattern")


class Constraint:
    class NotNull(Rule): ...

    class Unique(Rule): ...

    class FirstOfMonth(Rule): ...

    class Categorical(Rule):
        fields = {"values": ...}

    class Regex(Rule):
        fields = {"regex": ...}

        def check(self):
            check_pattern(re._parser.parse(self.given["regex"]))

    class ClosedRange(Rule):
        fields = {"minimum": ..., "maximum": ..., "step": 1}

        def check(self):
            assert all(type(value) is int for value in self.given.values())

    class GeneralRange(Rule):
        fields = {
            "minimum": None,
            "maximum": None,
            "includes_minimum": True,
            "includes_maximum": True,
        }

    class DateAfter(Rule):
        fields = {"column_names": ...}

        def check(self):
            if isinstance(self.given["column_names"], str):
                raise TypeError("column_names is a list")


class Series:
    def __init__(
        self, type_, *, description="", constraints=(), dummy_data_constraints=()
    ):
        self.type_ = type_
        self.description = description
        self.constraints = tuple(constraints)
        self.dummy = tuple(dummy_data_constraints)
        kinds = [type(one) for one in self.constraints + self.dummy]
        if not all(issubclass(kind, Rule) for kind in kinds):
            raise ValueError("constraints are instances")
        if len(set(kinds)) < len(kinds):
            raise ValueError("each kind of constraint once")
        if Constraint.DateAfter in kinds and type_ is not datetime.date:
            raise ValueError("DateAfter on a column that is no date")

    def __set_name__(self, owner, name):
        self.name = name


class Frame:
    def where(self): ...

    except_where = exists_for_patient = count_for_patient = where


class PatientFrame(Frame): ...


class EventFrame(Frame):
    def sort_by(self): ...


def check_dates(series):
    """The order of dates that steers dummy data is one chain of like columns."""

    def others(one):
        skipped = (Constraint.DateAfter, Constraint.NotNull)
        rules = [c for c in one.constraints + one.dummy if not isinstance(c, skipped)]
        return sorted((type(c).__name__, repr(c.given)) for c in rules)

    before = {}
    for name, one in series.items():
        for rule in one.dummy:
            if isinstance(rule, Constraint.DateAfter):
                before[name] = list(rule.given["column_names"])
    for name, names in before.items():
        for other in names:
            if series[other].type_ is not datetime.date:
                raise ValueError(f"{other} is no date")
            if others(series[other]) != others(series[name]):
                raise ValueError(f"{name} and {other} have other constraints")
    named = {*before, *(name for names in before.values() for name in names)}
    chain = sorted(named, key=lambda name: len(before.get(name, [])))
    for index, name in enumerate(chain):
        if before.get(name, []) != chain[:index]:
            raise ValueError(f"{name} does not name all columns before it")


def table(cls):
    if not issubclass(cls, PatientFrame | EventFrame):
        raise TypeError("a table is a PatientFrame or an EventFrame")
    instance = cls()
    instance.table_name = cls.__name__
    instance.series = {k: v for k, v in vars(cls).items() if isinstance(v, Series)}
    if "patient_id" in instance.series:
        raise ValueError("patient_id is implied")
    hidden = [name for name in instance.series if hasattr(Frame, name)]
    if hidden:
        raise ValueError(f"{hidden} hides a method of frames")
    check_dates(instance.series)
    return instance


PYTHON_TYPES = {
    "bool": bool,
    "int": int,
    "float": float,
    "str": str,
    "date": datetime.date,
}


def add_facts():
    for fact in FACTS["tables"]:
        name = f"ehrql.tables.{fact['namespace']}"
        parent, _, last = name.rpartition(".")
        for full in (parent, name):
            sys.modules.setdefault(full, types.ModuleType(full))
        setattr(
            sys.modules["ehrql.tables"], parent.rpartition(".")[2], sys.modules[parent]
        )
        setattr(sys.modules[parent], last, sys.modules[name])
        frame = PatientFrame if fact["rows"] == "one_per_patient" else EventFrame
        series = {
            column["name"]: Series(
                PYTHON_TYPES.get(column["type"]) or getattr(codes, column["type"])
            )
            for column in fact["columns"]
        }
        made = table(type(fact["table"], (frame,), series))
        setattr(sys.modules[name], fact["definition"], made)


add_facts()
