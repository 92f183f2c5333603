"""Where accounts are kept beyond one process: in a log of commands for each, which every process carries out in order.

A worker appends its command and reads, in the same step, what others have appended; what comes of its own command,
carried out after theirs, is the answer. So the order of the log decides who gets the last dollar and the next number,
and what a process has appended is there whatever becomes of the process.
"""
