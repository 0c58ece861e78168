// A model of text_recognizer/weights for words, run with ONNX Runtime's C interface.
#pragma once

#include <onnxruntime_c_api.h>

#include <memory>
#include <string>
#include <vector>

#include "image.h"

namespace words {

struct Word {
  std::string text;
  double confidence = 0;  // probability that the whole word is right
};

class WordRecognizer {
 public:
  // Reads manifest.json and, where it is there, decoding.json of the folder, and loads its model.onnx with one
  // thread. Throws std::runtime_error if it is no word model for CTC, or ONNX Runtime is older than needed.
  explicit WordRecognizer(const std::string& folder);

  // Returns the most probable word of the views of an image, see word_views.
  // Throws std::runtime_error if the model does not fit its manifest.
  Word read(const GrayImage& image) const;

 private:
  template <typename Object>
  using Owned = std::unique_ptr<Object, void (*)(Object*)>;

  void check(OrtStatus* status) const;
  Word read_view(const GrayImage& image) const;
  void read_calibration(const std::string& folder, const std::string& sha256);

  const OrtApi* ort_;
  Owned<OrtEnv> environment_;
  Owned<OrtSession> session_;
  Owned<OrtMemoryInfo> memory_;
  std::string input_;
  std::string output_;
  std::vector<std::string> characters_;  // of the labels 1, 2, ...
  int height_ = 0;
  int width_ = 0;  // 0: any
  int downsampling_ = 0;
  double slope_ = 1;  // of the confidence's log odds
  double offset_ = 0;
};

}  // namespace words
