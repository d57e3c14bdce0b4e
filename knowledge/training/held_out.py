"""Hit rates of an exported encoder: articles found for questions that were held out of training."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from knowledge.language.encoder import Encoder
from knowledge.training.corpus import Corpus

_OTHERS = 4_000  # articles beside those that answer a question
_LONGEST = 400  # characters of an article
_DEPTHS = (1, 5, 10)


def hit_rates(encoder: Encoder, corpus: Corpus, seed: int = 3) -> Mapping[int, float]:
    """Depth -> share of held-out questions with a right article in the first 1, 5, 10; empty without any."""
    ranks = _ranks(encoder, corpus, Random(seed))
    return {depth: sum(rank < depth for rank in ranks) / len(ranks) for depth in _DEPTHS if ranks}


def _ranks(encoder: Encoder, corpus: Corpus, random: Random) -> list[int]:
    """For each question, the number of articles ranked before the first right one."""
    import numpy as np

    if not corpus.held_out:
        return []
    right = dict.fromkeys(key for asked in corpus.held_out for key in asked.articles)
    others = [key for key in corpus.articles if key not in right]
    pool = [*right, *random.sample(others, min(_OTHERS, len(others)))]
    position = {key: number for number, key in enumerate(pool)}
    texts = np.stack([encoder.text(corpus.articles[key][:_LONGEST]) for key in pool])
    ranks = []
    for asked in corpus.held_out:
        near = texts @ encoder.question(asked.text)
        ranks.append(int((near > near[[position[key] for key in asked.articles]].max()).sum()))
    return ranks
