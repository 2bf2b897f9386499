"""What a comment says of the returned value, against what the code returns.

Not covered: values given by printing (shell), by output parameters or callbacks, and macros that return.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codegloss.quality.claims.phrases import stems, words_of
from codegloss.quality.claims.rule import Claim, Rule, Subject
from codegloss.quality.claims.values import always_gives_value
from codegloss.records import Function

_FIELD = re.compile(
    r"^[ \t]*(?:[@\\:]|-[ \t]*|#+[ \t]*|<)(?:returns?|result|rtype|treturn|phpstan-return)\b[^\n]*",
    re.IGNORECASE | re.MULTILINE,
)
_BARE = re.compile(r"\s*[@\\:#-]*[ \t]*\w+:?\s*|\s*<\w+>\s*")  # what is told begins on the next line
_HEADING = re.compile(
    r"^[ \t]*(?:#+[ \t]*|\*\*)?Returns?(?:\*\*)?[ \t]*:?[ \t]*\n(?:[ \t]*-{3,}[ \t]*\n)?\s*([^\n]+)",
    re.MULTILINE,
)
_INLINE = re.compile(r"^[ \t]*Returns?[ \t]*:[ \t]*\S[^\n]*", re.MULTILINE)
_SENTENCE = re.compile(r"\AReturns?[ \t]+[^\n]*\w[^\n]*")
# "Returns the client to the pool": in prose the word counts for a function whose name asks for a value.
_ASKS = re.compile(
    r"_*(?:get|is|has|can|should|find|compute|calc|count|fetch|look_?up)(?=_|[A-Z]|\Z|[a-z]*_)",
)

_NOTHING = re.compile(
    r"\W*(?:none|void|nothing|null|nil|undefined|unit|n/?a|no(?:thing| (?:return )?value| return)|\(\))\b\W*",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:callback|promise|coroutine|awaitable|future|task|via|stdout|standard output|prints?|echo\w*|exit|"
    r"through|yields?|generator|iterator|nothing|none|void|null|nil|undefined|never|parameter|argument|"
    r"output|stored|filled|populated|deferred|observable|resolve[sd]?|no (?:return|error)|"
    r"in the (?:provided|given|passed)|does(?: not|n't) return)\b",
    re.IGNORECASE,
)
_CALLBACK = re.compile(r"\w*(?:callback|Callback)|cb|done|next|resolve")
_REFERENCE = re.compile(r"[*&]|\[\]|\b(?:ref|out|mut|inout)\b")  # a parameter that may take the value
_VOID = re.compile(
    r"\s*(?::|->)?\s*(?:(?:\w+\s+)*void|None|Unit|\(\)|Void|never|NoReturn|undefined|Nothing)\s*",
    re.IGNORECASE,
)
_HARMLESS = frozenset(("staticmethod", "classmethod", "override", "typing.override", "final", "typing.final"))
_LETTERS = re.compile(r"[^\W\d_]{2}")
# The comment speaks for what overrides the function, or is another's.
_INHERITED = re.compile(
    r"\{?@inheritdoc|<inheritdoc|@?\babstract\b|@virtual|\bvirtual method|never be called|\boverrid|subclass",
    re.IGNORECASE,
)
_MACRO = re.compile(r"(?:py_)?ret(?:urn|val)_?\w+|\w+_return(?:_\w+)?", re.IGNORECASE)


def _quote_of(text: str) -> str | None:
    """The line of a comment that documents the returned value."""
    if match := _FIELD.search(text):
        behind = text[match.end() :].lstrip("\n").split("\n", 1)[0].strip()
        return behind if _BARE.fullmatch(match[0]) and behind else match[0].strip()
    if match := _HEADING.search(text):
        told = match[1].strip()  # which a parameter may be told by as well
        return told if text.count(told) == 1 else match[0].strip().split("\n")[0].strip()
    match = _INLINE.search(text)
    return match[0].strip() if match else None


def _may_be_judged(subject: Subject) -> bool:
    """Whether what the body returns is seen, and is what a caller gets."""
    function, body = subject.function, subject.body
    return (
        function.has_body
        and not function.has_syntax_error
        and (function.kind in ("function", "method") or _is_initialiser(function))
        and function.language not in ("bash", "ruby")
        and all(decorator.lstrip("@") in _HARMLESS for decorator in _decorators(function))
        and body.known
        and body.block is not None
        and not body.is_stub
    )


def _is_initialiser(function: Function) -> bool:
    return function.name == "__init__" and function.language == "python"


def _decorators(function: Function) -> list[str]:
    """Those that can put something else in the function's place: annotations cannot."""
    return function.decorators if function.language in ("python", "javascript", "typescript") else []


def _ends_in_raise(subject: Subject) -> bool:
    statements = subject.body.statements
    return bool(statements) and any(
        node.start_byte >= statements[-1].start_byte for node in subject.body.raise_nodes
    )


