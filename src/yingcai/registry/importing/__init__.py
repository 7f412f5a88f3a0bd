"""Reading files of people and organisations: limits, columns, rows, problems. No tables, no requests."""
