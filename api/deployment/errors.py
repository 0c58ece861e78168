"""The error of the commands that pack, deploy and try the service."""

from text_recognizer.errors import TextRecognizerError


class DeploymentError(TextRecognizerError):
    """Packing, deploying or trying the service failed; the message says why and what to do.

    ```python
    from pathlib import Path

    from api.deployment.cold_start import check_runtime
    from api.deployment.errors import DeploymentError

    try:
        check_runtime(Path(folder, "page.png"))
    except DeploymentError as error:
        print(error)
    ```
    """
