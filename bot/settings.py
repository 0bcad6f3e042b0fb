"""Settings: one frozen object, built once; every setting has a default that runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

CITY = ZoneInfo("Asia/Shanghai")
DRIVERS = ("postgresql", "postgres", "postgresql+psycopg")


class Settings(BaseSettings):
    """`YUMIAO_DATA`, `YUMIAO_DATABASE_URL` and so on; nothing else is read."""

    model_config = SettingsConfigDict(env_prefix="YUMIAO_", frozen=True, extra="ignore")

    data: Path = Path("data")
    database_url: str = ""
    zone: str = "Asia/Shanghai"
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535)] = 8080
    base: Annotated[str, Field(pattern=r"^(https?://[^/\s\"'<>]+)?$")] = ""
    """The address as people reach it, `https://yumiao.example.cn`; empty: host and port."""
    proxies: Annotated[int, Field(ge=0, le=5)] = 0
    exit_url: Annotated[str, Field(pattern=r"^https://[^\s\"'<>]+$")] = (
        "https://www.weather.com.cn/"
    )
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("database_url")
    @classmethod
    def _postgres(cls, url: str) -> str:
        if not url:
            return url
        from sqlalchemy import make_url
        from sqlalchemy.exc import ArgumentError

        try:
            driver = make_url(url).drivername
        except (ArgumentError, ValueError):
            driver = ""
        if driver not in DRIVERS:
            raise ValueError("is no address such as postgresql://user@host/name")
        return url

    @field_validator("zone")
    @classmethod
    def _known(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (OSError, ValueError, KeyError):
            raise ValueError("is no zone such as Asia/Shanghai") from None
        return zone

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


class BadSettings(Exception):
    """Settings of the environment that cannot be; the message names each."""


def make_settings(**given: Any) -> Settings:
    """The settings of the environment and these. Raises BadSettings."""
    try:
        return Settings(**given)
    except ValidationError as error:
        wrong = (f"YUMIAO_{each['loc'][0]}".upper() + f": {each['msg']}" for each in error.errors())
        raise BadSettings("设置有误。Settings that cannot be: " + "; ".join(wrong)) from None
