"""Learning heads from examples: needs scikit-learn and onnx, and is never part of what is deployed."""
