"""How well a multilingual encoder carries what was learned in English into other languages."""
