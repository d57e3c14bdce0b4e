"""The examination: every check in turn. It changes nothing, and a check that fails is a finding too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from bot.doctor import channels, documents, endpoints, installation, reach, storage
from bot.doctor.finding import Finding
from bot.settings import Settings
from knowledge.errors import YaodianError

Check = Callable[[Settings], Iterable[Finding]]

_CHECKS: tuple[tuple[str, Check], ...] = (
    ("版本", installation.examine_version),
    ("设置", installation.examine_settings),
    ("文件", documents.examine_documents),
    ("数据文件夹", storage.examine_folder),
    ("索引", storage.examine_index),
    ("记录", storage.examine_records),
    ("权限", storage.examine_privacy),
    ("模型", endpoints.examine_model),
    ("向量服务", endpoints.examine_embeddings),
    ("端口", reach.examine_port),
    ("接口密钥", reach.examine_keys),
    ("公网地址", reach.examine_public_url),
    ("微信", channels.examine_channels),
    ("其他程序", installation.examine_extras),
)


def examine(settings: Settings) -> Iterator[Finding]:
    """The findings on everything that these settings lead to, each as soon as it is there."""
    for subject, check in _CHECKS:
        yield from carry_out(subject, check, settings)


def carry_out(subject: str, check: Check, settings: Settings) -> Iterator[Finding]:
    """The findings of one check, the last of them its failure where it fails."""
    try:
        yield from check(settings)
    except YaodianError as error:
        yield Finding("error", subject, str(error), "改正后再运行 yaodian doctor。")
    except OSError as error:
        place = f"{error.filename}：" if error.filename else ""
        message = f"没有查完：{place}{error.strerror or type(error).__name__}。"
        yield Finding("error", subject, message, "检查这个位置的权限和磁盘空间。")
    except Exception as error:  # a finding of its own: the other checks go on
        yield Finding("error", subject, f"没有查完（{type(error).__name__}）。", "请把这一行告诉维护者。")
