"""Neuron models, one file each."""
