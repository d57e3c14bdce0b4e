"""WeChat's encryption: Tencent's samples; wechatpy and WeRoBot both ways as independent readings."""

from __future__ import annotations

from base64 import b64encode
from importlib import import_module
from typing import Any

import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.tencent.crypto import Crypto, WeChatError

K1 = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
K2 = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
K3 = "A" * 43
B_ECHO = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
B2 = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/s"
    "YYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJ"
    "YuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGU"
    "callcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDY"
    "A5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="
)
C = (
    "hyzAe4OzmOMbd6TvGdIOO6uBmdJoD0Fk53REIHvxYtJlE2B655HuD0m8KUePWB3+LrPXo87wzQ1QLvbeUgmBM4x6F8PGHQHFVAFmOD2L"
    "dJF9FrXpbUAh0B5GIItb52sn896wVsMSHGuPE328HnRGBcrS7C41IzDWyWNlZkyyXwon8T332jisa+h6tEDYsVticbSnyU8dKOIbgU6u"
    "x5VTjg3yt+WGzjlpKn6NPhRjpA912xMezR4kw6KWwMrCVKSVCZciVGCgavjIQ6X8tCOp3yZbGpy0VxpAe+77TszTfRd5RJSVO/HTnifJ"
    "pXgCSUdUue1v6h0EIBYYI1BD1DlD+C0CR8e6OewpusjZ4uBl9FyJvnhvQl+q5rv1ixrcpCumEPo5MJSgM9ehVsNPfUM669WuMyVWQLCz"
    "pu9GhglF2PE="
)
D = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv"
    "6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNq"
    "J4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)
E = (
    "hE8R6mGXHkJJjU72KxzKUd1GEkKJaEZq7vRL8XgK3o+00k8JGq6+pZJUIlTSyhsX+bxIBQ72g3GyvDdIZcr6+3HAZbSvPT9t/o11MI7d"
    "6WELwqrGd7jMnV0zv3Zc9Nq7"
)


def test_p_signatures_of_plain_mode() -> None:
    crypto = Crypto("AAAAA")
    crypto.check("f464b24fc39322e44b38aa78f5edd27bd1441696", "1714036504", "1514711492")
    crypto.check("899cf89e464efb63f54ddac96b0a0a235f53aa78", "1714037059", "486452656")


def test_a_encrypting() -> None:
    crypto = Crypto("any", K1, "wxb11529c136998cb6")
    sealed = crypto.encrypt("我是中文abcd123", "1", "2", b"aaaabbbbccccdddd")
    assert sealed.encrypted == (
        "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="
    )


def test_b_the_address_of_a_wecom_app_is_checked() -> None:
    crypto = Crypto("QDG6eK", K2, "wx5823bf96d3bd56c7")
    crypto.check("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", "1409659589", "263014780", B_ECHO)
    assert crypto.decrypt(B_ECHO) == b"1616140317555161061"


def test_b2_a_message_to_a_wecom_app() -> None:
    crypto = Crypto("QDG6eK", K2, "wx5823bf96d3bd56c7")
    crypto.check("477715d11cdb4164915debcba66cb864d751f3e6", "1409659813", "1372623149", B2)
    message = ElementTree.fromstring(crypto.decrypt(B2))
    found = [message.findtext(n) for n in ("FromUserName", "Content", "MsgId", "AgentID")]
    assert found == ["mycreate", "hello", "4561255354251345929", "218"]


def test_c_a_message_to_an_official_account() -> None:
    crypto = Crypto("spamtest", K1, "wx2c2769f8efd9abc2")
    crypto.check("5d197aaffba7e9b25a30732f161a50dee96bd5fa", "1409735669", "1320562132", C)
    message = ElementTree.fromstring(crypto.decrypt(C))
    assert [message.findtext(n) for n in ("Content", "MsgId")] == ["abcdteT", "6054768590064713728"]


def test_d_a_pad_longer_than_a_block_of_aes() -> None:
    crypto = Crypto("AAAAA", K3, "wxba5fad812f8e6fb9")
    crypto.check("6c5c811b55cc85e0e1b54100749188c20beb3f5d", "1714112445", "415670741")
    crypto.check("046e02f8204d34f8ba5fa3b1db94908f3df2e9b3", "1714112445", "415670741", D)
    assert b'"debug_str":"hello world"' in crypto.decrypt(D)


def test_e_a_reply() -> None:
    crypto = Crypto("AAAAA", K3, "wx134c8103faa5a59e")
    told = "<xml><demo_resp>[CDATA[good luck]]</demo_resp></xml>"
    sealed = crypto.encrypt(told, 1713424427, "415670741", b"999951349e8ee746")
    assert sealed.encrypted == E
    assert sealed.signature == "03e0812039325c2712ef5f0f980fd14c70d6e307"
    assert (sealed.timestamp, sealed.nonce) == ("1713424427", "415670741")


def _other(name: str, receive_id: str) -> Any:
    """wechatpy's reading of the same account."""
    module = import_module("wechatpy.crypto" if name == "official" else "wechatpy.enterprise.crypto")
    return module.WeChatCrypto("token", K2, receive_id)


