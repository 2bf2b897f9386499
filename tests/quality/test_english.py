"""Other languages are told, English with names and code in it is not taken for one."""

from __future__ import annotations

import pytest

from codegloss.quality.english import foreign


@pytest.mark.parametrize(
    ("text", "is_foreign"),
    [
        ("Gibt die Anzahl der Zeilen zurück.", True),
        ("Renvoie la liste des noms.", True),
        ("Возвращает сумму.", True),
        ("返回结果。", True),
        ("Returns the naïve sum of an El Niño index.", False),
        ("Sorts.", False),
        ("Use `das Auto der Firma` as a key", False),
        ("HTTP GET, JSON, URL, TCP, UDP, SMTP, IMAP, FTP, SSH, DNS, TLS, SSL, MQTT, AMQP", False),
        ("", False),
    ],
)
def test_foreign(text: str, is_foreign: bool) -> None:
    assert foreign(text) is is_foreign
