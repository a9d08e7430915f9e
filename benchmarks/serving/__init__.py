"""Who serves: how exact a canary's share is, and how soon a change of the pointer takes effect."""
