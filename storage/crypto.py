"""Keys and sealed fields: AES-256-GCM, bound to the place where they stand."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_ID = b"\x01\x01"  # format 1, key 1
NONCE = 12


class WrongKey(Exception):
    """The key does not fit the data."""


class Keys:
    """All keys of one deployment, derived from one 32-byte master key."""

    def __init__(self, master: bytes) -> None:
        if len(master) != 32:
            raise WrongKey(
                "密钥必须是 64 位十六进制数字。"
                "The key must be 32 bytes, written as 64 hexadecimal digits."
            )
        self._master = master
        self.database = self._derive("database").hex()
        self.buttons = self._derive("buttons")
        self.tokens = self._derive("tokens")
        self.mark = self._derive("mark").hex()
        """The same for the same key; it tells nothing of it."""
        self._fields = AESGCM(self._derive("fields"))

    def __repr__(self) -> str:
        return "Keys(…)"

    def _derive(self, purpose: str) -> bytes:
        return hmac.digest(self._master, b"yumiao/1/" + purpose.encode(), "sha256")

    def seal(self, data: bytes, place: str) -> bytes:
        """`place` is "table:column:row"; the same bytes cannot be moved elsewhere."""
        nonce = os.urandom(NONCE)
        return KEY_ID + nonce + self._fields.encrypt(nonce, data, place.encode())

    def unseal(self, sealed: bytes, place: str) -> bytes:
        head, nonce, body = sealed[:2], sealed[2 : 2 + NONCE], sealed[2 + NONCE :]
        if head != KEY_ID:
            raise WrongKey(f"{place}: unknown key id")
        try:
            return self._fields.decrypt(nonce, body, place.encode())
        except (InvalidTag, ValueError):
            raise WrongKey(f"{place}: sealed with another key or moved") from None

    def sign(self, data: bytes, size: int) -> bytes:
        """A code of `size` bytes (at most 64) that only this key makes: BLAKE2b with a key."""
        return hashlib.blake2b(data, key=self.buttons, digest_size=size).digest()

    def hide(self, token: str) -> str:
        """What is stored of a secret token."""
        return hmac.digest(self.tokens, token.encode(), "sha256").hex()


def read_key(path: Path) -> Keys:
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        raise WrongKey(
            f"密钥文件 {path} 别人也能读（权限 {mode:o}），请运行：chmod 600 {path}。"
            f"{path} can be read by others (mode {mode:o}); run: chmod 600 {path}"
        )
    try:
        return Keys(bytes.fromhex(path.read_text().strip()))
    except ValueError:
        raise WrongKey(
            f"{path} 里不是 64 位十六进制数字。{path} does not hold 64 hexadecimal digits."
        ) from None


def make_key(path: Path) -> Keys:
    """A new key file, mode 0600 from its first byte."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return read_key(path)
