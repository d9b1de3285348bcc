"""list-report: tells what is protected, what is not, and what the cloud lists."""
