#include "word_recognizer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <utility>

#include "ctc.h"
#include "json.h"
#include "word_input.h"

namespace words {
namespace {

constexpr std::uint32_t api_version = 17;  // of ONNX Runtime 1.17; newer libraries have it as well
constexpr int default_height = 64;
constexpr int width_step = 32;        // as WIDTH_STEP_PX of word_predictor.py
constexpr double least_doubt = 1e-6;  // log odds of 0 and 1 are infinite

const OrtApi* api() {
  const OrtApi* const ort = OrtGetApiBase()->GetApi(api_version);
  if (ort == nullptr) throw std::runtime_error("expected ONNX Runtime 1.17 or newer");
  return ort;
}

// The characters of a text in UTF-8.
std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> characters;
  for (const char byte : text) {
    const bool continues = (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
    if (continues && !characters.empty()) {
      characters.back() += byte;
    } else {
      characters.emplace_back(1, byte);
    }
  }
  return characters;
}

}  // namespace

WordRecognizer::WordRecognizer(const std::string& folder)
    : ort_(api()),
      environment_(nullptr, ort_->ReleaseEnv),
      session_(nullptr, ort_->ReleaseSession),
      memory_(nullptr, ort_->ReleaseMemoryInfo) {
  const Json manifest = read_json(folder + "/manifest.json");
  const Json& input = manifest["input"];
  const Json& decoding = manifest["decoding"];
  const bool ctc = decoding.kind == Json::Kind::null || decoding.text == "ctc";
  if (input["kind"].text != "word" || !ctc) throw std::runtime_error("expected a word model for CTC in " + folder);
  characters_ = split(manifest["vocabulary"].text);
  height_ = input["height"].whole_number("height", default_height);
  width_ = input["width"].whole_number("width", 0);
  downsampling_ = input["downsampling"].whole_number("downsampling", 0);
  if (height_ < 1 || width_ < 0 || downsampling_ < 1) throw std::runtime_error("the manifest in " + folder + " is damaged");
  read_calibration(folder, manifest["sha256"]["model.onnx"].text);

  OrtEnv* environment = nullptr;
  check(ort_->CreateEnv(ORT_LOGGING_LEVEL_ERROR, "words", &environment));
  environment_.reset(environment);
  OrtSessionOptions* created = nullptr;
  check(ort_->CreateSessionOptions(&created));
  const Owned<OrtSessionOptions> options(created, ort_->ReleaseSessionOptions);
  check(ort_->SetIntraOpNumThreads(options.get(), 1));
  check(ort_->SetInterOpNumThreads(options.get(), 1));
  OrtSession* session = nullptr;
  check(ort_->CreateSession(environment, (folder + "/model.onnx").c_str(), options.get(), &session));
  session_.reset(session);
  OrtMemoryInfo* memory = nullptr;
  check(ort_->CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &memory));
  memory_.reset(memory);

  OrtAllocator* allocator = nullptr;
  check(ort_->GetAllocatorWithDefaultOptions(&allocator));
  char* name = nullptr;
  check(ort_->SessionGetInputName(session, 0, allocator, &name));
  input_ = name;
  check(ort_->AllocatorFree(allocator, name));
  check(ort_->SessionGetOutputName(session, 0, allocator, &name));
  output_ = name;
  check(ort_->AllocatorFree(allocator, name));
}

void WordRecognizer::check(OrtStatus* status) const {
  if (status == nullptr) return;
  const std::string message = ort_->GetErrorMessage(status);
  ort_->ReleaseStatus(status);
  throw std::runtime_error("ONNX Runtime: " + message);
}

void WordRecognizer::read_calibration(const std::string& folder, const std::string& sha256) {
  const std::string path = folder + "/decoding.json";
  if (!std::ifstream(path)) return;
  const Json decoding = read_json(path);
  const Json& calibration = decoding["calibration"]["greedy"]["word"];
  // One that was tuned for other weights does not count.
  if (decoding["model_sha256"].text != sha256 || calibration.kind != Json::Kind::object) return;
  if (calibration["slope"].kind == Json::Kind::number) slope_ = calibration["slope"].number;
  if (calibration["offset"].kind == Json::Kind::number) offset_ = calibration["offset"].number;
}

Word WordRecognizer::read(const GrayImage& image) const {
  Word best;
  for (const GrayImage& view : word_views(image)) {
    const Word word = read_view(view);
    // That a view shows nothing is no reading, however sure it is.
    if (std::make_pair(!word.text.empty(), word.confidence) >
        std::make_pair(!best.text.empty(), best.confidence)) {
      best = word;
    }
  }
  return best;
}

Word WordRecognizer::read_view(const GrayImage& image) const {
  const GrayImage ink = word_ink(image, height_, width_);
  const int padded = width_ != 0 ? width_ : (ink.width + width_step - 1) / width_step * width_step;
  std::vector<float> values(static_cast<std::size_t>(height_) * padded, 0.0f);  // 0 = paper
  for (int y = 0; y < height_; ++y) {
    for (int x = 0; x < ink.width; ++x) {
      values[static_cast<std::size_t>(y) * padded + x] = static_cast<float>(ink.at(y, x)) / 255.0f;
    }
  }
  const std::array<std::int64_t, 4> shape = {1, height_, padded, 1};
  OrtValue* made = nullptr;
  check(ort_->CreateTensorWithDataAsOrtValue(memory_.get(), values.data(), values.size() * sizeof(float),
                                             shape.data(), shape.size(), ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT,
                                             &made));
  const Owned<OrtValue> tensor(made, ort_->ReleaseValue);
  const char* const inputs[] = {input_.c_str()};
  const char* const outputs[] = {output_.c_str()};
  const OrtValue* const given[] = {tensor.get()};
  OrtValue* emitted = nullptr;
  check(ort_->Run(session_.get(), nullptr, inputs, given, 1, outputs, 1, &emitted));
  const Owned<OrtValue> result(emitted, ort_->ReleaseValue);

  OrtTensorTypeAndShapeInfo* information = nullptr;
  check(ort_->GetTensorTypeAndShape(result.get(), &information));
  const Owned<OrtTensorTypeAndShapeInfo> owned(information, ort_->ReleaseTensorTypeAndShapeInfo);
  std::size_t axes = 0;
  check(ort_->GetDimensionsCount(information, &axes));
  std::array<std::int64_t, 3> sizes = {0, 0, 0};
  if (axes == sizes.size()) check(ort_->GetDimensions(information, sizes.data(), sizes.size()));
  if (sizes[0] != 1 || sizes[2] != static_cast<std::int64_t>(characters_.size()) + 1) {
    throw std::runtime_error("the logits of the model do not fit its vocabulary");
  }
  float* data = nullptr;
  check(ort_->GetTensorMutableData(result.get(), reinterpret_cast<void**>(&data)));
  Logits logits;
  logits.values = data;
  logits.labels = static_cast<int>(sizes[2]);
  logits.frames = static_cast<int>(sizes[1]);
  if (width_ == 0) {  // frames of the padding alone do not count
    logits.frames = std::min(logits.frames, (ink.width + downsampling_ - 1) / downsampling_);
  }

  Word word;
  const std::vector<int> labels = best_path(logits);
  for (const int label : labels) word.text += characters_[label - 1];
  const double clipped = std::clamp(probability(logits, labels), least_doubt, 1 - least_doubt);
  const double odds = slope_ * (std::log(clipped) - std::log1p(-clipped)) + offset_;
  word.confidence = 1 / (1 + std::exp(-odds));
  return word;
}

}  // namespace words
