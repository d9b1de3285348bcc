"""The client of Baidu AI Cloud's BCC API; the only place that speaks HTTP to the cloud."""
