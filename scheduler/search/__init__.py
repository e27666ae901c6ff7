"""Finding rosters: construction, local search, relaxation, and what decides between them."""
