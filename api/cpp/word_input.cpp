#include "word_input.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace words {
namespace {

constexpr double upright_aspect = 2.0 / 3.0;
constexpr double min_aspect = 2.0;
constexpr double max_aspect = 32.0;
constexpr double min_contrast_grays = 24.0;
constexpr int precision_bits = 22;  // of the fixed-point weights: with 8 bits of a pixel they fill 32 bits

// Which pixels one pixel of the result is the weighted sum of.
struct Weights {
  int first = 0;
  std::vector<std::int32_t> values;  // in units of 2 ** -precision_bits
};

double filter(double x, bool enlarge) {
  if (enlarge) return std::max(0.0, 1.0 - std::fabs(x));
  return x > -0.5 && x <= 0.5 ? 1.0 : 0.0;
}

// The weights for each of `result` pixels made of `given` ones along an axis.
std::vector<Weights> weights_of(int given, int result, bool enlarge) {
  const double scale = static_cast<double>(given) / result;
  const double spread = std::max(scale, 1.0);
  const double reach = (enlarge ? 1.0 : 0.5) * spread;
  std::vector<Weights> all(result);
  for (int i = 0; i < result; ++i) {
    const double center = (i + 0.5) * scale;
    const int first = std::max(0, static_cast<int>(center - reach + 0.5));
    const int last = std::min(given, static_cast<int>(center + reach + 0.5));
    std::vector<double> shares;
    double sum = 0;
    for (int j = first; j < last; ++j) {
      shares.push_back(filter((j - center + 0.5) * (1.0 / spread), enlarge));
      sum += shares.back();
    }
    all[i].first = first;
    for (const double share : shares) {
      const double part = sum != 0 ? share * (1.0 / sum) : share;
      all[i].values.push_back(static_cast<std::int32_t>(0.5 + part * (1 << precision_bits)));
    }
  }
  return all;
}

// The sum of pixels `step` apart, from `pixels` on, by their weights.
std::uint8_t weighted(const std::uint8_t* pixels, std::size_t step, const Weights& weights) {
  std::int32_t sum = 1 << (precision_bits - 1);
  for (std::size_t k = 0; k < weights.values.size(); ++k) sum += pixels[k * step] * weights.values[k];
  return static_cast<std::uint8_t>(std::clamp(sum >> precision_bits, 0, 255));
}

// Grey values below which lie 2, 35, 50, 65 and 98 percent of the pixels.
std::array<int, 5> percentiles(const GrayImage& image) {
  const double percents[] = {2.0, 35.0, 50.0, 65.0, 98.0};
  std::array<long, 256> reached{};
  for (const std::uint8_t gray : image.pixels) ++reached[gray];
  for (int gray = 1; gray < 256; ++gray) reached[gray] += reached[gray - 1];
  std::array<int, 5> grays{};
  for (std::size_t i = 0; i < grays.size(); ++i) {
    const double rank = static_cast<double>(reached[255]) * percents[i] / 100;
    grays[i] = static_cast<int>(
        std::lower_bound(reached.begin(), reached.end(), rank,
                         [](long count, double wanted) { return static_cast<double>(count) < wanted; }) -
        reached.begin());
  }
  return grays;
}

GrayImage resize_columns(const GrayImage& image, int width, bool enlarge) {
  if (width == image.width) return image;
  const std::vector<Weights> columns = weights_of(image.width, width, enlarge);
  GrayImage result = make_image(width, image.height);
  for (int y = 0; y < image.height; ++y) {
    const std::uint8_t* const row = &image.pixels[static_cast<std::size_t>(y) * image.width];
    for (int x = 0; x < width; ++x) result.at(y, x) = weighted(row + columns[x].first, 1, columns[x]);
  }
  return result;
}

GrayImage resize_rows(const GrayImage& image, int height, bool enlarge) {
  if (height == image.height) return image;
  const std::vector<Weights> rows = weights_of(image.height, height, enlarge);
  GrayImage result = make_image(image.width, height);
  for (int y = 0; y < height; ++y) {
    const std::uint8_t* const row = &image.pixels[static_cast<std::size_t>(rows[y].first) * image.width];
    for (int x = 0; x < image.width; ++x) result.at(y, x) = weighted(row + x, image.width, rows[y]);
  }
  return result;
}

}  // namespace

std::vector<GrayImage> word_views(const GrayImage& image) {
  std::vector<GrayImage> views = {image};
  if (image.width > upright_aspect * image.height) return views;
  GrayImage left = make_image(image.height, image.width);
  GrayImage right = left;
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      left.at(image.width - 1 - x, y) = image.at(y, x);
      right.at(x, image.height - 1 - y) = image.at(y, x);
    }
  }
  views.push_back(left);
  views.push_back(right);
  return views;
}

GrayImage resize(const GrayImage& image, int width, int height, bool enlarge) {
  const int rows_less = image.height - height;
  // The order matters, since values between the two steps are rounded: it is that of Pillow 13.
  if (rows_less > 0 && rows_less > 2 * (image.width - width)) {
    return resize_columns(resize_rows(image, height, enlarge), width, enlarge);
  }
  return resize_rows(resize_columns(image, width, enlarge), height, enlarge);
}

GrayImage word_ink(const GrayImage& image, int height, int width) {
  if (width == 0) {
    const double aspect = static_cast<double>(image.width) / image.height;
    // Halves go to the even neighbour, as in Python.
    width = std::max(1, static_cast<int>(std::nearbyint(height * std::clamp(aspect, min_aspect, max_aspect))));
  }
  const bool enlarge = height >= image.height || width >= image.width;
  GrayImage ink = resize(image, width, height, enlarge);
  const auto [low, dark, middle, bright, high] = percentiles(ink);
  const bool light_ink = high - middle > middle - low;
  const int paper = light_ink ? dark : bright;
  const int full = light_ink ? high : low;
  const double contrast = std::max(static_cast<double>(std::abs(paper - full)), min_contrast_grays);
  const double slope = full > paper ? 255 / contrast : -255 / contrast;
  for (std::uint8_t& pixel : ink.pixels) {
    pixel = static_cast<std::uint8_t>(std::clamp(std::nearbyint(slope * (pixel - paper)), 0.0, 255.0));
  }
  return ink;
}

}  // namespace words
