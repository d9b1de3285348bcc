"""The proof: attacks on the real functions, judged by what the fake cloud has in the end."""
