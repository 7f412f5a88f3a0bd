"""Files of strangers are read in a process apart, which may use so much memory and time and no more.

Owns: the process, its limits, and the way of what was read back to the site.
Refuses to know: what a file means; readers stand beside the formats.
Door: `parent.apart`. `child` is what runs in the process; it loads little, for it starts with every file.
"""
