"""Generated mode: a model's claims, verified, else the quoted answer."""
