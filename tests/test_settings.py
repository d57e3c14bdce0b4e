from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import read_settings
from knowledge.index.embedders import EmbeddedEmbedder, EndpointEmbedder


def test_defaults_need_nothing() -> None:
    settings = read_settings({})
    assert (settings.host, settings.port) == ("127.0.0.1", 7860)
    assert settings.documents.is_dir()
    assert isinstance(settings.embedder(), EmbeddedEmbedder)


def test_an_endpoint_is_taken_from_the_environment() -> None:
    given = {"YAODIAN_EMBEDDING_MODEL": "m", "YAODIAN_BASE_URL": "http://x", "YAODIAN_API_KEY": "k"}
    embedder = read_settings(given).embedder()
    assert isinstance(embedder, EndpointEmbedder)
    assert (embedder.model, embedder.base_url, embedder.api_key) == ("m", "http://x", "k")


def test_an_empty_value_is_no_value() -> None:
    assert read_settings({"YAODIAN_PORT": " ", "YAODIAN_DATA": ""}).data == Path(".yaodian")


@pytest.mark.parametrize("value", ["many", "99999", "-1", "80.5"])
def test_a_value_that_cannot_be_is_named(value: str) -> None:
    with pytest.raises(SettingsError, match="YAODIAN_PORT"):
        read_settings({"YAODIAN_PORT": value})


@pytest.mark.parametrize(("text", "journal"), [("on", True), ("OFF", False), ("", True)])
def test_the_journal_is_switched(text: str, journal: bool) -> None:
    assert read_settings({"YAODIAN_JOURNAL": text}).journal is journal


def test_a_switch_is_on_or_off() -> None:
    with pytest.raises(SettingsError, match="YAODIAN_JOURNAL 应是 on 或 off"):
        read_settings({"YAODIAN_JOURNAL": "perhaps"})
