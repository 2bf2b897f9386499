"""Any server that speaks OpenAI's chat completions: vLLM, Ollama, llama.cpp, TGI, hosted services.

One POST for each request, over aiohttp itself: it carries several times what the `openai` SDK
does on one core (benchmarks/llm.py). Retries and pace are the business of `client`.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from codegloss.llm.model import Rejected, Request, Status, Transient, Unusable, one_line
from codegloss.llm.prices import Price
from codegloss.records import Completion

if TYPE_CHECKING:
    import aiohttp

PROVIDER = "https://api.openai.com/v1"
TIMEOUT = 600.0  # seconds for a whole answer; large models write slowly
CONNECT_TIMEOUT = 10.0  # seconds
_INSTALL = "models behind a URL need one more package: pip install 'codegloss[llm]'"


@dataclass(frozen=True, slots=True)
class Dialect:
    """In what a server departs from the protocol, as it told us by refusing a request."""

    limit: str = "max_tokens"  # or max_completion_tokens, which some hosted models ask for
    schemas: bool = True  # False: it does not know `response_format`

    def without(self, error: str) -> Dialect | None:
        """The dialect without what that error complains of; None where it is something else."""
        if self.limit == "max_tokens" and "max_completion_tokens" in error:
            return replace(self, limit="max_completion_tokens")
        if self.schemas and re.search(r"response_format|json_schema|response format", error):
            return replace(self, schemas=False)
        return None


class Endpoint:
    """A model behind a URL.

    `name` is what the journal knows the endpoint by; give it where the same service moves
    between URLs. Use it within one event loop, and `close` it there.
    """

    def __init__(
        self,
        model: str,
        base_url: str = PROVIDER,
        key: str | None = None,
        *,
        name: str | None = None,
        price: Price | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        self.base_url = base_url.strip().rstrip("/").removesuffix("/chat/completions")
        try:
            import aiohttp  # noqa: F401
        except ImportError:
            raise Unusable(_INSTALL) from None
        if not self.base_url.startswith(("http://", "https://")):
            raise Unusable(f"{base_url!r} is no URL of an endpoint; one looks like http://localhost:8000/v1")
        self._model, self._name = model, name or self.base_url
        self._key, self._price, self._timeout = key, price, timeout
        self._session: aiohttp.ClientSession | None = None
        self._reached = False  # some answer has come from there
        self._dialect = Dialect()

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model

    @property
    def endpoint(self) -> str:
        """The endpoint's name, by default its URL."""
        return self._name

    async def complete(self, request: Request) -> Completion:
        """One POST. Raises Transient, Rejected or Unusable where it brings no answer."""
        started = time.monotonic()
        answer = await self._post(request)
        return self._completion(request, answer, time.monotonic() - started)

    async def close(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()
            self._session = None

    async def _post(self, request: Request) -> Mapping[str, Any]:
        import aiohttp

        self._session = self._session or _session(self._key, self._timeout)
        url = f"{self.base_url}/chat/completions"
        dialect = self._dialect
        sent = body(request, self._model, dialect)
        try:
            async with self._session.post(url, data=sent, allow_redirects=False) as response:
                content = await response.read()
                self._reached = True
                if response.status == 200:
                    return _answer(url, content)
                error = failure(url, self._model, response.status, content, response.headers)
        except TimeoutError:
            raise Transient(f"no answer within {self._timeout:g} s", busy=True, maybe_charged=True) from None
        except aiohttp.ClientConnectorError as trouble:
            if not self._reached:
                raise Unusable(f"nothing answers at {self.base_url}: {one_line(str(trouble))}") from None
            raise Transient(f"no connection: {one_line(str(trouble))}") from None
        except aiohttp.InvalidURL:
            raise Unusable(f"{self.base_url!r} is no URL of an endpoint") from None
        except aiohttp.ClientError as trouble:
            what = one_line(f"{type(trouble).__name__} {trouble}")
            raise Transient(f"the connection broke: {what}", maybe_charged=True) from None
        if isinstance(error, Rejected) and dialect.without(str(error)):
            # Another request may have told us already.
            self._dialect = self._dialect.without(str(error)) or self._dialect
            return await self._post(request)
        raise error

    def _completion(self, request: Request, answer: Mapping[str, Any], seconds: float) -> Completion:
        choice = answer["choices"][0]
        message, usage = choice.get("message") or {}, answer.get("usage") or {}
        finish = choice.get("finish_reason")
        text, refusal = message.get("content"), message.get("refusal")
        status, error = Status.OK, None
        if finish == "content_filter" or (refusal and not text):
            status, error = Status.FILTERED, one_line(refusal or "withheld by the content filter")
        elif not isinstance(text, str) or not text.strip():
            status, error = Status.EMPTY, f"an answer without text (finish reason: {finish})"
        elif finish == "length":
            status, error = Status.LENGTH, "cut short at max_tokens"
        prompt, completion = _count(usage, "prompt_tokens"), _count(usage, "completion_tokens")
        cost = None
        if self._price and prompt is not None and completion is not None:
            cost = self._price.cost(prompt, completion)
        return Completion(
            request=request.digest(self._name, self._model),
            sample=request.sample,
            endpoint=self._name,
            model=self._model,
            text=text if status in (Status.OK, Status.LENGTH) else None,
            finish=finish,
            prompt_tokens=prompt,
            completion_tokens=completion,
            cost=cost,
            seconds=round(seconds, 3),
            status=status,
            error=error,
            reused=False,
        )


def _count(usage: Mapping[str, Any], name: str) -> int | None:
    value = usage.get(name)
    return value if isinstance(value, int) and value >= 0 else None


def _session(key: str | None, timeout: float) -> aiohttp.ClientSession:
    from urllib.request import getproxies

    import aiohttp

    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),  # how many at once is `pace`'s to say
        timeout=aiohttp.ClientTimeout(total=timeout, sock_connect=CONNECT_TIMEOUT),
        headers=headers,
        trust_env=bool(getproxies()),  # looked up for every request, so only where there is a proxy
    )


