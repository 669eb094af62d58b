"""Cards, summaries and sections as DOCX, PDF and XLSX. Takes read models, knows no database."""
