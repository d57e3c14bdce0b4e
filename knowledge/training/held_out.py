"""How often an exported encoder finds the article that answers a question held out of training."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from knowledge.language.encoder import Encoder
from knowledge.training.corpus import Corpus

_OTHERS = 4_000  # articles beside those that answer a question
_LONGEST = 400  # characters of an article
_DEPTHS = (1, 5, 10)


def hits(encoder: Encoder, corpus: Corpus, seed: int = 3) -> Mapping[int, float]:
    """The share of held-out questions with an article of theirs among the first 1, 5, 10; empty if none."""
    ranks = _ranks(encoder, corpus, Random(seed))
    return {depth: sum(rank < depth for rank in ranks) / len(ranks) for depth in _DEPTHS if ranks}


def _ranks(encoder: Encoder, corpus: Corpus, random: Random) -> list[int]:
    """How many articles stand before the first right one, a question each."""
    import numpy as np

    if not corpus.held_out:
        return []
    right = dict.fromkeys(key for asked in corpus.held_out for key in asked.articles)
    others = [key for key in corpus.articles if key not in right]
    pool = [*right, *random.sample(others, min(_OTHERS, len(others)))]
    place = {key: number for number, key in enumerate(pool)}
    texts = np.stack([encoder.text(corpus.articles[key][:_LONGEST]) for key in pool])
    ranks = []
    for asked in corpus.held_out:
        near = texts @ encoder.question(asked.text)
        ranks.append(int((near > near[[place[key] for key in asked.articles]].max()).sum()))
    return ranks
