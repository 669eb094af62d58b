"""Monitoring of preschool children's development: the record, the rules, the documents, the commands."""
