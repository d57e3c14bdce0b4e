"""`python -m eval report`: results as tables, plots and one HTML page."""
