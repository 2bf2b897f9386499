"""Why one side has a definition that the other lacks: a table of rules, and who is right in each class.

The first rule that fits gives the class. A rule sees the difference alone: its name, its
line, and the lines around it. A judgement begins with the side that is right or wrong; it
was found by reading samples.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """A definition that only one side has."""

    language: str
    against: str  # ctags, or the name of another reader
    side: str  # ours or theirs: who has it
    place: str
    line: int
    name: str
    kind: str
    source: str  # the line of the name, stripped
    above: str  # the line before
    below: str  # the three lines after, joined
    in_error: bool = False  # ours: the definition holds a syntax error; theirs: the file does
    after_last: bool = False  # ours: the other side found nothing from here to the end of the file
    repeated: bool = False  # theirs: the same name on the same line is already paired


Test = Callable[[Difference], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """A class of differences."""

    side: str
    languages: str  # names apart by blanks; empty for all
    name: str
    test: Test
    judgement: str


def source(pattern: str) -> Test:
    """Whether the source line holds the pattern."""
    compiled = re.compile(pattern)
    return lambda difference: bool(compiled.search(difference.source))


COMPILER = "ours is right: ctags misses them, the language's own parser has them"
VALUE = "ours is right: a function value with a name"
LOST = "ctags is wrong: it lost its way"

# fmt: off
RULES: tuple[Rule, ...] = (
    Rule("theirs", "", "the same definition twice", lambda d: d.repeated,
         "ctags is wrong: `a.f = function f` is one function"),
    # Python
    Rule("theirs", "python", "lambda bound to a name", source(r"=\s*\(?lambda\b|=\s*\(?$"),
         "ours leaves it out on purpose: a lambda is an expression and cannot bear a docstring"),
    # JavaScript and TypeScript
    Rule("theirs", "javascript typescript", "member of a prototype that is no function",
         source(r"\.prototype\b(?!.*=\s*(async\s+)?function)"),
         "ctags is wrong: any mention of `a.prototype.b` makes a method"),
    Rule("theirs", "javascript", "computed or quoted name",
         source(r"\]\s*=\s*(async\s+)?function|(exports\.default|\.get)\s*=\s*function"),
         "ctags is wrong: it takes the object for the name"),
    Rule("theirs", "javascript", "own name of a function expression",
         source(r"[=:]\s*(async\s+)?function\s+\w"),
         "both: one function with two names, ours takes the member's"),
    Rule("theirs", "javascript", "result of a function called at once", source(r"=\s*\(function\b"),
         "ctags is wrong: the name holds a value, not the function"),
    Rule("theirs", "typescript", "type or expression", lambda d: d.against == "ctags",
         "ctags is wrong: the type of a function, or a call, is no definition"),
    Rule("ours", "javascript typescript", "arrow function",
         source(r"=>|=$|[=:]\s*(async\s*)?(<.*)?\($"), COMPILER),
    Rule("ours", "javascript typescript", "function given to a variable or member",
         source(r"[=:]\s*(async\s+)?function\b"), COMPILER),
    Rule("ours", "javascript typescript", "function declaration", source(r"\bfunction\b"), COMPILER),
    Rule("ours", "javascript typescript", "method, accessor or other value", lambda d: True, COMPILER),
    # Java
    Rule("theirs", "java", "enum constant with a class body", source(r"^[A-Z][A-Z0-9_]*\s*\(.*\)?\s*\{?$"),
         "ctags is wrong: a constant and its arguments, no method"),
    Rule("ours", "java", "in an anonymous or local class, or a constant's", lambda d: True, COMPILER),
    # Go
    Rule("ours", "go", "function in a package variable", source(r"=\s*func\("), COMPILER),
    # Rust
    Rule("ours", "rust", "after a character or lifetime", lambda d: True, COMPILER),
    # Kotlin
    Rule("theirs", "kotlin", "parameter of a lambda, or variable of a loop",
         lambda d: d.against == "ctags" and not re.search(rf"\bfun\b.*\b{re.escape(d.name)}\s*[(<]",
         d.source),
         "ctags is wrong: these are no functions"),
    Rule("theirs", "kotlin", "first of two accessors of a property", lambda d: d.kind in ("getter", "setter"),
         "ours is wrong: a property with both accessors gives one row"),
    Rule("ours", "kotlin", "lambda given to a property", source(r"=\s*(@\w+\s*)?\{|=$"), VALUE),
    Rule("ours", "kotlin", "function", lambda d: not d.in_error, COMPILER),
    # C#
    Rule("theirs", "csharp", "delegate", source(r"\bdelegate\b"), "ctags is wrong: a type, no method"),
    Rule("theirs", "csharp", "statement", source(r"\bthrow\s+new\b|^[\w.]+(<.*>)?\(.*;"),
         LOST + " in a generic method and takes calls for methods"),
    Rule("ours", "csharp", "generic or nullable types in the head",
         source(r"<\w+>\s*\(|<\w+, |\w\?\s+\w+[,)]|\?\s"), "ours is right: ctags does not read them"),
    Rule("ours", "csharp", "under a conditional directive, or after one", lambda d: not d.in_error,
         "ours is right: ctags follows one branch of `#if` and loses count of the braces"),
    # Ruby
    Rule("theirs", "ruby", "in a string",
         source(r"^def\b"), "ctags is wrong: the text of a here-document is no code"),
    Rule("ours", "ruby", "lambda or proc given to a constant", source(r"=\s*(->|lambda\b|proc\b)"), VALUE),
    Rule("ours", "ruby", "defined by `define_method`",
         source(r"\bdefine_\w*method\b"), "ours is right: it has a name"),
    Rule("ours", "ruby", "method", source(r"\bdef\b"), COMPILER),
    # PHP
    Rule("ours", "php", "closure given to a variable",
         source(r"\$\w+\s*=\s*(static\s+)?(function|fn)\b"), VALUE),
    # Lua
    Rule("theirs", "lua", "line with the word function", lambda d: d.against == "ctags",
         "ctags is wrong: it takes what stands left on any line that says `function`"),
    Rule("ours", "lua", "default after `or`, or quoted key", source(r"\bor\s+function|\[['\"]"), VALUE),
    Rule("ours", "lua", "function", source(r"function|=$"), COMPILER),
    # Bash
    Rule("theirs", "bash", "empty array",
         lambda d: d.name.endswith("="), "ctags is wrong: `a=()` is an array"),
    Rule("theirs", "bash", "in a here-document", lambda d: d.against == "ctags",
         "ctags is wrong: the text of a here-document is no code"),
    Rule("ours", "bash", "function",
         lambda d: not d.in_error, LOST + " in a string; the shell's parser has them"),
    # Scala and Swift
    Rule("ours", "scala swift", "function given to a value", source(r"\b(val|var|let)\b"), VALUE),
    Rule("theirs", "scala swift", "in a comment or string, or cut short",
         lambda d: d.against == "regular expression" and not d.in_error,
         "theirs is wrong: the expression sees neither comments nor the whole of `name_=`"),
    Rule("ours", "scala swift", "name or head that the expression does not know",
         lambda d: d.against == "regular expression", "ours is right: see the row of the parser"),
    # C and C++
    Rule("ours", "c cpp", "in a branch that the preprocessor leaves out",
         lambda d: d.against.startswith("clang"), "ours is right: both branches are source"),
    Rule("ours", "c cpp", "test made by a macro",
         source(r"^(TEST|SCENARIO|BENCHMARK|TEMPLATE_|METHOD_)\w*\s*\("),
         "ours is right: a test has a name and a body, ctags takes it for a call"),
    Rule("ours", "cpp", "lambda given to a variable", source(r"=\s*\["), VALUE),
    Rule("ours", "c cpp", "macro taken for a function", source(r"\b[A-Z][A-Z_0-9]{3,}\s*\("),
         "ours is wrong: a call of a macro before a block"),
    # Any
    Rule("theirs", "", "in a file with syntax errors", lambda d: d.in_error,
         "ours is wrong: lost beside what the grammar does not read, a macro most often"),
    Rule("ours", "c cpp", "with a syntax error inside", lambda d: d.in_error,
         "ours is wrong: a macro became part of the name, or a statement a definition"),
    Rule("ours", "", "with a syntax error inside", lambda d: d.in_error, "not judged"),
    Rule("ours", "", "after the last tag of the file", lambda d: d.after_last, "not judged"),
)
# fmt: on


def classify(difference: Difference) -> tuple[str, str]:
    """Class and judgement of a difference."""
    for rule in RULES:
        fits = rule.side == difference.side and difference.language in (
            rule.languages.split() or [difference.language]
        )
        if fits and rule.test(difference):
            return rule.name, rule.judgement
    return "other", "not judged"
