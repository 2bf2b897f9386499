"""Whether a text is in English, told by its letters and its function words.

A test for those who should rather be silent than read a language they do not know, not a classifier of
languages: a text of a few words in Latin letters passes.
"""

from __future__ import annotations

import re

LEAST_ASCII = 0.9  # of the letters outside code marks
LEAST_WORDS = 12  # below it the absence of English function words says nothing
LEAST_ENGLISH = 0.04  # share of function words among the words; see `_FUNCTION_WORDS`

_FUNCTION_WORDS = """
a the of to and is in that for if this with be or by from on an as it its are not which when will has have was
can at return returns whether given gives does should must only used then any all no get gets set sets create
creates check checks add adds remove removes value true false null into
"""
# Words of a few letters that are common in one of these languages and rare in English comments.
_FOREIGN_WORDS = """
der die das und ist nicht ein eine einen einer wird werden mit für auf dem den von zur zum wenn oder aus als
het een voor niet wordt van met foi
le les des la une est et pour dans que qui du sur au aux ou avec pas cette ce si renvoie retourne
el los las una uma para por como este esta se es um não em ao ser os dos
il lo gli che un sono della di sono
jest nie dla oraz lub przez pokud nebo bir ve yang dan untuk dari
"""  # German; Dutch; French; Spanish, Portuguese; Italian; Polish, Czech, Turkish, Indonesian
_ENGLISH, _FOREIGN = frozenset(_FUNCTION_WORDS.split()), frozenset(_FOREIGN_WORDS.split())

_MARKED = re.compile(r"`[^`\n]*`|\{@\w[^{}\n]*\}|</?[A-Za-z][^<>\n]*>|[@\\:]\w+:?|https?://\S+")
_WORD = re.compile(r"(?<![\w.])[^\W\d_][^\W\d_A-Z]*(?![\w(])")  # no names such as `MAX_SIZE`, `getSize`
_MOST = 4_000  # characters that are looked at


def foreign(text: str) -> bool:
    """Whether a text is in another human language than English."""
    plain = _MARKED.sub(" ", text[:_MOST])
    letters = sum(map(str.isalpha, plain))
    if not letters:
        return False
    if sum(character.isascii() and character.isalpha() for character in plain) < LEAST_ASCII * letters:
        return True
    words = [word.lower() for word in _WORD.findall(plain)]
    english = sum(word in _ENGLISH for word in words)
    other = sum(word in _FOREIGN for word in words)
    if other >= 2 and other > english:
        return True
    return len(words) >= LEAST_WORDS and english < LEAST_ENGLISH * len(words) and other > 0
