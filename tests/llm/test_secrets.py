"""Secrets are taken out, code is left alone."""

from __future__ import annotations

import ast
import sysconfig
import time
from pathlib import Path

import pytest

from codegloss.llm.secrets import MASK, mask

# In the form of the real ones, put together here so that no scanner takes this file for a leak.
RANDOM = "q7Rk2ZpX9vLw4TnB6sYd8HfJ3mGc5AeU1tKx"
KEY_BLOCK = (
    f"-----BEGIN RSA {'PRIVATE'} KEY-----\nMIIEpAIBAAKCAQEA7\n{RANDOM}\n-----END RSA {'PRIVATE'} KEY-----"
)
SECRETS = {
    "AWS": "AKIA" + "IOSFODNN7EXAMQLE",
    "GitHub": "ghp_" + RANDOM,
    "GitHub, fine-grained": "github_pat_" + RANDOM,
    "GitLab": "glpat-" + RANDOM[:20],
    "Slack": "xoxb-" + "123456789012-" + RANDOM[:24],
    "Stripe": "sk_live_" + RANDOM[:24],
    "OpenAI": "sk-proj-" + RANDOM,
    "Google": "AIza" + (RANDOM + RANDOM)[:35],
    "npm": "npm_" + RANDOM,
    "Hugging Face": "hf_" + RANDOM[:34],
    "SendGrid": f"SG.{RANDOM[:22]}.{RANDOM}{RANDOM[:7]}",
    "JWT": f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.{RANDOM}",
    "key": KEY_BLOCK,
    "random": RANDOM,
}


@pytest.mark.parametrize("kind", SECRETS)
def test_tokens_are_told_by_their_form(kind: str) -> None:
    secret = SECRETS[kind]
    text = f'def connect():\n    value = """{secret}"""\n    return value\n'
    masked = mask(text)
    assert len(masked.kinds) == 1
    assert RANDOM[:16] not in masked.text
    assert secret not in masked.text
    assert ast.unparse(ast.parse(masked.text)).count(MASK) == 1
    assert masked.text.startswith("def connect():")
    assert masked.text.endswith("return value\n")
    assert mask(masked.text).text == masked.text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('password = "hunter2xQ9!"', f'password = "{MASK}"'),
        ('PASSWORD: str = "correcthorse"', f'PASSWORD: str = "{MASK}"'),
        ("db(host='h', passwd='s3cr3t!x')", f"db(host='h', passwd='{MASK}')"),
        ('{"client_secret": "9f8e7d6c5b4a"}', f'{{"client_secret": "{MASK}"}}'),
        ("$apiKey = 'abc123def456';", f"$apiKey = '{MASK}';"),
        ('os.environ["API_KEY"] = "abc123def456"', f'os.environ["API_KEY"] = "{MASK}"'),
        ("postgres://bob:s3cr3t@db.example.com/x", f"postgres://bob:{MASK}@db.example.com/x"),
        ("Authorization: Bearer abcdefghij0123456789", f"Authorization: Bearer {MASK}"),
    ],
)
def test_what_is_named_a_secret(text: str, left: str) -> None:
    assert mask(text).text == left
    assert len(mask(text).kinds) == 1


@pytest.mark.parametrize(
    "text",
    [
        "password = get_password()",
        "password = None",
        'token = "bearer"',
        'token_type: str = "access_token"',
        'secret_key = "SECRET_KEY"',
        'password_field = "new-password"',
        'api_key = "{api_key}"',
        'api_key = os.environ["OPENAI_API_KEY"]',
        "url = f'https://{user}:{password}@{host}'",
        "https://user:password@host/path",
        'digest = "d41d8cd98f00b204e9800998ecf8427e"',
        "class SmolLM3ForQuestionAnsweringWithPoolingHead2(Base): ...",
        "import a.very.long.module.name.that_goes_on_for_quite_a_while",
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "sklearn.ensemble, task-0123, risk-based-assessment",
        'tokens = tokenizer("hello world")',
        "if token.type == 'STRING':",
    ],
)
def test_code_is_left_alone(text: str) -> None:
    assert mask(text).text == text


def test_the_standard_library_has_next_to_no_secrets_and_is_read_quickly() -> None:
    folder = Path(sysconfig.get_path("stdlib"))
    texts = [path.read_text("utf-8", "replace") for path in sorted(folder.glob("*.py"))]
    before = time.process_time()
    found = [kind for text in texts for kind in mask(text).kinds]
    seconds = time.process_time() - before
    assert len(found) <= 5
    assert sum(map(len, texts)) / seconds > 1_000_000  # characters a second


def test_a_text_made_to_take_long_takes_a_moment() -> None:
    for hostile in ("://" * 30_000, "password=" * 10_000, "eyJ." * 20_000, "a" * 100_000, "sk-" * 30_000):
        before = time.process_time()
        mask(hostile)
        assert time.process_time() - before < 2
