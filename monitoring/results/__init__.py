"""From marks to what follows from them: levels, the card, the summary, the assessment section."""
