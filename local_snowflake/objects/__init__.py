"""The object API (REST): every path of the OpenAPI documents, over the same catalog as SQL."""
