"""Write the golden letters anew: `python -m tests.mail.regenerate`, then read the difference."""

from pathlib import Path

from agenda.mail.compose import render_letter
from tests.mail.samples import SAMPLES

GOLDEN = Path(__file__).parent / "golden"


def rendered(sample: str, language: str) -> dict[str, str]:
    """Return the golden files of one sample in one language: file name to content."""
    letter, facts = SAMPLES[sample]
    text = render_letter(letter, language, **facts)
    name = f"{sample}.{language}"
    return {
        f"{name}.subject.txt": text.subject + "\n",
        f"{name}.txt": text.text,
        f"{name}.html": text.html,
    }


if __name__ == "__main__":
    for sample in SAMPLES:
        for language in ("nl", "en"):
            for name, content in rendered(sample, language).items():
                (GOLDEN / name).write_bytes(content.encode())
