"""Pictures of a model, its answers and its training."""
