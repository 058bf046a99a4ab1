"""The spec: AuditBootstrap v1alpha1, from its text to an AuditSetup."""
