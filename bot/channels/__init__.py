"""Chat tools: 公众号, apps (自建应用) and AI bots (智能机器人) of 企业微信.

The way of a message, and of its reply:

    platform ── POST ──> wechat | wecom_app | wecom_bot      a callback router per channel
                           │  webhook.CallbackGuard          fresh, signed, decrypted, else refused
                           │  tencent.*_messages             XML or JSON -> message with its utterance
                           v
                         passive_reply | wecom_bot           when: at once, or at a later attempt
                           │  inbox.Inbox                    one answer per message, however often delivered
                           │  responder.Responder            the reply in pieces; what to say of a failure
                           v
                         dialogue.Dialogue                   commands and questions -> plain text
                           │
                         Assistant.ask
                           │
    platform <── reply ────┴── or push: tencent.api_client   where the reply came too late
"""
