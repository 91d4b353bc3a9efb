"""Bytes on their way in: tus 1.0 (https://tus.io/protocols/resumable-upload) and the plain form."""