@pytest.mark.parametrize(("name", "receive_id"), [("official", "wx1"), ("work", "ww2"), ("work", "")])
@pytest.mark.parametrize("text", ["问", "重庆多久开展一次督查检查？😀", "长" * 2000, "]]><a>&"])
def test_wechatpy_and_we_read_each_other(name: str, receive_id: str, text: str) -> None:
    crypto, other = Crypto("token", K2, receive_id), _other(name, receive_id)
    theirs = ElementTree.fromstring(other.encrypt_message(text, "nonce", "1700000000"))
    encrypted = theirs.findtext("Encrypt") or ""
    crypto.check(theirs.findtext("MsgSignature") or "", "1700000000", "nonce", encrypted)
    assert crypto.decrypt(encrypted).decode() == text
    ours = crypto.encrypt(text, "1700000000", "nonce")
    body = f"<xml><ToUserName>x</ToUserName><Encrypt>{ours.encrypted}</Encrypt></xml>"
    assert other.decrypt_message(body, ours.signature, "1700000000", "nonce") == text


def _werobot(token: str, key: str, app: str) -> Any:
    """WeRoBot's reading of a 公众号."""
    return import_module("werobot.crypto").MessageCrypt(token, key, app)


@pytest.mark.parametrize("text", ["问", "重庆多久开展一次督查检查？😀", "长" * 2000, "]]><a>&"])
def test_werobot_and_we_read_each_other(text: str) -> None:
    crypto, other = Crypto("token", K2, "wx1"), _werobot("token", K2, "wx1")
    theirs = ElementTree.fromstring(other.encrypt_message(text, "1700000000", "nonce"))
    encrypted = theirs.findtext("Encrypt") or ""
    crypto.check(theirs.findtext("MsgSignature") or "", "1700000000", "nonce", encrypted)
    assert crypto.decrypt(encrypted).decode() == text
    ours = crypto.encrypt(text, "1700000000", "nonce")
    assert other.decrypt_message("1700000000", "nonce", ours.signature, ours.encrypted).decode() == text


def test_werobot_reads_the_published_message_too() -> None:
    other = _werobot("spamtest", K1, "wx2c2769f8efd9abc2")
    signature = "5d197aaffba7e9b25a30732f161a50dee96bd5fa"
    told = other.decrypt_message("1409735669", "1320562132", signature, C)
    assert ElementTree.fromstring(told).findtext("Content") == "abcdteT"


@given(st.binary(max_size=300))
def test_what_we_encrypt_we_decrypt(text: bytes) -> None:
    crypto = Crypto("token", K1, "wx1")
    assert crypto.decrypt(crypto.encrypt(text, "1", "n").encrypted) == text


def _raw(padded: bytes) -> str:
    """Any bytes, encrypted as they are."""
    return b64encode(Crypto("t", K1)._cipher(padded, decrypts=False)).decode()


@pytest.mark.parametrize(
    ("encrypted", "number"),
    [
        ("", -40008),
        ("不是", -40010),
        ("AAA", -40010),
        ("AAAA", -40007),
        (_raw(b"\0" * 32), -40008),  # pad 0
        (_raw(b"x" * 31 + b"\x21"), -40008),  # pad 33
        (_raw(b"x" * 30 + b"\x01\x02"), -40008),  # a pad that is not all the same
        (_raw(b"x" * 16 + b"\xff\xff\xff\xff" + b"\x0c" * 12), -40008),  # a length beyond the end
        (_raw(b"\x20" * 32), -40008),  # nothing before the pad
        (Crypto("t", K1, "wx2").encrypt("x", "1", "n").encrypted, -40005),
        (Crypto("t", K2, "wx1").encrypt("x", "1", "n").encrypted, -40008),
    ],
    ids=[
        *("nothing", "no Base64", "cut", "short", "pad 0", "pad 33", "unequal pad", "long", "pad alone"),
        *("another receiver", "another key"),
    ],
)
def test_what_cannot_be_decrypted_is_refused(encrypted: str, number: int) -> None:
    with pytest.raises(WeChatError) as refused:
        Crypto("t", K1, "wx1").decrypt(encrypted)
    assert refused.value.number == number


@given(st.binary(max_size=200))
def test_rubbish_is_refused_and_nothing_else_happens(rubbish: bytes) -> None:
    with pytest.raises(WeChatError):
        Crypto("t", K1, "wx1").decrypt(b64encode(rubbish).decode())


@pytest.mark.parametrize("signature", ["", "0" * 40, "签名", "\ud800"])
def test_a_wrong_signature_is_refused(signature: str) -> None:
    with pytest.raises(WeChatError) as refused:
        Crypto("t").check(signature, "1", "n")
    assert refused.value.number == -40001


@pytest.mark.parametrize("key", ["short", "A" * 42, "A" * 44, "!" * 43, "键" * 43])
def test_a_wrong_key_is_refused_at_once(key: str) -> None:
    with pytest.raises(WeChatError) as refused:
        Crypto("t", key)
    assert "EncodingAESKey" in str(refused.value)


def test_without_a_key_nothing_is_encrypted() -> None:
    assert not Crypto("t").encrypts
    with pytest.raises(WeChatError):
        Crypto("t").encrypt("x", "1", "n")
