"""Myasthenia gravis as a neurologist follows it: MG-ADL, QMG, MGC, the receptor antibody and the steroid dose."""
