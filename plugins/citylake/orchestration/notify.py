"""Tells people outside that an issue opened or closed: a webhook (JSON) and a mail, each when an address is set.

Time-outs are our own and short, and what goes wrong is a HookFailed: a night never waits for a hook, nor fails with it.
"""

from __future__ import annotations

import json
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage

import urllib3

from citylake.errors import CityLakeError
from citylake.settings import Settings

_SECONDS = 5.0
_TRIES = 2


class HookFailed(CityLakeError):
    """A webhook or mail server did not take a notice; it is sent again with the next one."""

    def __init__(self, hook: str, why: str) -> None:
        super().__init__(f"通知没有送出 ({hook}): {why}", action="核对 CITYLAKE_NOTIFY_… 与 CITYLAKE_SMTP_… 设置")
        self.hook = hook
        self.why = why


@dataclass(frozen=True)
class Notice:
    """Issues that opened and closed since a hook was last told, as plain values."""

    business_date: date
    opened: tuple[dict[str, str | None], ...]
    closed: tuple[dict[str, str | None], ...]

    @property
    def title(self) -> str:
        counts = [("新增", len(self.opened)), ("解除", len(self.closed))]
        return f"CityLake {self.business_date}: {', '.join(f'{word} {count} 项' for word, count in counts if count)}"

    @property
    def text(self) -> str:
        opened = [f"● {one['title_zh']}" for one in self.opened]
        closed = [f"○ 已解除 {one['title_zh']}" for one in self.closed]
        return "\n".join([self.title, *opened, *closed])


@dataclass(frozen=True)
class Channel:
    """A way to tell people; `send` raises HookFailed."""

    name: str
    send: Callable[[Notice], None]


def channels(settings: Settings) -> list[Channel]:
    """The ways that have an address."""
    found = []
    if settings.notify_webhook:
        found.append(Channel("webhook", lambda notice: _post(settings, notice)))
    if settings.notify_mail_to and settings.smtp_host:
        found.append(Channel("mail", lambda notice: _mail(settings, notice)))
    return found


def _post(settings: Settings, notice: Notice) -> None:
    """`msgtype` and `text` are what the usual chat robots read; other receivers take `opened` and `closed`."""
    body = {
        "msgtype": "text",
        "text": {"content": notice.text},
        "business_date": notice.business_date.isoformat(),
        "opened": notice.opened,
        "closed": notice.closed,
    }
    # Tried again only where the receiver cannot have taken the notice: no connection, or an answer that says so.
    status = [429, 500, 502, 503, 504]
    retry = urllib3.Retry(
        connect=_TRIES, read=0, status=_TRIES, backoff_factor=0.5, status_forcelist=status, allowed_methods=None
    )
    try:
        with urllib3.PoolManager(timeout=urllib3.Timeout(_SECONDS), retries=retry) as pool:
            response = pool.request(
                "POST",
                settings.notify_webhook or "",
                body=json.dumps(body, ensure_ascii=False).encode(),
                headers={"Content-Type": "application/json; charset=utf-8"},
            )
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        raise HookFailed("webhook", type(error).__name__) from error
    if response.status >= 300:
        raise HookFailed("webhook", f"HTTP {response.status}")


def _mail(settings: Settings, notice: Notice) -> None:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = notice.title, settings.smtp_from, settings.notify_mail_to
    message.set_content(notice.text)
    context = ssl.create_default_context()
    try:
        with _server(settings, context) as server:
            if settings.smtp_security == "starttls":
                server.starttls(context=context)
            if settings.smtp_user and settings.smtp_password:
                server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
            server.send_message(message)
    except (smtplib.SMTPException, OSError) as error:
        raise HookFailed("mail", type(error).__name__) from error


def _server(settings: Settings, context: ssl.SSLContext) -> smtplib.SMTP:
    host, port = settings.smtp_host or "", settings.smtp_port
    if settings.smtp_security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=context)
    return smtplib.SMTP(host, port, timeout=_SECONDS)
