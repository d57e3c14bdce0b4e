"""Tencent's wire: encryption, messages, API client, and simulators of both."""
