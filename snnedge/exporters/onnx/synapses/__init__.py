"""Connection types as ONNX nodes, one file each."""
