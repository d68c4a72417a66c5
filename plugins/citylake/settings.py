"""Where things lie and how to reach them: environment first, CITYLAKE_HOME beneath.

Everything the program writes lies under `home`. Secrets are generated there on first use, readable by the owner alone.
"""

from __future__ import annotations

import json
import os
import secrets as random_secrets
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from citylake.errors import SettingsError

PACKAGE = Path(__file__).parent
PROJECT = PACKAGE.parent.parent
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Settings(BaseSettings):
    """Settings of one CityLake; each can be given as an environment variable `CITYLAKE_…`."""

    model_config = SettingsConfigDict(env_prefix="CITYLAKE_", env_ignore_empty=True, extra="ignore", frozen=True)

    home: Path = Field(default_factory=lambda: Path(".citylake"))
    s3_endpoint: str | None = None
    s3_access_key: str | None = None
    s3_secret_key: str | None = None
    s3_connect_seconds: float = 5.0
    s3_read_seconds: float = 60.0
    s3_tries: int = 4
    contracts: Path = PACKAGE / "contracts"
    plan: Path = PROJECT / "dbt_project" / "seeds" / "plan"
    dbt_project: Path = PROJECT / "dbt_project"
    # Whom to tell when an issue opens or closes; without an address nothing is sent.
    notify_webhook: str | None = None
    notify_mail_to: str | None = None
    smtp_host: str | None = None
    smtp_port: int = 587
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_from: str = "citylake@localhost"
    keep_versions: int = 7
    block_megabytes: int = 32
    # `<folder>/<department>/<files>`: carried to the inboxes before each landing.
    drop_folder: Path | None = None
    drop_settle_seconds: float = Field(default=30.0, ge=0)
    workbook_memory_megabytes: int = 2048

    @property
    def root(self) -> Path:
        """CITYLAKE_HOME as an absolute path; created on first use."""
        root = self.home.expanduser().resolve()
        root.mkdir(parents=True, exist_ok=True)
        return root

    @property
    def is_store_external(self) -> bool:
        """Whether the environment names an object store of its own (then it is never started or stopped by us)."""
        return self.s3_endpoint is not None

    @property
    def warehouse_dir(self) -> Path:
        return self.root / "warehouse"

    @property
    def reports_dir(self) -> Path:
        return self.root / "reports"


@cache
def get_settings() -> Settings:
    """The settings of this process. `get_settings.cache_clear()` reads the environment anew."""
    return Settings()


def get_secret(settings: Settings, name: str, length: int = 32) -> str:
    """A secret of this installation, generated on first use and kept in `home/secrets.json` (mode 0600)."""
    path = settings.root / "secrets.json"
    try:
        known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except ValueError as error:
        raise SettingsError(
            f"{path} 不是有效的 JSON: {error}", action="从备份恢复 secrets.json, 不要重新生成"
        ) from error
    if name not in known:
        known[name] = random_secrets.token_urlsafe(length)
        partial = path.with_suffix(".partial")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(known, file, indent=2)
        os.replace(partial, path)
    return str(known[name])


def now() -> datetime:
    """The present moment in Shanghai, without microseconds."""
    return datetime.now(SHANGHAI).replace(microsecond=0)


def yesterday() -> date:
    """The last complete business date in Shanghai: what a night run on without `--date` works on."""
    return date.fromordinal(now().date().toordinal() - 1)
