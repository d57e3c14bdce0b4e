"""Trains the embedded encoder of knowledge/language/encoder.py anew: `python -m knowledge.training --help`.

    overlap.py      texts that must not be learned from: what shares wording with the documents
    corpus.py       public laws and questions -> sentences with the official words in them
    wordings.py     the everyday lexicon, read both ways
    questions.py    official sentence -> a made-up question in everyday words    (spoken.toml)
    grams.py        text -> the pieces that the encoder has a row for
    vectors.py      word vectors in word2vec's binary form, an optional start
    vocabulary.py   which grams have a row, and where each begins
    batches.py      pairs of question and text, drawn again and again
    network.py      the two sides; the only door to torch
    training.py     batches -> a trained network
    export.py       trained weights -> the file that knowledge.language.encoder.Encoder reads
    held_out.py     how often the exported encoder finds the article of a question that it did not see

Nothing else of the project imports this package. torch is needed by `python -m knowledge.training` alone.
"""
