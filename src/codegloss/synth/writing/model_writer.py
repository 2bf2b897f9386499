"""The writer that asks a language model, whichever it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from codegloss.extract.docstyles import parse_parts
from codegloss.llm.model import Model, Parameters, Request
from codegloss.llm.secrets import masked_request
from codegloss.llm.structured import ask
from codegloss.quality.reasons import Reason
from codegloss.records import CommentParts, Completion, DocumentedParameter, DocumentedValue, Function
from codegloss.synth.writing.compose import Doc, composed
from codegloss.synth.writing.context import Context
from codegloss.synth.writing.convention import as_in, convention_key
from codegloss.synth.writing.evidence import Evidence
from codegloss.synth.writing.kept import kept_blocks
from codegloss.synth.writing.naming import described_parameters
from codegloss.synth.writing.prompts import Answer, messages
from codegloss.synth.writing.shorten import shorten
from codegloss.synth.writing.writers import NO_ANSWER, Written

Mode = Literal["blind", "refresh"]
MOST_CODE = 24_000  # characters of code that are sent, some 8,000 tokens
PARAMETERS = Parameters(temperature=0.0, max_tokens=800)

# Marks of comments that a model writes though it was asked not to.
_MARKS = re.compile(r"\A\s*(?:\"\"\"|'''|/\*\*?|///?|#|--)|(?:\"\"\"|'''|\*/)\s*\Z")


class ModelWriter:
    """Asks a model for the parts of a comment and puts them together in the codebase's style."""

    def __init__(
        self,
        model: Model,
        mode: Mode = "blind",
        *,
        most_code: int = MOST_CODE,
        parameters: Parameters = PARAMETERS,
    ) -> None:
        """`most_code` is in characters; longer code is shortened along its syntax tree."""
        self.name = f"model:{model.name}"
        self._model = model
        self._mode = mode
        self._most_code = most_code
        self._parameters = parameters

    async def write(self, function: Function, context: Context) -> Written | Reason:
        """As `Writer` says; an answer that does not fit its form is asked for once more."""
        request, notes = self.request(function, context)
        answer = await ask(self._model, request, Answer)
        if answer.value is None:
            return Reason(f"{NO_ANSWER}: {answer.completion.status}", answer.completion.error or "")
        old = context.old if self._mode == "refresh" else None
        parts = parse_parts(old, convention_key(function.language)) if old else None
        doc = _doc(answer.value, function, context, parts)
        if old:
            doc = replace(doc, verbatim=kept_blocks(old, function.language))
        comment = composed(doc, as_in(context.convention, parts))
        return Written(
            comment, answer.completion.model, answer.completion.request, _cost(answer.completions), notes
        )

    def request(self, function: Function, context: Context) -> tuple[Request, tuple[str, ...]]:
        """The request for a function, without secrets, and what was done to its code before it is sent."""
        shown = shorten(function.code, function.language, self._most_code)
        if self._mode == "blind":
            context = replace(context, old=None)
        asked = Request(messages(function, context, shown.code), self._parameters)
        asked, secrets = masked_request(asked)
        notes = [shown.note] if shown.note else []
        if secrets:
            notes.append(f"secrets masked: {secrets.total()}")
        return asked, tuple(notes)


def _cost(completions: Sequence[Completion]) -> float | None:
    """What all answers cost together; None where that of one is not known."""
    costs = [one.cost for one in completions]
    known = [cost for cost in costs if cost is not None]
    return sum(known) if len(known) == len(costs) else None


def _doc(answer: Answer, function: Function, context: Context, parts: CommentParts | None) -> Doc:
    """The parts of a comment: what the model says, under the names and types that the code has."""
    types = {one.name: one.type for one in parts.parameters if one.type} if parts else {}
    said = {one.name.strip("`*&$ "): _clean(one.description) for one in answer.parameters}
    parameters = [
        DocumentedParameter(one.name, types.get(one.name) or one.type, said[one.name.lstrip("*&$@")])
        for one in described_parameters(function)
        if said.get(one.name.lstrip("*&$@"))
    ]
    returned = _clean(answer.returns or "")
    known = parts.returns.type if parts and parts.returns else None
    has_value = returned.lower().rstrip(".") not in ("", "none", "null", "nothing", "void", "n/a")
    return Doc(
        summary=_named(_clean(answer.summary), function, context),
        description=_clean(answer.description),
        parameters=parameters,
        returns=DocumentedValue(known or function.return_type, returned) if has_value else None,
        raises=[
            DocumentedValue(one.type.strip("`"), _clean(one.description))
            for one in answer.raises
            if one.type.strip()
        ],
        yields=Evidence(function).body.yields,
    )


def _clean(text: str) -> str:
    return _MARKS.sub("", text.strip()).strip()


def _named(summary: str, function: Function, context: Context) -> str:
    """The summary behind the function's own name, where the codebase has that and the model forgot."""
    if not context.convention.names_itself or re.match(rf"{re.escape(function.name)}\b", summary):
        return summary
    return f"{function.name} {summary[:1].lower()}{summary[1:]}"
