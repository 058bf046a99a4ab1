"""Audit policies as kube-apiserver reads them."""
