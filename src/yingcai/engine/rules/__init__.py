"""Rules: a small strict language, one validated tree, several back ends that give the same answer."""
