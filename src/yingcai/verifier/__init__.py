"""verifier: checks an exported audit without the program that wrote it.

Owns:    one file that runs by itself on Python 3.11, ``verify_audit.py``.
Ignores: all other code of this project, and it is ignored by all; both would make the check worth less.
Door:    ``python verify_audit.py EXPORT`` or ``yingcai audit verify EXPORT``.
"""
