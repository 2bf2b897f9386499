"""Takes secrets out of text before it leaves the machine. What was taken out is put back nowhere.

Covers tokens of a known shape, private keys, passwords in URLs and headers, string literals that are
given to something named like a secret, and long literals as random as keys are. Does not cover
secrets in an own format under an innocent name, those spread over several literals, hexadecimal
digests under such a name (most are test vectors), or personal data.

Shapes as gitleaks (config/gitleaks.toml) and the makers' documentation have them. `detect-secrets`
finds most of the same lines, but names only the beginning of some tokens (`ghp`, a JWT without its
signature), which is too little to take them out, and takes about a millisecond a line.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from codegloss.llm.model import Request

MASK = "MASKED_SECRET"


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of secret that is told by its form."""

    kind: str
    hints: tuple[str, ...]  # text without any of these has no such secret
    pattern: re.Pattern[str]  # the secret is the group `secret`, or all of it


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without its secrets."""

    text: str
    kinds: tuple[str, ...]  # of each secret taken out, in no order


def _shape(kind: str, hints: str, pattern: str) -> Shape:
    return Shape(kind, tuple(hints.split()), re.compile(pattern))


SHAPES = (
    Shape(
        "private key",
        ("PRIVATE KEY",),
        re.compile(
            r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----"
            r"(?P<secret>.*?)(?:-----END [A-Z0-9 ]*PRIVATE KEY|\Z)",
            re.DOTALL,
        ),
    ),
    _shape("AWS access key", "AKIA ASIA ABIA ACCA", r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b"),
    _shape("GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_", r"\b(?:gh[pousr]_|github_pat_)\w{22,255}"),
    _shape("GitLab token", "glpat-", r"\bglpat-[\w-]{20,}"),
    _shape("Slack token", "xox", r"\bxox[a-z](?:\.xox[a-z])?-[\w-]{10,}"),
    _shape(
        "Slack webhook",
        "hooks.slack.com",
        r"hooks\.slack\.com/(?:services|workflows)/(?P<secret>[\w/-]{20,})",
    ),
    _shape("Stripe key", "k_live_ k_test_", r"\b[srp]k_(?:live|test)_\w{10,}"),
    _shape("model provider key", "sk-", r"\bsk-[\w-]{20,}"),
    _shape("Google key", "AIza GOCSPX- ya29.", r"\b(?:AIza[\w-]{35}|GOCSPX-[\w-]{20,}|ya29\.[\w-]{20,})"),
    _shape("package index token", "npm_ pypi-", r"\b(?:npm_[A-Za-z0-9]{36}|pypi-AgE[\w-]{50,})"),
    _shape("hub token", "hf_", r"\bhf_[A-Za-z0-9]{30,}"),
    _shape("SendGrid key", "SG.", r"\bSG\.[\w-]{16,}\.[\w-]{16,}"),
    _shape("DigitalOcean token", "_v1_", r"\bdo[opr]_v1_[a-f0-9]{64}"),
    _shape("Telegram token", ":AA", r"\b\d{8,10}:AA[\w-]{33}"),
    _shape("storage account key", "AccountKey=", r"AccountKey=(?P<secret>[A-Za-z0-9+/=]{20,})"),
    _shape("JSON web token", "eyJ", r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}(?:\.[\w-]*)?"),
    _shape("authorization header", "earer asic", r"\b(?:[Bb]earer|[Bb]asic) +(?P<secret>[\w+/=.~-]{20,})"),
    # Not `{password}`, `<password>`, `$PASSWORD`, `%s`: places for one.
    _shape("password in a URL", "://", r"://[^/\s:@\"'`]{0,64}:(?P<secret>[^/\s@\"'`{}<>$%]{3,128})@[\w\[]"),
)

_NAMES = (
    r"passw(?:or)?d|passphrase|pwd|secret|token|credential|"
    r"(?:api|access|auth|private|signing|account)[_-]?key"
)
# The cheap test that most code fails, on small letters; then the exact one.
_LIKELY = re.compile(rf"(?:{_NAMES})[\w-]*[\"'`]?\]?\s*[:=,][^\n]{{0,60}}?[\"'`]")
_ASSIGNED = re.compile(
    rf"""(?P<name>(?:{_NAMES})[\w-]*)
        ["'`]?\]? \s* (?::\s*[\w\[\]. |]+=|=>|:=|:|==?|,) \s* [A-Za-z]{{0,2}}
        (?P<quote>["'`])(?P<secret>[^"'`\s{{}}<>$%\\]{{6,200}})(?P=quote)""",
    re.IGNORECASE | re.VERBOSE,
)
_PASSWORD = re.compile(r"(?i)(?:passw(?:or)?d|passphrase|pwd|secret)$")
_LONG = re.compile(r"(?<![\w+/=.-])[A-Za-z0-9+/_-]{32,}={0,2}(?![\w+/=.-])")
_PLACEHOLDERS = {"pass", "password", "passwd", "pwd", "secret", "token"}  # as documentation has them
_RANDOM_BITS = 4.5  # bits a character, the limit of detect-secrets for base64; source text has about 4
_RANDOM_CHANGES = 0.4  # of the neighbours differ in kind: 0.62 in random base64, under 0.3 in CamelCase names


def mask(text: str) -> Masked:
    """The text with MASK in the place of each secret. Masking twice changes nothing more."""
    kinds: list[str] = []
    for kind, pattern in _patterns(text):

        def hide(match: re.Match[str], kind: str = kind) -> str:
            group = "secret" if "secret" in match.re.groupindex else 0
            secret = match[group]
            if MASK in secret or not _is_secret(kind, match, secret):
                return match[0]
            kinds.append(kind)
            start, end = match.start(group) - match.start(), match.end(group) - match.start()
            return match[0][:start] + MASK + match[0][end:]

        text = pattern.sub(hide, text)
    return Masked(text, tuple(kinds))


def masked_request(request: Request) -> tuple[Request, Counter[str]]:
    """The request without secrets in its messages, and how many of each kind there were."""
    results = [mask(message.content) for message in request.messages]
    found = Counter(kind for result in results for kind in result.kinds)
    if not found:
        return request, found
    messages = tuple(
        replace(message, content=result.text)
        for message, result in zip(request.messages, results, strict=True)
    )
    return replace(request, messages=messages), found


def _patterns(text: str) -> Iterator[tuple[str, re.Pattern[str]]]:
    """The patterns that could match: most text has none of the hints."""
    for shape in SHAPES:
        if any(hint in text for hint in shape.hints):
            yield shape.kind, shape.pattern
    if _LIKELY.search(text.lower()):
        yield "named literal", _ASSIGNED
    yield "random literal", _LONG


def _is_secret(kind: str, match: re.Match[str], secret: str) -> bool:
    if kind == "named literal":
        return _is_like_a_password(match["name"], secret)
    if kind == "random literal":
        return changes(secret) >= _RANDOM_CHANGES and entropy(secret) >= _RANDOM_BITS
    return secret.lower() not in _PLACEHOLDERS


def _is_like_a_password(name: str, secret: str) -> bool:
    """Letters and digits or signs together; words alone only where the name says nothing but password."""
    if re.fullmatch(r"[\d.,:_+-]+|[a-z]+(?:[A-Z][a-z]+)+|\w*[a-z]_\w*|[\w./-]*/[\w./-]*|(.)\1*", secret):
        return False  # numbers, identifiers, paths, one character over and over
    letters = sum(map(str.isalpha, secret))
    if letters == len(secret) or re.fullmatch(r"[A-Za-z]+\d{0,2}(?:[-_. ][A-Za-z]+\d{0,2})*", secret):
        return (
            bool(_PASSWORD.search(name))
            and secret.lower() not in name.lower()
            and "pass" not in secret.lower()
        )
    return len(set(secret)) > 4


def changes(text: str) -> float:
    """How many neighbouring characters differ in kind (small, capital, digit, other), as a share."""
    kinds = [char.islower() + 2 * char.isupper() + 4 * char.isdigit() for char in text]
    differing = sum(before != after for before, after in pairwise(kinds))
    return differing / max(len(text) - 1, 1)


def entropy(text: str) -> float:
    """Bits a character (Shannon), by the frequencies in the text itself."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())
