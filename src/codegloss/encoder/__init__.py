"""Vectors of code and language, from one encoder with many exits; numpy and ONNX, no torch."""

from codegloss.encoder.checkpoint import EncoderError
from codegloss.encoder.runtime import Encoder, Encoding, ExitEncoder, load

__all__ = ["Encoder", "EncoderError", "Encoding", "ExitEncoder", "load"]
