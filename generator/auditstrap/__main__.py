"""``python -m auditstrap``."""

from auditstrap.cli import main

main()
