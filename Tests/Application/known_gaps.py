"""Known, unfixed findings: (pattern of the finding's line, reason). Every other finding fails the run.

The change that fixes a finding removes its line.
"""

KNOWN_GAPS = [
    (
        r"error: .* UNIQUE constraint failed: MediaChunks\.chunk_id",
        "another device's chunk has the id that the application makes from its own medium's local number",
    ),
    (
        r"columns: Transcripts\.supersedes_run_id differs|26 verify: .* differs Transcripts",
        "what supersedes a run that was numbered anew names its old number on one device",
    ),
    (
        r"error: .* UNIQUE constraint failed: Transcripts\.media_id, Transcripts\.transcription_run_id",
        "a transcript arrives before the medium's next number is above it",
    ),
]
