"""Language models behind one method, with every answer on disk before it is used."""

from codegloss.llm.budget import Budget
from codegloss.llm.client import Client
from codegloss.llm.connect import connect
from codegloss.llm.endpoint import Endpoint
from codegloss.llm.journal import Journal
from codegloss.llm.model import Message, Model, ModelError, Parameters, Request, Status, Stopped, Unusable
from codegloss.llm.pace import Pace
from codegloss.llm.prices import Price, price_of
from codegloss.llm.run import as_completed, complete_all
from codegloss.llm.scripted import Scripted
from codegloss.llm.tally import Estimate, Tally, estimate

__all__ = [
    "Budget",
    "Client",
    "Endpoint",
    "Estimate",
    "Journal",
    "Message",
    "Model",
    "ModelError",
    "Pace",
    "Parameters",
    "Price",
    "Request",
    "Scripted",
    "Status",
    "Stopped",
    "Tally",
    "Unusable",
    "as_completed",
    "complete_all",
    "connect",
    "estimate",
    "price_of",
]
