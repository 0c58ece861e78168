// A word image -> the input of the network: what text_recognizer/preprocessing/words.py does, value by value.
#pragma once

#include <vector>

#include "image.h"

namespace words {

// What may be the word: the image itself, and of a narrow one also its turns to both sides.
std::vector<GrayImage> word_views(const GrayImage& image);

// The image scaled to `height` rows, and to `width` columns or, for 0, those of its aspect ratio, 2-32.
// Paper becomes 0 and ink 255; the ink may be darker or brighter than the paper.
GrayImage word_ink(const GrayImage& image, int height, int width);

// Scales as Pillow 13 does: with averages of pixels (BOX) below the given size, linearly (BILINEAR) above.
GrayImage resize(const GrayImage& image, int width, int height, bool enlarge);

}  // namespace words
