"""From a trained model to what others load: an encoder's folder, or one for sentence-transformers."""

from codegloss.train.export.card import Facts, model_card
from codegloss.train.export.folder import About, ExportError, export_onnx
from codegloss.train.export.sentence import export_sentence_transformers

__all__ = ["About", "ExportError", "Facts", "export_onnx", "export_sentence_transformers", "model_card"]
