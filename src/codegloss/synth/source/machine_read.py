"""Comments that a program reads: to change the words would change what it does.

Told from the file alone, by what is written in it:
- Python docstrings in a file that takes a function's `__doc__` or calls `getdoc`; of functions that a
  decorator makes into a command, a route, a tool or a template of documentation; of modules that hand
  their functions to Fire and its like; `do_…` of a `cmd.Cmd`; grammar rules of PLY and SPARK; doctests
  that this change would alter, where they are run.
- Tags in other languages' comments that compilers and frameworks act on: they must be the same after.

Does not cover what only another file does with a docstring, names that a decorator hides behind an
alias, and registries that look functions up by name.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass

from codegloss.quality.reasons import Reason
from codegloss.records import Function

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
READ_BY_PROGRAM = "read by the program"

# Last names of decorators (called or not) whose function's docstring is help text, an API's description,
# what a language model is told, or a template: click, typer, invoke, discord.py, FastAPI and Flask-RESTX,
# MCP and agent tools, workflow engines, bottle; `doc` in a name is a decorator that handles docstrings.
_DECORATORS = re.compile(
    r"@(?:(?!(?:[\w.]*\.)?mock\.)[\w.]*\.(?:get|post|put|patch|delete|head|options|action|prompt|resource|field|query)|"
    r"(?:[\w.]*\.)?"
    r"(?:command|group|result_callback|callback|task|route|websocket|api_route|api_view|tool|function_tool|"
    r"agent_tool|kernel_function|ai_function|keyword|subcommand|cli|slash_command|hybrid_command|op|asset|flow|job|sensor|resolver|mutation|"
    r"subscription|expose|register_cell_magic|register_line_magic|line_magic|cell_magic|line_cell_magic|"
    r"magic_arguments|argument|option|Substitution|Appender|interpd|\w*[Dd]oc(?:s|string|strings|umented?)?(?:_\w+)?|"
    r"\w+_docs?(?:tring)?s?|session))\b(?:\(|$)"
)
# Modules that make commands of the functions they are given, their docstrings the help.
_COMMAND_MAKERS = frozenset({
    "fire", "plac", "argh", "defopt", "clize", "begin", "baker", "tyro", "jsonargparse", "cyclopts", "docopt",
    "knack", "cleo",
})  # fmt: skip
_DOC_READERS = frozenset({"getdoc", "getcomments", "render_doc", "parse_docstring", "parse_from_object"})
# A file without any of these words is not parsed: nothing in it reads docstrings.
_WORDS = re.compile(
    rf"__doc__|doctest|Cmd\b|\b(?:typer|{'|'.join(sorted(_DOC_READERS | _COMMAND_MAKERS))})\b"
)
_GRAMMAR_NAME = re.compile(r"[pt]_\w+")
_GRAMMAR = re.compile(r"\s*\w+\s*::?=?\s")
_GRAMMAR_MAKERS = re.compile(r"\b(?:ply|yacc|lex|spark|SparkParser|GenericParser|GenericScanner)\b")
_DOCTEST = re.compile(r"(?m)^[ \t]*>>>.*(?:\n[ \t]*[^>\s].*)*")

# Tags with an effect: javac marks what has `@deprecated` (JLS 9.6.4.6); PHPUnit, Doctrine, Symfony and
# Behat read annotations from comments; TypeScript reads types from them in JavaScript, `stripInternal`
# in both; Closure reads more.
_TAGS = {
    "java": re.compile(r"@deprecated\b"),
    "php": re.compile(
        r"@(?:[A-Z]\w*(?:\\\w+)*|test(?:[Ww]ith|dox)?|dataProvider|depends|group|covers\w*|uses|requires|ticket|before\w*|"
        r"after\w*|expectedException\w*|runInSeparateProcess|runTestsInSeparateProcesses|preserveGlobalState|"
        r"backupGlobals|backupStaticAttributes|doesNotPerformAssertions|large|medium|small|Given|When|Then)\b"
    ),
    "javascript": re.compile(
        r"@(?:type|typedef|template|satisfies|overload|internal|deprecated|const|export|nocollapse|override|"
        r"suppress|preserve|license|constructor|extends|implements|this|enum|hidden)\b"
    ),
    "typescript": re.compile(r"@(?:internal|deprecated|hidden|preserve|license)\b"),
    "csharp": re.compile(r"<(?:include|inheritdoc)\b[^>]*>"),
    "rust": re.compile(r"(?ms)^[ \t]*```.*?^[ \t]*```[ \t]*$"),  # run by `cargo test`
}

Rule = Callable[[Function, str], Reason | None]


def reader_of(text: str, language: str) -> Rule:
    """A rule for the functions of one file: why the new comment (normal form) must not be put in, or None."""
    if language == "python":
        return _Module(text).reason
    tags = _TAGS.get(language)
    return _tag_rule(tags) if tags else lambda function, new: None


def _tag_rule(tags: re.Pattern[str]) -> Rule:
    def reason(function: Function, new: str) -> Reason | None:
        old = function.comment_text or ""
        before, after = sorted(map(str.strip, tags.findall(old))), sorted(map(str.strip, tags.findall(new)))
        if before == after:
            return None
        differing = next(iter(set(before) ^ set(after)), (before or after)[0]).split("\n")[0]
        return Reason(READ_BY_PROGRAM, f"{differing} is acted on, and the new comment changes it")

    return reason


@dataclass(frozen=True, slots=True)
class _Use:
    """That docstrings are read: those of functions of that bare name, or of any (None)."""

    name: str | None
    what: str


class _Module:
    """What a Python file does with docstrings."""

    def __init__(self, text: str) -> None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(text if _WORDS.search(text) else "")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            tree = ast.Module([], [])
        self.uses: dict[str | None, str] = {}
        self.doctests = False
        self.shells: set[str] = set()  # classes made from cmd.Cmd
        self.grammars = bool(_GRAMMAR_MAKERS.search(text))
        nodes = list(ast.walk(tree))
        functions = {node.name for node in nodes if isinstance(node, _FUNCTIONS)}
        classes = {node.name for node in nodes if isinstance(node, ast.ClassDef)}
        keys = {id(key) for node in nodes if isinstance(node, ast.Dict) for key in node.keys}
        for node in nodes:
            if id(node) in keys:
                continue  # `{"__doc__": None}` makes a docstring
            for use in _uses(node, functions, classes):
                self.uses.setdefault(use.name, use.what)
            if isinstance(node, ast.ClassDef) and any(_last_name(base) == "Cmd" for base in node.bases):
                self.shells.add(node.name)
            self.doctests |= isinstance(node, ast.Name | ast.alias) and _named(node).startswith("doctest")

    def reason(self, function: Function, new: str) -> Reason | None:
        """Why the docstring of the function stays as it is."""
        for name in (None, function.name):
            if name in self.uses:
                return Reason(READ_BY_PROGRAM, self.uses[name])
        for decorator in function.decorators:
            if _DECORATORS.match(decorator.replace(" ", "")):
                return Reason(READ_BY_PROGRAM, f"{decorator.split('(')[0]} uses the docstring")
        old = function.comment_text or ""
        owner = (function.class_name or "").rpartition(".")[2]
        if owner in self.shells and function.name.startswith("do_"):
            return Reason(READ_BY_PROGRAM, "help text of a cmd.Cmd")
        if _GRAMMAR_NAME.fullmatch(function.name) and (self.grammars or _GRAMMAR.match(old)):
            return Reason(READ_BY_PROGRAM, "a rule of a grammar")
        if (self.doctests or function.is_test) and _DOCTEST.findall(old) != _DOCTEST.findall(new):
            return Reason(READ_BY_PROGRAM, "its doctests are run, and the new comment changes them")
        return None


def _uses(node: ast.AST, functions: set[str], classes: set[str]) -> list[_Use]:
    """Docstrings that this node reads, in a file that defines these names."""
    if isinstance(node, ast.AugAssign):
        node = node.target  # read as well as written
    elif isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
        return []
    if isinstance(node, ast.Attribute) and node.attr == "__doc__":
        if _is_no_function(node.value, classes):
            return []
        return [_Use(_function_name(node.value, functions), "its __doc__ is used")]
    if isinstance(node, ast.Constant) and node.value == "__doc__":
        return [_Use(None, "the file looks up __doc__ by name")]
    if isinstance(node, ast.Call):
        called = _last_name(node.func)
        if called in _DOC_READERS:
            name = _function_name(node.args[0], functions) if node.args else None
            return [_Use(name, f"the file calls {called}")]
        if called == "run" and _first_name(node.func) == "typer":
            return [_Use(_last_name(argument), "typer makes a command of it") for argument in node.args]
    if isinstance(node, ast.Import | ast.ImportFrom):
        modules = (
            [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        )
        makers = [module for module in modules if module.partition(".")[0] in _COMMAND_MAKERS]
        return [_Use(None, f"{makers[0]} makes commands of functions")] if makers else []
    return []


def _is_no_function(value: ast.expr, classes: set[str]) -> bool:
    """Whether an expression is surely no function: a class, `type(x)`, `self`, `cls`, `self.__class__`."""
    if isinstance(value, ast.Call):
        return _last_name(value.func) == "type"
    return _last_name(value) in ("self", "cls", "__class__") or _last_name(value) in classes


def _function_name(value: ast.expr, functions: set[str]) -> str | None:
    """The bare name of the function that is meant; None where it may be any."""
    if isinstance(value, ast.Name):
        return value.id if value.id in functions else None
    if not isinstance(value, ast.Attribute) or (
        value.attr not in functions and _first_name(value) in ("self", "cls")
    ):
        return None
    return value.attr


def _last_name(value: ast.expr) -> str:
    return value.attr if isinstance(value, ast.Attribute) else value.id if isinstance(value, ast.Name) else ""


def _first_name(value: ast.expr) -> str:
    while isinstance(value, ast.Attribute):
        value = value.value
    return value.id if isinstance(value, ast.Name) else ""


def _named(node: ast.Name | ast.alias) -> str:
    return node.id if isinstance(node, ast.Name) else node.name
