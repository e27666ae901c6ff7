"""Files and lists that become people, availability and posts: read, understood, compared; nothing is written here.

bytes ──tables──▶ rows of cells ──columns──▶ rows of named cells ──people, availability, posts──▶ drafts of things
text  ──signups──▶ lines with a person and spans ─────────────────────────────────────────────────────┘
drafts + snapshot of the town ──plan──▶ what would be new, changed, unchanged, missing, and what is in the way
"""
