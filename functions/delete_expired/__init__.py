"""delete-expired: plans, and where told to carries out, what no rule keeps."""
