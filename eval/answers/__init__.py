"""Gold questions asked of the bot and of baselines; their answers scored, recorded and compared."""
