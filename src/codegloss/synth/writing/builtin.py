"""The writer that is always there: from the code alone and from the comments around it, without a model.

It says what the name, the head and the body show: the name as a sentence, steps that are always taken,
values returned, exceptions and when they are raised. Wording is taken over from comments of like functions
where every content word is borne out by this function's code, descriptions of parameters from functions
that document the same one. An old comment that it is shown is repaired where rules object to it (`repair`,
`refresh`), and a longer one to which none objects is left alone.

What it does not do: it does not know why code is as it is, does not follow calls, and does not notice
where a name lies. It writes English only.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import replace

from codegloss.extract.docstyles import parse_parts
from codegloss.quality.claims.check import objections
from codegloss.quality.inconsistency.vocabulary import Vocabulary
from codegloss.quality.reasons import Reason
from codegloss.records import DocumentedParameter, DocumentedValue, Function
from codegloss.search.lexical import STOP_WORDS, words
from codegloss.synth.writing import phrases, sections
from codegloss.synth.writing.adapt import Adapter
from codegloss.synth.writing.compose import Doc, composed
from codegloss.synth.writing.context import Context
from codegloss.synth.writing.convention import ENGLISH, Convention, as_in, convention_key
from codegloss.synth.writing.english import base, listed, noun, words_of
from codegloss.synth.writing.evidence import Evidence
from codegloss.synth.writing.memory import Memory
from codegloss.synth.writing.naming import Action, described_parameters, named_action
from codegloss.synth.writing.refresh import refreshed, says_more
from codegloss.synth.writing.repair import Repair, repaired
from codegloss.synth.writing.writers import Written, with_comment

ADVICE = (
    "Written by the builtin writer, which says only what the code shows; a language model writes better: "
    "name one with --model, and --base-url where it is served"
)
NEIGHBOURS = 8  # documented functions that are looked at for wording
LEAST_ALIKE = 0.5  # cosine of two codes from which one's wording may serve for the other
MOST_STEPS = 3
_FILLERS = frozenset(("go", "through"))
MOST_COLUMNS = 100  # of a summary
MOST_STATEMENTS = 5  # of a function of which steps are told and no name; 2 where it is one step
LEAST_TOLD = 0.5  # share of the parameters of which something is known, below which none is described


class BuiltinWriter:
    """Writes from the code and from a codebase's own comments; one for each thread."""

    name = "builtin"

    def __init__(self, memory: Memory, vocabulary: Vocabulary) -> None:
        self._memory = memory
        self._adapter = Adapter(vocabulary)
        self._is_word = vocabulary.is_word

    async def write(self, function: Function, context: Context) -> Written | Reason:
        """As `Writer` says; a Reason where the code cannot be read, or shows nothing to tell."""
        return self.comment(function, context)

    def comment(self, function: Function, context: Context) -> Written | Reason:
        """The same, at once: an old comment is repaired where that can be done, and else written anew."""
        if context.old:
            own = with_comment(function, context.old)
            repair = repaired(own, objections(own, context.known), context.known)
            if isinstance(repair, Repair):
                return Written(repair.comment, self.name, notes=repair.edits)
        if context.convention.human_language != ENGLISH:
            return Reason("not in English", context.convention.human_language)
        evidence = Evidence(function)
        if not evidence.known:
            return Reason("code not understood", function.qualified_name)
        doc = self._doc(function, evidence, context)
        if isinstance(doc, Reason):
            return doc
        convention = context.convention
        if context.old:
            convention = as_in(convention, parse_parts(context.old, convention_key(function.language)))
            if not objections(with_comment(function, context.old)) and says_more(
                context.old, function.language
            ):
                return Reason("nothing contradicts the old comment", function.qualified_name)
            doc = refreshed(doc, context.old, function, convention)
        comment = composed(doc, convention)
        if found := objections(with_comment(function, comment)):
            # The parts are what rules find fault with; the summary stands by itself.
            doc = Doc(doc.summary, doc.description, verbatim=doc.verbatim)
            comment = composed(doc, convention)
            if objections(with_comment(function, comment)):
                return Reason("contradicted by the code", f"{found[0].rule} {found[0].message}")
        return Written(comment, self.name)

    def _doc(self, function: Function, evidence: Evidence, context: Context) -> Doc | Reason:
        summary = self._adapted(function, context.convention) or self._composed(function, evidence, context)
        if not summary:
            return Reason("nothing to tell", function.qualified_name)
        parameters = self._parameters(function, evidence, context)
        raises = [DocumentedValue(one.type, phrases.raising(one)) for one in evidence.raised]
        returns = sections.returned(function, evidence, context)
        if context.convention.names_itself:
            summary = f"{function.name} {summary[:1].lower()}{summary[1:]}"
        doc = Doc(
            summary=summary,
            parameters=parameters,
            returns=returns,
            raises=sections.merged([one for one in raises if one.description]),
            yields=evidence.body.yields,
        )
        if "raises" not in context.convention.sections and doc.raises:
            return replace(doc, description=sections.told(doc.raises, context.convention))
        return doc

    def _adapted(self, function: Function, convention: Convention) -> str | None:
        """The summary of the most alike documented function whose words this one's code bears out."""
        for like in self._memory.like(function, NEIGHBOURS):
            if like.similarity < LEAST_ALIKE:
                continue
            found = self._adapter.summary(like.function, function)
            if found and (action := _recast(found)):
                return action.said(convention.imperative)
        return None

    def _composed(self, function: Function, evidence: Evidence, context: Context) -> str | None:
        """The name as a sentence, with what the body shows and the name does not say."""
        action = named_action(function, evidence, self._is_word)
        steps = self._steps(function, evidence, context, always=True)
        if action is None:
            return self._told(steps, evidence, context.convention)
        clauses = _Clauses(action, min(context.convention.width, MOST_COLUMNS))
        told = clauses.of(steps)
        by = f" by {listed(_doings(told))}" if told else ""
        if not told:
            told = clauses.of(self._steps(function, evidence, context, always=False)[:1])
            by = f", {told[0].doing()} where needed" if told else ""
        made = noun(words_of(evidence.made), "a") if evidence.made and action.verb != "initialize" else ""
        if made and clauses.admits(made, f", returning {made}"):
            by += f", returning {made}"
        if (
            evidence.looked_up
            and not told
            and clauses.admits(evidence.looked_up, f" under `{evidence.looked_up}`")
        ):
            by += f", kept under `{evidence.looked_up}`"
        return action.said(context.convention.imperative) + by

    def _told(self, steps: Sequence[Action], evidence: Evidence, convention: Convention) -> str | None:
        """What is done, step by step, where the name does not say; None where that would be too little."""
        if not steps or len(evidence.body.statements) > (MOST_STATEMENTS if len(steps) > 1 else 2):
            return None
        clauses = _Clauses(steps[0], min(convention.width, MOST_COLUMNS))
        told = [steps[0], *clauses.of(steps[1:])]
        said = [one.said(convention.imperative) for one in told]
        return listed([said[0], *(f"{one[:1].lower()}{one[1:]}" for one in said[1:])])

    def _steps(
        self, function: Function, evidence: Evidence, context: Context, *, always: bool
    ) -> list[Action]:
        """What is done on the way, always or in a branch, in order; of many, what is rare elsewhere."""
        summaries = {one.name: one.summary for one in context.callees}
        found = []
        for call in evidence.calls:
            if call.always == always and call.name != function.name:
                action = phrases.step(call, evidence, summaries.get(call.name))
                if action:
                    found.append((self._memory.rarity[call.name], call, action))
        kept = sorted(found, key=lambda one: one[0])[: 2 * MOST_STEPS]
        loops = [phrases.thing(one) for one in evidence.looped] if always else []
        steps = [Action("go", f"through {one}") for one in loops if one]
        return list(dict.fromkeys([*(one[2] for one in found if one in kept), *steps]))

    def _parameters(
        self, function: Function, evidence: Evidence, context: Context
    ) -> Sequence[DocumentedParameter]:
        """The descriptions of all parameters, or of none where too little is known of them."""
        if "parameters" not in context.convention.sections:
            return ()
        described, known = [], 0
        for one in described_parameters(function):
            text = self._adapter.parameter(self._memory.described(one.name, function), one.type, function)
            text = text or sections.shown(one.name, evidence) or sections.choice(one)
            known += bool(text)
            text = sections.sentence(text) if text else _by_name(one.name)
            described.append(DocumentedParameter(one.name, one.type, text))
        return described if known and known >= LEAST_TOLD * len(described) else ()


