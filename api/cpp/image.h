// Image files -> grey values, 0 = black and 255 = white.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace words {

struct GrayImage {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> pixels;  // row by row

  std::uint8_t& at(int row, int column) { return pixels[static_cast<std::size_t>(row) * width + column]; }
  std::uint8_t at(int row, int column) const {
    return pixels[static_cast<std::size_t>(row) * width + column];
  }
};

// An empty image of that size. Throws std::runtime_error unless 1-20,000 per side, at most 25,000,000 pixels.
GrayImage make_image(long width, long height);

// Reads PGM and PPM (P5, P6, 8 bits), and PNG where the program was built with libpng: grey, palette or RGB
// of 8 bits or less, without transparency. Colours become luma (ITU-R 601-2), rounded as in Pillow.
// Throws std::runtime_error for anything else.
GrayImage read_image(const std::string& path);

}  // namespace words
