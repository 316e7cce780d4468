"""Neuron models, one file each: parameters, their way to integers, and the update of a step."""
