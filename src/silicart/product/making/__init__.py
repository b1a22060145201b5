"""How a product is made: process files, unit operations, lots, release, and what a whole course needs."""
