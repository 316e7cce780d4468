"""Neuron models as ONNX nodes, one file each."""
