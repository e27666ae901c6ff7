"""Rosters as people hand them out: duty sheets, a person's row of letters, hours; as workbook, page, JSON and text.

    problem + roster ─▶ duties.py ─▶ DutySheet ──▶ layout.py ─▶ Table ─▶ workbook.py (.xlsx), print_sheet.html, picture
                        people.py ─▶ PeopleSheet ─▶ layout.py ─┘   └─▶ as_json.py          chat.py ◀─ DutySheet
                        hours.py ──▶ Ledger ──────▶ ledger.py ─┘

Everything is plain values; `asked.py` alone knows the request, the store and what the caller may see.
"""