def _return_of_nothing(subject: Subject) -> Iterator[Claim]:
    function = subject.function
    text, parts = function.comment_text or "", function.parts
    returns = parts.returns if parts else None
    if returns is not None:
        said = f"{returns.type or ''} {returns.description}".strip()
        quote = _quote_of(text)
        if not quote or not _LETTERS.search(said) or _ELSEWHERE.search(said) or _NOTHING.fullmatch(said):
            return
    else:
        match = _SENTENCE.match(text)
        if not match or not _ASKS.match(function.name) or _ELSEWHERE.search(match[0]):
            return
        if any(_REFERENCE.search(parameter.type or "") for parameter in function.parameters):
            return
        quote = match[0].strip()
    if any(_CALLBACK.fullmatch(parameter.name) for parameter in function.parameters):
        return
    if not _may_be_judged(subject) or _INHERITED.search(text):
        return
    if _is_initialiser(function) and (returns is None or _tells_of_instance(function, said)):
        return
    body, declared = subject.body, function.return_type
    if declared is not None and not _VOID.fullmatch(declared):
        return
    if (
        body.gives_value
        or body.yields
        or _ends_in_raise(subject)
        or (function.name[:1].isupper() and _is_made(function))
    ):
        return
    if any(_MACRO.fullmatch(word) for word in body.identifiers if word != "return"):
        return
    yield Claim(quote, f"The comment documents a returned value, but `{function.name}` never returns one.")


_INSTANCE = re.compile(
    r"\b(?:instance|object|class|self|new|creat\w*|construct\w*|initiali\w*)\b", re.IGNORECASE
)


def _tells_of_instance(function: Function, said: str) -> bool:
    """Whether what an `__init__` is said to return may be the object, which the class gives when called."""
    names = words_of(" ".join(function.qualified_name.split(".")[:-1]))
    return _INSTANCE.search(said) is not None or not stems(names).isdisjoint(stems(words_of(said)))


def _is_made(function: Function) -> bool:
    """Whether a capital letter begins the name of what `new` makes."""
    return function.language in ("javascript", "typescript", "lua")


