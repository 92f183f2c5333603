"""Teach Pillow to decode HEIF; imported for that alone."""

import pillow_heif

pillow_heif.register_heif_opener(
    decode_threads=1, thumbnails=False, depth_images=False, aux_images=False
)
