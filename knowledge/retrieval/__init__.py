"""A topic -> the parts of the documents that hold it, best first."""
