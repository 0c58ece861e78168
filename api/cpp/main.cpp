// read_words MODEL_FOLDER IMAGE...: prints path, text and score, as the command `text-recognizer words` does.
#include <cstdio>
#include <exception>

#include "image.h"
#include "word_recognizer.h"

int main(int count, char** arguments) {
  if (count < 3) {
    std::fprintf(stderr, "usage: read_words MODEL_FOLDER IMAGE...\n");
    return 2;
  }
  int status = 0;
  try {
    const words::WordRecognizer recognizer(arguments[1]);
    for (int i = 2; i < count; ++i) {
      try {
        const words::Word word = recognizer.read(words::read_image(arguments[i]));
        std::printf("%s\t%s\t%.4f\n", arguments[i], word.text.c_str(), word.confidence);
      } catch (const std::exception& error) {  // one image that cannot be read does not stop the others
        std::fprintf(stderr, "read_words: %s: %s\n", arguments[i], error.what());
        status = 1;
      }
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "read_words: %s\n", error.what());
    return 1;
  }
  return status;
}
