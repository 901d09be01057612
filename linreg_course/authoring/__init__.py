"""From one bilingual source to notebooks in two languages, and the proof that they run."""
