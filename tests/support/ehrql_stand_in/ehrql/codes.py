"""Code types: a code is valid when the whole of it has the form the facts state."""

import re

from ehrql._facts import FACTS


class Code:
    def __init__(self, value):
        form = FACTS["codeForms"].get(type(self).__name__)
        if form is not None and re.fullmatch(form, value, re.ASCII) is None:
            raise ValueError(f"no {type(self).__name__}")
        self.value = value


class SNOMEDCTCode(Code): ...


class DMDCode(Code): ...


class CTV3Code(Code): ...


class ICD10Code(Code): ...


class OPCS4Code(Code): ...


class MultiCode:
    def __init__(self, value):
        raise TypeError("a text of several codes is no category")


class ICD10MultiCodeString(MultiCode): ...


class OPCS4MultiCodeString(MultiCode): ...
