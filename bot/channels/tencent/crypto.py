"""WeChat's signatures and encryption, for 公众号, apps and AI bots of 企业微信, which differ in `receive_id`.

The scheme is Tencent's (公众号 "消息加解密说明", 企业微信 "加解密方案说明"): SHA-1 over the sorted parts;
AES-256-CBC, its key's first half as the IV, over 16 random bytes, the length of the text in 4 bytes
(big-endian), the text and the receive id, padded to blocks of 32 bytes (PKCS#7).
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass

from knowledge.errors import YaodianError

_BLOCK = 32  # bytes; wider than AES's own 16, so a pad may have 1 to 32
_RANDOM, _LENGTH = 16, 4  # bytes before the text
_REASONS = {
    -40001: "签名不对。",
    -40002: "消息格式不对。",
    -40004: "EncodingAESKey 应是43个字母或数字。",
    -40005: "接收方编号不对。",
    -40007: "消息不能解密。",
    -40008: "解密后的内容不对。",
    -40010: "消息不是有效的 base64。",
}


class WeChatError(YaodianError):
    """A message that is not accepted; `number` is the code of Tencent's own libraries.

    It goes to the log, for whoever connects the channel; the sender learns nothing of it.
    """

    code = "wechat_refused"

    def __init__(self, number: int) -> None:
        super().__init__(_REASONS[number])
        self.number = number


@dataclass(frozen=True, slots=True)
class EncryptedMessage:
    """An encrypted text (base64) with its signature, timestamp (seconds since the epoch) and nonce."""

    encrypted: str
    signature: str
    timestamp: str
    nonce: str


class Crypto:
    """Signs and checks with a token; with an AES key, encrypts and decrypts for one receiver.

    `receive_id` is the app id (公众号), the corp id (企业微信 app) or empty (AI bot). Raises WeChatError
    where the AES key cannot be one.
    """

    def __init__(self, token: str, aes_key: str | None = None, receive_id: str = "") -> None:
        self._token = token
        self._receive_id = receive_id.encode()
        self._key = _key(aes_key) if aes_key else None

    @property
    def encrypts(self) -> bool:
        """Whether there is an AES key."""
        return self._key is not None

    def signature(self, *parts: str) -> str:
        """The signature over the token and the parts (timestamp, nonce and, in safe mode, the encrypted)."""
        joined = "".join(sorted((self._token, *parts)))
        return hashlib.sha1(joined.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()

    def check(self, signature: str, timestamp: str, nonce: str, *parts: str) -> None:
        """Check the signature of the parts. Raises WeChatError where it is another."""
        expected = self.signature(timestamp, nonce, *parts)
        if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
            raise WeChatError(-40001)

    def decrypt(self, encrypted: str) -> bytes:
        """The decrypted text. Raises WeChatError, also where it is for another receiver."""
        text, receive_id = _split(_unpad(self._cipher(_decode_base64(encrypted), decrypts=True)))
        if not hmac.compare_digest(receive_id, self._receive_id):
            raise WeChatError(-40005)
        return text

    def encrypt(
        self, text: str | bytes, timestamp: str | int, nonce: str, random: bytes | None = None
    ) -> EncryptedMessage:
        """The text encrypted and signed; `random` sets the 16 random bytes, for tests."""
        inner = text.encode() if isinstance(text, str) else text
        start = secrets.token_bytes(_RANDOM) if random is None else random
        whole = start + len(inner).to_bytes(_LENGTH, "big") + inner + self._receive_id
        pad = _BLOCK - len(whole) % _BLOCK
        encrypted = b64encode(self._cipher(whole + bytes([pad]) * pad, decrypts=False)).decode()
        return EncryptedMessage(
            encrypted, self.signature(str(timestamp), nonce, encrypted), str(timestamp), nonce
        )

    def _cipher(self, data: bytes, *, decrypts: bool) -> bytes:
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

        if self._key is None:
            raise WeChatError(-40004)
        cipher = Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))
        transform = cipher.decryptor() if decrypts else cipher.encryptor()
        try:
            return transform.update(data) + transform.finalize()
        except ValueError:  # not whole blocks
            raise WeChatError(-40007) from None


def _key(aes_key: str) -> bytes:
    """The 32 bytes of an EncodingAESKey; its last character may hold bits that are not used."""
    try:
        key = b64decode(f"{aes_key}=", validate=True)
    except (binascii.Error, ValueError):
        raise WeChatError(-40004) from None
    if len(aes_key) != 43 or len(key) != 32:
        raise WeChatError(-40004)
    return key


def _decode_base64(encrypted: str) -> bytes:
    try:
        return b64decode(encrypted, validate=True)
    except (binascii.Error, ValueError):
        raise WeChatError(-40010) from None


def _unpad(padded: bytes) -> bytes:
    pad = padded[-1] if padded else 0
    if not 1 <= pad <= _BLOCK or padded[-pad:] != bytes([pad]) * pad:
        raise WeChatError(-40008)
    return padded[:-pad]


def _split(whole: bytes) -> tuple[bytes, bytes]:
    """The text and the receive id after it. Raises WeChatError."""
    start = _RANDOM + _LENGTH
    length = int.from_bytes(whole[_RANDOM:start], "big")
    if len(whole) < start + length:
        raise WeChatError(-40008)
    return whole[start : start + length], whole[start + length :]