def body(request: Request, model: str, dialect: Dialect = Dialect()) -> bytes:
    """The request as the protocol has it."""
    given = request.parameters
    fields: dict[str, Any] = {
        "model": model,
        "messages": [{"role": message.role, "content": message.content} for message in request.messages],
        "temperature": given.temperature,
        "top_p": given.top_p,
        dialect.limit: given.max_tokens,
        "seed": given.seed,
        "stop": list(given.stop) or None,
    }
    if given.response_schema is not None and dialect.schemas:
        schema = {"name": "answer", "strict": True, "schema": given.response_schema}
        fields["response_format"] = {"type": "json_schema", "json_schema": schema}
    fields |= given.extra or {}
    present = {name: value for name, value in fields.items() if value is not None}
    return json.dumps(present).encode()


def _answer(url: str, content: bytes) -> Mapping[str, Any]:
    """The JSON of a 200. Raises Unusable for a web page, Transient for what is no whole answer."""
    if content.lstrip()[:1] == b"<":
        raise Unusable(
            f"{url} answers with a web page, not with JSON: is the base URL right? Most end in /v1"
        )
    try:
        answer = json.loads(content)
        answer["choices"][0].get("message")
    except (ValueError, TypeError, LookupError, AttributeError):
        start = one_line(content[:80].decode("utf-8", "replace"))
        raise Transient(f"an unreadable answer: {start!r}", maybe_charged=True) from None
    return answer  # type: ignore[no-any-return]


def failure(
    url: str, model: str, status: int, content: bytes, headers: Mapping[str, str]
) -> Transient | Rejected | Unusable:
    """The error that stands for an HTTP status other than 200."""
    said = _message(content)
    what = f"{status}: {said}" if said else f"HTTP status {status}"
    if status in (401, 403):
        return Unusable(f"{url} does not accept the key ({what}); set OPENAI_API_KEY or give another key")
    if status == 404:
        return Unusable(f"{url} knows no model {model!r}, or the base URL is wrong ({what})")
    if status in (301, 302, 307, 308, 405):
        return Unusable(f"{url} takes no requests ({what}): is the base URL right? Most end in /v1")
    if status == 402 or (status == 429 and "insufficient_quota" in content.decode("utf-8", "replace")):
        return Unusable(f"{url} wants to be paid first ({what})")
    if status in (408, 409, 425, 429) or status >= 500:
        busy = status in (408, 429, 503, 529)
        return Transient(what, busy=busy, retry_after=retry_after(headers, time.time()))
    return Rejected(what)


def _message(content: bytes) -> str:
    """What a server says of an error, in whichever of the usual forms; nothing for a web page."""
    text = content.decode("utf-8", "replace").strip()
    if text.startswith("<"):
        return "a web page"
    try:
        found = json.loads(text)
        for key in ("error", "message", "detail"):
            found = found.get(key, found) if isinstance(found, dict) else found
        text = found if isinstance(found, str) else json.dumps(found)
    except ValueError:
        pass
    return one_line(text)


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds to wait, from `retry-after-ms` or `Retry-After` (RFC 9110, 10.2.3: seconds or a date)."""
    try:
        if milliseconds := headers.get("retry-after-ms"):
            return max(0.0, float(milliseconds) / 1000)
        if not (value := headers.get("Retry-After")):
            return None
        if value.strip().replace(".", "", 1).isdigit():
            return float(value)
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except ValueError:
        return None
