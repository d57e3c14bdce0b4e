"""Chat tools: 公众号 and 企业微信."""
