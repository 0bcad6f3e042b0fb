"""How to hold a conversation: questions, replay, forms, words. No I/O, no clock."""