_SAYS_NOTHING = re.compile(
    r"^[ \t]*(?:[@\\:-][ \t]*)?Returns?:?[ \t]*(?:\n(?:[ \t]*-{3,}[ \t]*\n)?)?[ \t]*[\[{(]?"
    r"((?:None|void|nothing|no(?:thing| value))[\]})]?[.]?)[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_RTYPE = re.compile(r"^[ \t]*:rtype:[ \t]*(?:None|NoneType)[ \t]*$", re.MULTILINE)
_NULL = re.compile(r"\(?(?:None|null|undefined|nil|NULL|nullptr|void 0|nothing)\)?")
_CERTAIN = re.compile(
    r"""-?\d[\w.]* | (?:[bBfFrRuU]{0,2})(?:"[^"]*"|'[^']*') | True | False | true | false
      | self | this | \[.*\] | \{.*\} | not\s.* | !\w.* | [\w.]+\s*(?:==|!=|<|>|<=|>=|\+|-|\*)\s*[\w.]+
      | len\(.*\) | \((?:[^()]*,)+[^()]*\)""",
    re.VERBOSE | re.DOTALL,
)


def _value_despite_nothing(subject: Subject) -> Iterator[Claim]:
    function = subject.function
    text = function.comment_text or ""
    match = _SAYS_NOTHING.search(text) or _RTYPE.search(text)
    if not match or not _may_be_judged(subject):
        return
    value = next((value for value in subject.body.returns if _CERTAIN.fullmatch(value)), None)
    if value is None and function.language == "python" and _gives_more_than_none(function):
        value = next((value for value in subject.body.returns if value), None)
    if value is None or _NULL.fullmatch(value) or subject.body.yields:
        return
    quote = match[0].strip().split("\n")[-1].strip()
    shown = value if len(value) <= 40 else f"{value[:37]}..."
    yield Claim(
        quote,
        f"The comment says that nothing is returned, but the code has `return {' '.join(shown.split())}`.",
    )


_MAY_BE_NONE = re.compile(r"\b(?:None|Optional|Any|Never|NoReturn|[A-Z])\b|\AT_")


def _gives_more_than_none(function: Function) -> bool:
    """Whether a Python function always gives a value, by its code and its annotation."""
    declared = function.return_type
    if declared is not None and _MAY_BE_NONE.search(declared):
        return False
    return always_gives_value(function.code, is_annotated=declared is not None)


_SPEAKS_OF_VALUE = re.compile(
    r"\b(?:return|yield|giv|result|output|produc|generat|comput|calculat|get|check|whether|true|false|creat|build|"
    r"make|find|convert|determin|load|read|pars|retriev|fetch|->)",
    re.IGNORECASE,
)


def _undocumented_return(subject: Subject) -> Iterator[Claim]:
    function, parts = subject.function, subject.function.parts
    text = function.comment_text or ""
    if (
        not parts
        or not parts.parameters
        or parts.returns
        or not function.is_doc
        or _SPEAKS_OF_VALUE.search(text)
    ):
        return
    if not _may_be_judged(subject) or function.is_test:
        return
    value = next((value for value in subject.body.returns if value and not _NULL.fullmatch(value)), None)
    if value is None or not (_CERTAIN.fullmatch(value) or re.fullmatch(r"\w+", value)):
        return
    name = parts.parameters[0].name
    quote = next((line.strip() for line in text.split("\n") if name and name in line), "")
    if quote:
        yield Claim(
            quote,
            f"The comment documents parameters but not that `{' '.join(value.split())[:40]}` is returned.",
        )


_YIELDS = re.compile(
    r"^[ \t]*(?:Yields?[ \t]*:?[ \t]*$|:yields?\b[^\n]*:|@yields?\b)[^\n]*", re.MULTILINE | re.IGNORECASE
)
_RETURNS = re.compile(r"^[ \t]*(?:Returns?[ \t]*:?[ \t]*$|:returns?:|@returns?\b)[^\n]*", re.MULTILINE)
_STREAM = re.compile(
    r"generat|iterat|iterable|yield|stream|sequence|async|context|each|fixture|lazy|lazily|coroutine|deferred|None|void",
    re.IGNORECASE,
)
_NO_STREAM = re.compile(
    r"None|True|False|\[.*\]|\{.*\}|-?\d+|[bBfFrRuU]{0,2}(?:\"[^\"]*\"|'[^']*')", re.DOTALL
)


def _yields_against_returns(subject: Subject) -> Iterator[Claim]:
    function, body = subject.function, subject.body
    text = function.comment_text or ""
    if function.language not in ("python", "javascript", "typescript"):
        return
    says_yields, says_returns = _YIELDS.search(text), _RETURNS.search(text)
    if bool(says_yields) == bool(says_returns) or not _may_be_judged(subject):
        return
    if says_yields and not body.yields:
        if not _ends_in_raise(subject) and all(
            _NO_STREAM.fullmatch(value) for value in body.returns if value
        ):
            yield Claim(
                says_yields[0].strip(),
                f"The comment says what is yielded, but `{function.name}` yields nothing.",
            )
    elif says_returns and body.yields and not any(body.returns):
        described = text[says_returns.start() :]
        if not _STREAM.search(described) and not _STREAM.search(function.summary or ""):
            quote = _quote_of(text) or says_returns[0].strip()
            yield Claim(
                quote, f"The comment says what is returned, but `{function.name}` is a generator: it yields."
            )


RULES: tuple[Rule, ...] = (
    Rule(
        "CG201",
        "documented-return-of-nothing",
        "a returned value is documented, but the function never returns one",
        """The comment has a section or tag for the returned value, or begins with "Return …" above a function
whose name asks for a value, and no `return` of the body bears one. Where a return type is declared, it must
be void.

No finding: stubs and abstract methods, generators, constructors (but for a Python `__init__` that is said to
return something else than the object), accessors, decorated Python and JavaScript
functions, functions that end in a raise, comments that speak of a callback, a promise or an output
parameter, Ruby (whose last expression is a value) and the shell (which prints).

    def remove(items, wanted):
        \"\"\"Remove an item.

        Returns:
            The shortened list.
        \"\"\"
        items.remove(wanted)

Cure: drop the section, or return the value.""",
        0.93,
        _return_of_nothing,
    ),
    Rule(
        "CG202",
        "undocumented-return",
        "parameters are documented, the returned value is not",
        """The comment documents parameters, says nowhere that a value is given, computed or checked, and the
body returns one. An omission, no contradiction: its confidence is kept below a half, so that it is reported
only where it is asked for.

No finding: a value that comes from a call, which may be none; comments without a section of parameters;
tests.

Cure: document the returned value.""",
        0.4,
        _undocumented_return,
    ),
    Rule(
        "CG203",
        "return-despite-nothing",
        "the comment says that nothing is returned, but a value is",
        """The comment says "Returns: None", `@return void`, `:rtype: None` or the like and nothing else, and
the body returns a literal, a comparison, the object itself or another expression that is certainly a value.
In Python also where every way through the function ends in a return of a value: a member, what a constructor
or a conversion gives, what a function whose name asks for something gives, a variable that holds such, and,
where another type than None is annotated, whatever is returned.

No finding: another returned call or variable, which may be none; "None if …", which is a condition; a Python
function that may end without a return or has a bare one.

    /** @return void */
    public function valid() { return true; }

Cure: document the value, or return none.""",
        0.95,
        _value_despite_nothing,
    ),
    Rule(
        "CG204",
        "yield-or-return",
        "what is yielded is documented as returned, or the reverse",
        """The comment has a section for what is yielded and the body neither yields nor returns anything but
literals; or it has a section for what is returned, the body is a generator, and nothing in the comment says
so. Read in Python and JavaScript.

No finding: a described generator, iterator, iterable or stream; decorated functions.

Cure: name the section after what the function does.""",
        0.85,
        _yields_against_returns,
    ),
)
