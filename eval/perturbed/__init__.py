"""Perturbations: paraphrases, counterfactual numbers, added documents, a second run, unfaithful answers."""
