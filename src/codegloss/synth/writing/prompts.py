"""What a model is asked when it is to write a comment, and the form in which it answers.

Code and comments are data: each stands between marks that it does not contain (`llm.prompt`), and the model
is told that nothing in there is addressed to it. The gate behind the writer judges what comes out all the
same.
"""

from __future__ import annotations

from pydantic import BaseModel, Field

from codegloss.llm.model import Message
from codegloss.llm.prompt import fenced, with_rule
from codegloss.records import Function
from codegloss.synth.writing.context import Context
from codegloss.synth.writing.naming import described_parameters

_SYSTEM = """\
You write documentation comments for source code. You are given one function and what is known around it.

- State only what the given code shows. Where the code does not tell, say nothing about it; do not guess.
- Say what the function does for its caller, not how each line works. Do not repeat the code or praise it.
- Name conditions, units, side effects, special values and errors where the code shows them."""

_REFRESH = """\
- An old comment is given. Keep what it says that code cannot tell: reasons, units, references, numbers,
  warnings, compatibility. Drop or correct what the code contradicts. Examples, doctests and tags such as
  @since are kept for you: do not repeat them."""


class Parameter(BaseModel):
    """What one parameter means."""

    name: str
    description: str


class Raised(BaseModel):
    """An exception and when it is raised."""

    type: str
    description: str


class Answer(BaseModel):
    """The parts of a comment, as a model gives them."""

    summary: str = Field(pattern=r"\S")
    description: str = ""
    parameters: list[Parameter] = []
    returns: str | None = None
    raises: list[Raised] = []


def messages(function: Function, context: Context, code: str) -> tuple[Message, ...]:
    """The question; `code` is the function's code as it is to be shown."""
    rules = [_SYSTEM, *([_REFRESH] if context.old else []), _manner(function, context)]
    return with_rule("\n".join(rules)), Message("user", _asked(function, context, code))


def _manner(function: Function, context: Context) -> str:
    convention = context.convention
    mood = "the imperative (Return …)" if convention.imperative else "the third person (Returns …)"
    begins = f" and begins with the name `{function.name}`" if convention.names_itself else ""
    names = ", ".join(one.name for one in described_parameters(function)) or "none"
    wanted = [f"`parameters`: one entry for each of: {names}" if "parameters" in convention.sections else ""]
    wanted.append("`returns`: what is returned, null for nothing" if "returns" in convention.sections else "")
    wanted.append("`raises`: exceptions that a caller meets" if "raises" in convention.sections else "")
    listed = "; ".join(part for part in wanted if part) or "`parameters`, `returns` and `raises` stay empty"
    return (
        f"- Write {convention.human_language}. `summary` is one sentence in {mood}{begins}. "
        f"`description` is for what a caller must know beside it, often nothing: then leave it empty. "
        f"{listed}.\n"
        f"- No comment marks and no tags: plain text in each field, code in single backticks."
    )


def _asked(function: Function, context: Context, code: str) -> str:
    parts = [f"Language: {function.language}. Function: `{function.qualified_name}`. File: {function.path}"]
    parts.append(f"The code:\n{fenced(code)}")
    if context.class_name and context.class_summary:
        parts.append(f"Its class, {context.class_name}:\n{fenced(context.class_summary)}")
    if context.callees:
        told = "\n".join(f"{one.name}: {one.summary}" for one in context.callees)
        parts.append("What functions that it calls say of themselves:\n" + fenced(told))
    if context.neighbours:
        told = "\n\n".join(f"{one.name}:\n{one.comment}" for one in context.neighbours)
        parts.append("Comments of other functions of the file, for tone only:\n" + fenced(told))
    if context.old:
        parts.append("The old comment:\n" + fenced(context.old))
    return "\n\n".join(parts)
