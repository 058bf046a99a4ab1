"""The release of auditstrap."""

__version__ = "0.1.0"
