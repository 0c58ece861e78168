"""Client of the HTTP service (api/); it needs only the standard library.

```python
from text_recognizer.client import Client

response = Client("http://127.0.0.1:8000").recognize("page.png")
print(response.page.text)
```
"""

from text_recognizer.client.answers import Answer, DocumentAnswer
from text_recognizer.client.client import Client
from text_recognizer.client.sending import ServiceError

__all__ = ["Answer", "Client", "DocumentAnswer", "ServiceError"]
