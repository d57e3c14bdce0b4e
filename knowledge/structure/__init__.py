"""The structure of a text: lines become divisions, numbered nodes, and parts with their places."""
