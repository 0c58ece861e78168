// Best-path decoding of CTC outputs, and the probability of its text (Graves et al., ICML 2006).
#pragma once

#include <string>
#include <vector>

namespace words {

// Logits of one word: `frames` rows of `labels` numbers; label 0 is the blank.
struct Logits {
  const float* values = nullptr;
  int frames = 0;
  int labels = 0;

  const float* row(int frame) const { return values + static_cast<std::size_t>(frame) * labels; }
};

// The labels of the most probable path: repeats collapsed, then blanks dropped.
std::vector<int> best_path(const Logits& logits);

// P(labels | logits), 0-1: of all paths that collapse to `labels`.
double probability(const Logits& logits, const std::vector<int>& labels);

}  // namespace words
