"""Settings from the environment (YAODIAN_*). The only reader of the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path

from bot.errors import SettingsError
from knowledge.index.embedders import EmbeddedEmbedder, Embedder, EndpointEmbedder

_CHANNELS = (
    *("wechat_token", "wechat_aes_key", "wechat_app_id", "wechat_secret"),
    *("wecom_token", "wecom_aes_key", "wecom_corp_id", "wecom_secret", "wecom_agent_id"),
    *("wecom_bot_token", "wecom_bot_aes_key"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings with their defaults.

    `data` is the folder that Yaodian writes to (index, journal), `documents` the one it reads.
    `longest_question` is in characters. With `model` an endpoint writes answers from items of at most
    `model_budget` tokens. Without `embedding_model` the embedded embedder is used, and nothing is sent
    anywhere. With `api_keys` the HTTP interfaces require one. `public_url` is the address that links lead
    to. Without `journal` no question is recorded. `wechat_…` and `wecom_…` configure the callbacks of 公众号
    and 企业微信; a callback is served where its token is set.
    """

    data: Path = Path(".yaodian")
    documents: Path = Path("knowledge/documents")
    host: str = "127.0.0.1"
    port: int = 7860
    longest_question: int = 500
    model: str | None = None
    base_url: str | None = None
    api_key: str | None = None
    model_budget: int = 4000
    embedding_model: str | None = None
    embedding_base_url: str | None = None
    embedding_api_key: str | None = None
    embedding_batch: int = 10
    embedding_weight: float = 0.5
    journal: bool = True
    api_keys: tuple[str, ...] = ()
    public_url: str | None = None
    wechat_token: str | None = None
    wechat_aes_key: str | None = None
    wechat_app_id: str | None = None
    wechat_secret: str | None = None
    wecom_token: str | None = None
    wecom_aes_key: str | None = None
    wecom_corp_id: str | None = None
    wecom_secret: str | None = None
    wecom_agent_id: str | None = None
    wecom_bot_token: str | None = None
    wecom_bot_aes_key: str | None = None

    @property
    def index(self) -> Path:
        """The folder of the index."""
        return self.data / "index"

    @property
    def journal_file(self) -> Path:
        """The file of the journal of questions and feedback."""
        return self.data / "journal.sqlite"

    @property
    def inbox_file(self) -> Path:
        """The file of the messages of chat tools that are being answered."""
        return self.data / "inbox.sqlite"

    @property
    def quiz_file(self) -> Path:
        """The file of the quizzes and their answers."""
        return self.data / "quiz.sqlite"

    def embedder(self) -> Embedder:
        """The embedder of these settings."""
        if not self.embedding_model:
            return EmbeddedEmbedder()
        return EndpointEmbedder(
            self.embedding_model,
            self.embedding_base_url,
            self.embedding_api_key,
            self.embedding_batch,
            weight=self.embedding_weight,
        )


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of an environment (the process's own by default). Raises SettingsError."""
    values = os.environ if environment is None else environment
    texts = {key: v.strip() for key, v in values.items() if key.startswith("YAODIAN_") and v.strip()}
    default = Settings()
    return Settings(
        data=Path(texts.get("YAODIAN_DATA", default.data)),
        documents=Path(texts.get("YAODIAN_DOCUMENTS", str(files("knowledge") / "documents"))),
        host=texts.get("YAODIAN_HOST", default.host),
        port=_integer(texts, "YAODIAN_PORT", default.port, 0, 65535),
        longest_question=_integer(texts, "YAODIAN_LONGEST_QUESTION", default.longest_question, 10, 10_000),
        model=texts.get("YAODIAN_MODEL"),
        base_url=texts.get("YAODIAN_BASE_URL"),
        api_key=texts.get("YAODIAN_API_KEY"),
        model_budget=_integer(texts, "YAODIAN_MODEL_BUDGET", default.model_budget, 500, 100_000),
        embedding_model=texts.get("YAODIAN_EMBEDDING_MODEL"),
        embedding_base_url=texts.get("YAODIAN_EMBEDDING_BASE_URL", texts.get("YAODIAN_BASE_URL")),
        embedding_api_key=texts.get("YAODIAN_EMBEDDING_API_KEY", texts.get("YAODIAN_API_KEY")),
        embedding_batch=_integer(texts, "YAODIAN_EMBEDDING_BATCH", default.embedding_batch, 1, 1000),
        embedding_weight=_number(texts, "YAODIAN_EMBEDDING_WEIGHT", default.embedding_weight, 0.0, 2.0),
        journal=_switch(texts, "YAODIAN_JOURNAL", default.journal),
        api_keys=_list(texts.get("YAODIAN_API_KEYS", "")),
        public_url=texts.get("YAODIAN_PUBLIC_URL", "").rstrip("/") or None,
        **{name: texts.get(f"YAODIAN_{name.upper()}") for name in _CHANNELS},
    )


def read_usable_settings(environment: Mapping[str, str] | None = None) -> tuple[Settings, tuple[str, ...]]:
    """The settings, with defaults for values that cannot be used, and what is wrong with each (Chinese)."""
    usable: dict[str, str] = {}
    faults = []
    for name, value in (os.environ if environment is None else environment).items():
        try:
            read_settings({name: value})
            usable[name] = value
        except SettingsError as error:
            faults.append(str(error))
    return read_settings(usable), tuple(faults)


def unknown_settings(environment: Mapping[str, str] | None = None) -> dict[str, str | None]:
    """Names that begin like settings and are none, each with the setting that was probably meant."""
    known = [field.name.upper() for field in fields(Settings)]
    names = (os.environ if environment is None else environment).keys()
    ours = sorted(name.removeprefix("YAODIAN_") for name in names if name.startswith("YAODIAN_"))
    meant = {name: get_close_matches(name, known, 1, cutoff=0.7) for name in ours if name not in known}
    return {f"YAODIAN_{name}": f"YAODIAN_{close[0]}" if close else None for name, close in meant.items()}


def vocabulary_folder(environment: Mapping[str, str] | None = None) -> Path | None:
    """The folder of tiktoken's vocabularies, by tiktoken's own variable; None where it is not set."""
    values = os.environ if environment is None else environment
    folder = values.get("TIKTOKEN_CACHE_DIR", "").strip()
    return Path(folder) if folder else None


def _list(text: str) -> tuple[str, ...]:
    """The texts between commas, trimmed, empty ones left out."""
    return tuple(piece.strip() for piece in text.replace("，", ",").split(",") if piece.strip())


def _switch(texts: Mapping[str, str], name: str, default: bool) -> bool:
    words = {"on": True, "off": False}
    text = texts.get(name, "on" if default else "off").lower()
    if text not in words:
        raise SettingsError(f"设置 {name} 应是 on 或 off，现在是“{texts[name]}”。")
    return words[text]


def _integer(texts: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    value = _number(texts, name, default, low, high)
    if value != int(value):
        raise SettingsError(f"设置 {name} 应是整数，现在是“{texts[name]}”。")
    return int(value)


def _number(texts: Mapping[str, str], name: str, default: float, low: float, high: float) -> float:
    text = texts.get(name)
    if text is None:
        return default
    try:
        value = float(text)
    except ValueError:
        raise SettingsError(f"设置 {name} 应是数字，现在是“{text}”。") from None
    if not low <= value <= high:
        raise SettingsError(f"设置 {name} 应在 {low:g} 到 {high:g} 之间，现在是“{text}”。")
    return value
