"""The flows over real sockets that break in every way."""
