"""The releases of the application to test against, their dependencies, and the patches to their copies."""

# Python 3.11 cannot parse a generic function of Python 3.12. Each entry: file, old text, new text.
GENERICS = [
    (
        "tldw_chatbook/DB/base_db.py",
        "async def run_owned_db_call[**_CallParameters, _CallResult](",
        "from typing import ParamSpec, TypeVar\n"
        "_CallParameters = ParamSpec('_CallParameters')\n"
        "_CallResult = TypeVar('_CallResult')\n"
        "async def run_owned_db_call(",
    ),
    (
        "tldw_chatbook/LLM_Calls/recovery_review.py",
        "def openai_call[**P, R](",
        "from typing import ParamSpec, TypeVar\n" "P = ParamSpec('P')\n" "R = TypeVar('R')\n" "def openai_call(",
    ),
]

# Modules that the media database imports but does not need to keep a library: the release lacks the first package,
# and the others would require language models and monitoring. Each entry: file, its whole text.
CORE = "tldw_Server_API/app/core/"
STAND_INS = [
    (CORE + "Ingestion_Media_Processing/Email/__init__.py", ""),
    (
        CORE + "Ingestion_Media_Processing/Email/email_ingestion_metrics.py",
        "def iter_email_metric_definitions():\n    return iter(())\n\n\n"
        "def record_email_dedupe(*args, **kwargs):\n    return None\n\n\n"
        "def track_email_persistence(function):\n    return function\n",
    ),
    (
        CORE + "Monitoring/topic_monitoring_service.py",
        "def get_topic_monitoring_service():\n    raise RuntimeError('not installed')\n",
    ),
    (CORE + "RAG/__init__.py", ""),
    (CORE + "RAG/rag_service/__init__.py", ""),
    (
        CORE + "RAG/rag_service/agentic_chunker.py",
        "def invalidate_intra_doc_vectors(*args, **kwargs):\n    return None\n",
    ),
]

# By schema version. `needs` lists what the media database really imports.
RELEASES = {
    9: {
        "package": "tldw-chatbook==0.2.3",
        "needs": [
            "PyYAML==6.0.4",
            "croniter==7.0.0",
            "httpx==0.28.1",
            "loguru==0.7.3",
            "portalocker==3.2.0",
            "psutil==7.2.2",
            "pydantic==2.14.4",
            "regex==2026.4.4",
            "requests==2.34.2",
            "rich==15.0.0",
            "toml==0.10.2",
        ],
        "replace": GENERICS,
        "write": [],
        "proof": "import library9",
    },
    26: {
        "package": "tldw-server==0.1.46",
        "needs": [
            "PyYAML==6.0.4",
            "chardet==7.7.0",
            "fastapi==0.165.0",
            "loguru==0.7.3",
            "psutil==7.2.2",
            "python-dotenv==1.2.4",
        ],
        "replace": [],
        "write": STAND_INS,
        "proof": "import library26",
    },
}
