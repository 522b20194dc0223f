"""A client of the service of reprint serve. It needs Python 3.11 and nothing else."""

import http.client
import json
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, NotRequired, TypedDict


class ReprintError(Exception):
    """The service did not do what was asked for."""

    def __init__(self, status: int, error: str, request: str = "", retry_after: float = 0):
        super().__init__(f"{status}: {error}" + (f" (request {request})" if request else ""))
        self.status, self.error, self.request, self.retry_after = status, error, request, retry_after


class Connection:
    """What all calls have in common.

    A call that is told to come again (429, 503) or that loses its connection is tried
    again, so many times: every call may be repeated. A connection is made for each call.
    """

    def __init__(self, url: str = "http://127.0.0.1:8080", token: str = "", timeout: float = 60, retries: int = 5):
        self._url, self._token, self._timeout, self._retries = urllib.parse.urlsplit(url), token, timeout, retries

    def _connect(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._url.scheme == "https" else http.client.HTTPConnection
        return kind(self._url.hostname or "", self._url.port, timeout=self._timeout)

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {**more, **({"Authorization": f"Bearer {self._token}"} if self._token else {})}

    @staticmethod
    def _path(template: str, value: str) -> str:
        escaped = urllib.parse.quote(value, safe="")
        if not value.strip("."):  # which else would be a step in the path
            escaped = value.replace(".", "%2E")
        return template.replace("{id}", escaped)

    def _target(self, path: str, query: dict[str, Any]) -> str:
        given = urllib.parse.urlencode({name: value for name, value in query.items() if value is not None})
        return self._url.path.rstrip("/") + path + ("?" + given if given else "")

    def _open(
        self, method: str, path: str, query: dict[str, Any], document: Any = None
    ) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        body = None if document is None else json.dumps(document).encode()
        headers = self._headers({} if body is None else {"Content-Type": "application/json"})
        for attempt in range(self._retries + 1):
            connection = self._connect()
            try:
                connection.request(method, self._target(path, query), body, headers)
                response = connection.getresponse()
                if response.status < 400:
                    return connection, response
                error: Exception = self._error(response)
                wait = error.retry_after if error.status in (429, 503) else -1
            except (OSError, http.client.HTTPException) as e:
                error, wait = e, 1
            connection.close()
            if wait < 0 or attempt == self._retries:
                raise error
            time.sleep(wait)
        raise AssertionError("not reached")

    @staticmethod
    def _error(response: http.client.HTTPResponse) -> ReprintError:
        text = response.read()
        try:
            said = json.loads(text)
        except ValueError:
            said = {"error": text.decode("utf-8", "replace")}
        wait = response.headers.get("Retry-After", "1")
        return ReprintError(response.status, said.get("error", ""), said.get("request", ""), float(wait) if wait.isdigit() else 1)

    def _text(self, method: str, path: str, query: dict[str, Any]) -> str:
        connection, response = self._open(method, path, query)
        try:
            return response.read().decode("utf-8")
        finally:
            connection.close()

    def _json(self, method: str, path: str, query: dict[str, Any], document: Any = None) -> Any:
        connection, response = self._open(method, path, query, document)
        try:
            return json.load(response)
        finally:
            connection.close()

    def _lines(self, method: str, path: str, query: dict[str, Any]) -> Iterator[Any]:
        connection, response = self._open(method, path, query)
        if connection.sock is not None and query.get("follow"):
            connection.sock.settimeout(None)  # the next change may be long in coming
        try:
            for line in response:
                said = json.loads(line)
                if "error" in said:
                    raise ReprintError(said["status"], said["error"], said.get("request", ""))
                yield said
        finally:
            connection.close()

    @staticmethod
    def _pages(items: str, ask: Callable[[str | None], Any]) -> Iterator[Any]:
        page = None
        while True:
            answer = ask(page)
            yield from answer[items]
            page = answer.get("next")
            if page is None:
                return

    def _stream(self, path: str, documents: Iterable[Any]) -> Iterator[Any]:
        connection = self._connect()
        connection.putrequest("POST", self._target(path, {}))
        for name, value in self._headers({"Content-Type": "application/x-ndjson", "Transfer-Encoding": "chunked"}).items():
            connection.putheader(name, value)
        connection.endheaders()
        failed: list[BaseException] = []

        def send() -> None:
            try:
                for document in documents:
                    line = json.dumps(document).encode() + b"\n"
                    connection.send(b"%x\r\n%b\r\n" % (len(line), line))
                connection.send(b"0\r\n\r\n")
            except BaseException as e:  # told by whoever reads
                failed.append(e)
                connection.close()

        sender = threading.Thread(target=send, daemon=True)
        sender.start()
        try:
            response = connection.getresponse()
            if response.status >= 400:
                raise self._error(response)
            for line in response:
                yield json.loads(line)
            sender.join(self._timeout)
        except (OSError, ValueError, http.client.HTTPException):
            if failed:
                raise failed[0] from None
            raise
        finally:
            connection.close()
        if failed:
            raise failed[0]