def _by_name(name: str) -> str:
    """What a parameter's name says, where nothing else is known: `The user name.`"""
    named = noun(words_of(name))
    return sections.sentence(named[:1].upper() + named[1:])


class _Clauses:
    """What may follow the name in a summary: what says something new, as far as there is room on the line."""

    def __init__(self, action: Action, room: int) -> None:
        self._verb = action.verb
        self._said = set(words(action.said(True)))
        self._room = room - len(action.said(True)) - len(" by .")

    def admits(self, said: str, clause: str) -> bool:
        """Whether words are new and there is room for the clause they stand in; then they are said."""
        new = {word for word in words(said) if word not in self._said | STOP_WORDS | _FILLERS}
        if not new or len(clause) > self._room:
            return False
        self._said |= new
        self._room -= len(clause)
        return True

    def of(self, steps: Sequence[Action]) -> list[Action]:
        """The steps that are worth telling."""
        told: list[Action] = []
        for one in steps:
            if (
                len(told) < MOST_STEPS
                and one.verb != self._verb
                and self.admits(f"{one.verb} {one.rest}", f"{one.doing()}, ")
            ):
                told.append(one)
        return told


def _doings(steps: Sequence[Action]) -> list[str]:
    """Steps as nouns, with a verb that is repeated said once: `escaping the name and the path`."""
    objects: dict[str, list[str]] = {}
    for one in steps:
        objects.setdefault(one.verb, []).append(one.rest)
    return [Action(verb, listed(rests)).doing() for verb, rests in objects.items()]


def _recast(summary: str) -> Action | None:
    """A summary as an action, so that it can be said in the codebase's own mood; None where it is none."""
    first, _, rest = summary.strip().rstrip(".").partition(" ")
    verb = base(first)
    return Action(verb, rest) if verb and rest else None


def builtin_writers() -> Callable[[Sequence[Function], Container[str]], BuiltinWriter]:
    """Makes the writer for one repository: from its functions, and ids of those whose comments are relied on.

    Raises EncoderError where the package is not whole.
    """
    from codegloss.encoder import load
    from codegloss.encoder.checkpoint import open_checkpoint
    from codegloss.encoder.runtime import SHIPPED

    encoder, vocabulary = load(), Vocabulary(open_checkpoint(SHIPPED))
    return lambda functions, trusted: BuiltinWriter(
        Memory([one for one in functions if one.id in trusted], encoder), vocabulary
    )
