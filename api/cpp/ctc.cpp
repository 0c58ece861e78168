#include "ctc.h"

#include <algorithm>
#include <cmath>

namespace words {
namespace {

// Probabilities of the labels in a frame.
std::vector<double> softmax(const float* row, int labels) {
  const double highest = *std::max_element(row, row + labels);
  std::vector<double> shares(labels);
  double sum = 0;
  for (int label = 0; label < labels; ++label) sum += shares[label] = std::exp(row[label] - highest);
  for (double& share : shares) share /= sum;
  return shares;
}

}  // namespace

std::vector<int> best_path(const Logits& logits) {
  std::vector<int> labels;
  int before = 0;
  for (int frame = 0; frame < logits.frames; ++frame) {
    const float* const row = logits.row(frame);
    const int label = static_cast<int>(std::max_element(row, row + logits.labels) - row);
    if (label != 0 && label != before) labels.push_back(label);
    before = label;
  }
  return labels;
}

double probability(const Logits& logits, const std::vector<int>& labels) {
  std::vector<int> states(2 * labels.size() + 1, 0);  // blanks around every label
  for (std::size_t i = 0; i < labels.size(); ++i) states[2 * i + 1] = labels[i];
  std::vector<double> forward(states.size(), 0.0);
  double logarithm = 0;
  for (int frame = 0; frame < logits.frames; ++frame) {
    const std::vector<double> shares = softmax(logits.row(frame), logits.labels);
    double sum = 0;
    for (std::size_t s = states.size(); s-- > 0;) {  // downwards: what stands below is of the frame before
      double reached = frame == 0 && s < 2 ? 1.0 : forward[s];
      if (frame > 0 && s > 0) reached += forward[s - 1];
      if (frame > 0 && s > 1 && states[s] != 0 && states[s] != states[s - 2]) reached += forward[s - 2];
      sum += forward[s] = reached * shares[states[s]];
    }
    if (sum == 0) return 0;
    logarithm += std::log(sum);  // rescaled in every frame, so that long products do not vanish
    for (double& each : forward) each /= sum;
  }
  if (logits.frames == 0) return labels.empty() ? 1.0 : 0.0;
  const double end = forward.back() + (labels.empty() ? 0.0 : forward[states.size() - 2]);
  return std::min(1.0, std::exp(logarithm) * end);
}

}  // namespace words
