"""A notice reaches a webhook and a mail server once; a hook that is down is a named error within our own time-outs."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from citylake.orchestration.notify import HookFailed, Notice, channels
from citylake.settings import Settings

NOTICE = Notice(date(2025, 9, 30), ({"title_zh": "市公安局 逾期未报"},), ({"title_zh": "市税务局 暂存"},))


@contextmanager
def webhook(*answers: int) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """A receiver that gives these answers in turn, and the last one from then on."""
    seen: list[dict[str, object]] = []
    left = list(answers)

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(left.pop(0) if len(left) > 1 else left[0])
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with serving(HTTPServer(("127.0.0.1", 0), Receiver)) as port:
        yield f"http://127.0.0.1:{port}/hook", seen


@contextmanager
def mail_server() -> Iterator[tuple[int, list[str]]]:
    """As much of SMTP as one message needs."""
    seen: list[str] = []

    class Receiver(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 ready\r\n")
            while line := self.rfile.readline():
                word = line[:4].upper()
                if word == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    seen.append("".join(text.decode() for text in iter(self.rfile.readline, b".\r\n")))
                self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")

    with serving(socketserver.TCPServer(("127.0.0.1", 0), Receiver)) as port:
        yield port, seen


@contextmanager
def serving(server: socketserver.TCPServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def send(settings: Settings) -> None:
    (channel,) = channels(settings)
    channel.send(NOTICE)


def test_without_an_address_nobody_is_told(home: Path) -> None:
    assert channels(Settings(home=home)) == []
    assert channels(Settings(home=home, notify_mail_to="a@example.cn")) == []  # no mail server


def test_a_webhook_is_told_in_words_and_in_data(home: Path) -> None:
    with webhook(200) as (address, seen):
        send(Settings(home=home, notify_webhook=address))
    (body,) = seen
    text = body["text"]
    assert isinstance(text, dict)
    assert text["content"].splitlines()[1:] == ["● 市公安局 逾期未报", "○ 已解除 市税务局 暂存"]
    assert body["opened"] == [{"title_zh": "市公安局 逾期未报"}]


def test_a_webhook_that_is_busy_is_asked_again(home: Path) -> None:
    with webhook(503, 200) as (address, seen):
        send(Settings(home=home, notify_webhook=address))
    assert len(seen) == 2


@pytest.mark.parametrize("answer", [400, 500])
def test_a_webhook_that_refuses_is_a_named_error(home: Path, answer: int) -> None:
    with webhook(answer) as (address, _), pytest.raises(HookFailed) as failed:
        send(Settings(home=home, notify_webhook=address))
    assert failed.value.hook == "webhook"


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/hook", "no address", "http://[::1/hook"])
def test_a_webhook_that_is_not_there_is_a_named_error(home: Path, address: str) -> None:
    with pytest.raises(HookFailed):
        send(Settings(home=home, notify_webhook=address))


def test_a_mail_says_the_same(home: Path) -> None:
    with mail_server() as (port, seen):
        send(
            Settings(
                home=home,
                notify_mail_to="ops@example.cn",
                smtp_host="127.0.0.1",
                smtp_port=port,
                smtp_security="none",
            )
        )
    (message,) = seen
    assert "To: ops@example.cn" in message
    assert "Subject:" in message


def test_a_mail_server_that_is_not_there_is_a_named_error(home: Path) -> None:
    with pytest.raises(HookFailed) as failed:
        send(Settings(home=home, notify_mail_to="ops@example.cn", smtp_host="127.0.0.1", smtp_port=1))
    assert failed.value.hook == "mail"


def test_the_mail_password_is_not_shown(home: Path) -> None:
    assert "canary" not in repr(Settings.model_validate({"home": home, "smtp_password": "canary"}))
