"""The commands `yaodian wechat simulate` and `yaodian feedback`: what comes from and goes to chat tools."""

from __future__ import annotations

import argparse
import time
from dataclasses import asdict

from bot.cli.parser import Commands, port_number, positive_integer
from bot.cli.terminal import as_json, shortened
from bot.records.journal import Feedback, Journal
from bot.settings import Settings

_FAILED = 1
_TEXT_LENGTH = 200  # characters of a question or an answer


def add(commands: Commands) -> None:
    """Add the two commands."""
    _add_feedback(commands)
    _add_wechat(commands)


def _add_feedback(commands: Commands) -> None:
    feedback = commands.add_parser(
        "feedback", help="看大家的评价", description="列出大家对答案的评价，新的在前。"
    )
    feedback.add_argument("--most", type=positive_integer, default=50, help="最多列几条（默认 50）")
    feedback.add_argument("--json", action="store_true", help="输出 JSON")
    feedback.set_defaults(run=_feedback)


def _add_wechat(commands: Commands) -> None:
    wechat = commands.add_parser("wechat", help="试用微信接口", description="试用微信接口。")
    actions = wechat.add_subparsers(title="命令", required=True, metavar="命令")
    simulate = actions.add_parser(
        "simulate",
        help="扮演微信服务器",
        description="扮演微信服务器，向正在运行的服务发消息；5 秒没有回复就重发，共三次。",
    )
    simulate.add_argument(
        "--channel",
        choices=("official", "work", "bot"),
        default="official",
        help="official 公众号（默认），work 企业微信自建应用，bot 企业微信智能机器人",
    )
    simulate.add_argument("messages", nargs="+", metavar="消息", help="依次发送的消息，例如：督查多久一次？")
    simulate.add_argument("--url", help="服务的地址（默认 http://127.0.0.1:端口）")
    simulate.add_argument("--port", type=port_number, help="本机服务的端口（默认 7860）")
    simulate.add_argument("--user", default="simulated-user", help="扮演的用户（默认 simulated-user）")
    simulate.set_defaults(run=_simulate)


def _feedback(parsed: argparse.Namespace, settings: Settings) -> int:
    journal = Journal(settings.journal_file)
    entries = journal.feedback(parsed.most)
    journal.close()
    if parsed.json:
        print(as_json([asdict(entry) for entry in entries]))
    else:
        print("\n\n".join(map(_readable, entries)) or "还没有人评价。")
    return 0


def _readable(feedback: Feedback) -> str:
    """One feedback, its question and answer beneath it."""
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(feedback.time))
    kind = {"up": "有用", "down": "没用", "cancel": "撤回了评价"}[feedback.kind]
    reasons = f"（{'、'.join(feedback.reasons)}）" if feedback.reasons else ""
    lines = [f"{when}  {kind}{reasons}  {feedback.channel}  编号 {feedback.request_id}"]
    texts = {"意见": feedback.text, "问": feedback.question, "答": feedback.answer}
    return "\n".join(
        lines + [f"  {name}：{shortened(text, _TEXT_LENGTH)}" for name, text in texts.items() if text]
    )


def _simulate(parsed: argparse.Namespace, settings: Settings) -> int:
    from bot.channels.tencent.simulator import Simulation
    from bot.channels.tencent.wecom_simulator import BotSimulation, WorkSimulation

    simulations = {"official": Simulation, "work": WorkSimulation, "bot": BotSimulation}
    simulation = simulations[parsed.channel](settings, parsed.url, parsed.user)
    verified = simulation.verify()
    print(f"验证地址：{'通过' if verified else '没有通过（服务是否在运行？Token 是否一致？）'}")
    served = verified
    for message in parsed.messages if verified else ():
        print(f"\n用户：{message}")
        for attempt in simulation.say(message):
            print(f"第 {attempt.number} 次（{attempt.seconds:.1f} 秒）：{attempt.outcome}", flush=True)
            if attempt.text is not None:
                print(f"用户看到：\n{attempt.text}")
            served = served and attempt.text != simulation.unavailable
    return 0 if served else _FAILED
