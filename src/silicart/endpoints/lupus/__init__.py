"""Systemic lupus erythematosus as a clinic sees it: items, organ activity, flares, drugs, damage and survival."""
