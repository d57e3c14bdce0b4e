"""What can go wrong with documents and the index.

YaodianError                 every error of our own; its text is Chinese and fit to be shown
├── DocumentError            a file cannot become a document
├── KnowledgeIndexError      the index cannot be built or used
│   ├── IndexLocked          another process is building
│   ├── IndexDamaged         what is on disk does not agree with its manifest
│   ├── IndexUnwritable      the folder is read-only or the disk is full
│   └── EmbedderMismatch     the index was built with another embedder
├── EmbedderError            the embedder (an endpoint, as a rule) returned no usable vectors
├── NoDocuments              there is nothing to answer from
└── UnknownScope             a scope names a document, region, issuer or year that is not there
"""


class YaodianError(Exception):
    """An error with a Chinese message for the user and a stable `code` for programs."""

    code = "error"


class DocumentError(YaodianError):
    """A file cannot become a document; the message says which, why, and what to do."""

    code = "document_unreadable"


class KnowledgeIndexError(YaodianError):
    """The index cannot be built or used."""

    code = "index_error"


class IndexLocked(KnowledgeIndexError):
    """Another process holds the index for writing."""

    code = "index_locked"


class IndexDamaged(KnowledgeIndexError):
    """The index on disk does not agree with its own manifest."""

    code = "index_damaged"


class IndexUnwritable(KnowledgeIndexError):
    """The index folder cannot be written to."""

    code = "index_unwritable"


class EmbedderMismatch(KnowledgeIndexError):
    """The index was built with another embedder than the one configured."""

    code = "embedder_mismatch"


class EmbedderError(YaodianError):
    """The embedder returned no usable vectors."""

    code = "embedder_failed"


class NoDocuments(YaodianError):
    """There is no readable document to answer from."""

    code = "no_documents"


class UnknownScope(YaodianError):
    """A scope names something that no document has."""

    code = "unknown_scope"
