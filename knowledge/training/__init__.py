"""Trains the bundled encoder (knowledge/language/encoder.py): `python -m knowledge.training --help`.

    overlap.py      decontamination: texts that share wording with evaluation documents are not learned from
    corpus.py       public laws and questions -> sentences with the official words in them
    wordings.py     the everyday lexicon in both directions
    questions.py    official sentence -> a synthetic question in everyday words    (spoken.toml)
    vectors.py      word vectors in word2vec's binary format, an optional initialization
    vocabulary.py   which character n-grams have an embedding, and its initial value
    batches.py      random batches of question and text pairs
    network.py      the two sides; the only door to torch
    training.py     batches -> a trained network (contrastive loss)
    export.py       trained weights -> the file that knowledge.language.encoder.Encoder reads
    held_out.py     hit rates of the exported encoder on held-out questions

Nothing else of the project imports this package. torch is needed by `python -m knowledge.training` alone.
"""
