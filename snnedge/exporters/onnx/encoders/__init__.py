"""Encoders as ONNX nodes, one file each."""
