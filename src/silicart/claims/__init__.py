"""The ledger: claims are data; this room computes their numbers, judges them by rule and says what would decide."""
