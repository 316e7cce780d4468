"""The hand-written building blocks: encoders, neuron models and connection types, found by folder."""
