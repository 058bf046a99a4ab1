"""What upstream Kubernetes knows, as data: versions, flags, kubeadm APIs."""
