"""What the codes of the linters in linters_peers.py claim, in words of no tool, and its nature."""

from __future__ import annotations

import re

_PARAMETERS = "documented parameters differ from the declared ones"
# Code → nature, and the claim in words that do not tell the tool. DOC is of pydoclint and of ruff alike.
_CLAIMS = {
    "CG101": ("contradictions", "a documented parameter is not declared"),
    "CG102": ("omissions", "a parameter is not documented"),
    "CG104": ("contradictions", "a parameter is documented twice"),
    "CG111": ("contradictions", "a documented type is another than the declared one"),
    "CG112": ("contradictions", "a parameter is said to be optional, and must be given"),
    "CG121": ("contradictions", "a documented default is another than the declared one"),
    "CG131": ("contradictions", "a replacement is named that does not exist"),
    "CG201": ("contradictions", "a return is documented, but nothing is returned"),
    "CG202": ("omissions", "the return is not documented"),
    "CG203": ("contradictions", "nothing is said to be returned, but a value is"),
    "CG204": ("contradictions", "what is yielded is documented as returned, or the reverse"),
    "CG301": ("contradictions", "a documented exception is not raised"),
    "CG302": ("omissions", "a raised exception is not documented"),
    "CG303": ("omissions", "a raised exception is not documented"),
    "CG401": ("contradictions", "a name is mentioned that does not exist"),
    "CG501": ("contradictions", "True is said where False is returned, or the reverse"),
    "CG502": ("contradictions", "another bound is said than the code compares with"),
    "CG503": ("contradictions", "the opposite order is said"),
    "CG504": ("contradictions", "another result is said than is returned"),
    "CG505": ("contradictions", "the same result is said for a case and for its opposite"),
    "CG601": ("contradictions", "the comment was copied from another function"),
    "DOC101": ("omissions", "fewer parameters are documented than declared"),
    "DOC102": ("contradictions", "a documented parameter is not declared"),
    "DOC103": ("", _PARAMETERS),
    "DOC105": ("contradictions", "documented types differ from the declared ones"),
    "DOC201": ("omissions", "the return is not documented"),
    "DOC202": ("contradictions", "a return is documented, but nothing is returned"),
    "DOC203": ("contradictions", "the documented return type differs from the declared one"),
    "DOC402": ("omissions", "the yield is not documented"),
    "DOC403": ("contradictions", "a yield is documented, but nothing is yielded"),
    "DOC404": ("contradictions", "the documented yield type differs from the declared one"),
    "DOC501": ("omissions", "a raised exception is not documented"),
    "DOC502": ("contradictions", "a documented exception is not raised"),
    "DOC503": ("", "documented exceptions differ from the raised ones"),
    "D417": ("omissions", "a parameter is not documented"),
    "DAR101": ("omissions", "a parameter is not documented"),
    "DAR102": ("contradictions", "a documented parameter is not declared"),
    "DAR103": ("contradictions", "documented types differ from the declared ones"),
    "DAR201": ("omissions", "the return is not documented"),
    "DAR202": ("contradictions", "a return is documented, but nothing is returned"),
    "DAR203": ("contradictions", "the documented return type differs from the declared one"),
    "DAR301": ("omissions", "the yield is not documented"),
    "DAR302": ("contradictions", "a yield is documented, but nothing is yielded"),
    "DAR401": ("omissions", "a raised exception is not documented"),
    "DAR402": ("contradictions", "a documented exception is not raised"),
    "DAR501": ("contradictions", "a variable is documented that does not exist"),
    "SIG201": ("contradictions", "a parameter is documented twice"),
    "SIG202": ("contradictions", "a documented parameter is not declared"),
    "SIG203": ("omissions", "a parameter is not documented"),
    "SIG403": ("contradictions", "a documented parameter is not declared"),
    "SIG404": ("contradictions", "a documented parameter is not declared"),
    "SIG502": ("contradictions", "a return is documented, but nothing is returned"),
    "SIG503": ("omissions", "the return is not documented"),
    "SIG504": ("contradictions", "a return is documented of a constructor"),
    "SIG505": ("contradictions", "a return is documented of a property"),
}


def nature_of(code: str, message: str) -> str:
    """Whether a report claims a contradiction, an omission, or something of format."""
    if code == "DOC103":
        return "contradictions" if "in the docstring but not in the" in message else "omissions"
    if code == "DOC503" and (lists := re.findall(r"\[(.*?)\]", message)):
        said, body = (set(re.findall(r"'(?:\w+\.)*(\w+)'", one)) for one in lists[:2])
        return "contradictions" if said - body else "omissions"
    return _CLAIMS[code][0] if code in _CLAIMS else "format"


def neutral(code: str, message: str) -> str:
    """A report's claim without the words of its tool: what it means, and the names that it gives."""
    names = re.findall(r"\[.*?\]|`.*?`|[-+] [\w*]+(?: [\w*]+)*$|: [\w, *]+$", message)
    meaning = _CLAIMS[code][1] if code in _CLAIMS else f"format: {message}"
    return f"{meaning}: {' '.join(names)}"
