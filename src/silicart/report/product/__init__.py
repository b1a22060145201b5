"""The page of a product and its section in the report of a study: gathered, drawn, written."""
