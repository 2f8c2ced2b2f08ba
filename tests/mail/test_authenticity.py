"""Only what our own mail server found counts, and only where the sender's domain stands for it (rule 32)."""

from __future__ import annotations

import pytest

from agenda.mail.authenticity import Verdict, checked

OWN = "mx.leidseregio.example"
SENDER = "wethouder1@leiden.example"


@pytest.mark.parametrize(
    "result",
    [
        "dmarc=pass (p=reject dis=none) header.from=leiden.example",
        "dkim=pass header.d=leiden.example header.s=s1",
        "dkim=pass (2048-bit key; secure) header.i=@mail.leiden.example",
        'spf=pass smtp.mailfrom="wethouder1@leiden.example"',
        "spf=fail smtp.mailfrom=x@elders.example; dkim=pass header.d=leiden.example",
        "DMARC = pass header.from = Leiden.Example",
    ],
)
def test_a_domain_that_stands_for_the_message_is_aligned(result: str) -> None:
    assert checked((f"{OWN}; {result}",), OWN, SENDER) is Verdict.ALIGNED


@pytest.mark.parametrize(
    "result",
    [
        "none",
        "dmarc=fail header.from=leiden.example",
        "dkim=pass header.d=elders.example",
        "spf=pass smtp.mailfrom=x@elders.example",
        "dkim=pass header.d=example",
        "dkim=fail (dkim=pass header.d=leiden.example)",
        "dkim=fail header.d=elders.example; spf=pass smtp.mailfrom=notleiden.example",
        "dmarc=temperror header.from=leiden.example",
    ],
)
def test_anything_less_is_not(result: str) -> None:
    assert checked((f"{OWN}; {result}",), OWN, SENDER) is Verdict.UNALIGNED


def test_what_others_wrote_or_wrote_in_our_name_further_down_does_not_count() -> None:
    forged = f"{OWN}; dmarc=pass header.from=leiden.example"
    ours = f"{OWN}; dmarc=fail header.from=leiden.example"
    other = "mx.elders.example; dmarc=pass header.from=leiden.example"
    assert checked((ours, forged), OWN, SENDER) is Verdict.UNALIGNED
    assert checked((other,), OWN, SENDER) is Verdict.UNCHECKED
    assert (
        checked((f"{OWN}.evil.example; dmarc=pass header.from=leiden.example",), OWN, SENDER)
        is Verdict.UNCHECKED
    )
    assert checked((), OWN, SENDER) is Verdict.UNCHECKED


def test_where_no_server_is_named_nothing_is_checked() -> None:
    assert checked((f"{OWN}; dmarc=pass header.from=leiden.example",), "", SENDER) is Verdict.UNCHECKED


def test_a_server_name_with_a_version_and_comments_is_ours() -> None:
    assert checked((f"{OWN} 1 (Postfix); dkim=pass header.d=leiden.example",), OWN, SENDER) is Verdict.ALIGNED
