"""Documents become numbered items; items become findable."""
