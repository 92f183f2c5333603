"""Emulators that share a state behind nginx, each ended and started again in turn under load: is anything lost?"""
