"""The course as a folder of pages: every lesson to read, its experiments alive without a kernel.

`build` is the command. It runs each solution once (`listening`), makes its page (`lesson`, `text`, `exercise`), keeps
that until something it is made from changes (`kept`), and puts all pages into one folder (`pages`).
"""
