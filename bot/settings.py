"""Settings: one frozen object, built once; every setting has a default that runs."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic_settings import BaseSettings, SettingsConfigDict

CITY = ZoneInfo("Asia/Shanghai")


class Settings(BaseSettings):
    """`YUMIAO_DATA`, `YUMIAO_DATABASE_URL` and so on; nothing else is read."""

    model_config = SettingsConfigDict(env_prefix="YUMIAO_", frozen=True, extra="ignore")

    data: Path = Path("data")
    database_url: str = ""
    zone: str = "Asia/Shanghai"
    host: str = "127.0.0.1"
    port: int = 8080
    https: bool = False
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)
