"""Words, texts and pages whose text is known, and their scores."""
