"""A region of the cloud on loopback, over TLS and in a process of its own, so that what a client
costs is measured alone."""
