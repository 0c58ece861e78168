#include "image.h"

#include <cctype>
#include <cstdio>
#include <cstring>
#include <memory>
#include <stdexcept>

#ifdef WORDS_WITH_PNG
#include <png.h>
#endif

namespace words {
namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

constexpr long max_side = 20000;
constexpr long max_pixels = 25000000;

// ITU-R 601-2 in 16 bits: 0.299, 0.587 and 0.114.
std::uint8_t luma(const std::uint8_t* rgb) {
  return static_cast<std::uint8_t>((19595u * rgb[0] + 38470u * rgb[1] + 7471u * rgb[2] + 0x8000u) >> 16);
}

// A number of the head of a PGM or PPM; what stands behind # is a comment.
long read_number(std::FILE* file) {
  int next = std::fgetc(file);
  while (std::isspace(next) || next == '#') {
    if (next == '#') {
      while (next != '\n' && next != EOF) next = std::fgetc(file);
    } else {
      next = std::fgetc(file);
    }
  }
  long number = -1;
  for (; std::isdigit(next) && number < 1000000; next = std::fgetc(file)) {
    number = (number < 0 ? 0 : number) * 10 + (next - '0');
  }
  if (number < 0 || !std::isspace(next)) throw std::runtime_error("its head is damaged");
  return number;
}

GrayImage read_netpbm(std::FILE* file, int channels) {
  std::fseek(file, 2, SEEK_SET);
  const long width = read_number(file);
  const long height = read_number(file);
  if (read_number(file) != 255) throw std::runtime_error("expected values of 0-255");
  GrayImage image = make_image(width, height);
  std::vector<std::uint8_t> row(static_cast<std::size_t>(width) * channels);
  for (int y = 0; y < image.height; ++y) {
    if (std::fread(row.data(), 1, row.size(), file) != row.size()) throw std::runtime_error("it ends early");
    for (int x = 0; x < image.width; ++x) {
      image.at(y, x) = channels == 1 ? row[x] : luma(&row[static_cast<std::size_t>(x) * 3]);
    }
  }
  return image;
}

#ifdef WORDS_WITH_PNG

[[noreturn]] void fail(png_structp, png_const_charp message) { throw std::runtime_error(message); }

void ignore(png_structp, png_const_charp) {}

struct PngReader {
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, fail, ignore);
  png_infop info = png_create_info_struct(png);

  ~PngReader() { png_destroy_read_struct(&png, &info, nullptr); }
};

GrayImage read_png(std::FILE* file) {
  PngReader reader;
  std::rewind(file);
  png_init_io(reader.png, file);
  png_read_info(reader.png, reader.info);
  GrayImage image = make_image(png_get_image_width(reader.png, reader.info),
                               png_get_image_height(reader.png, reader.info));
  const bool clear = (png_get_color_type(reader.png, reader.info) & PNG_COLOR_MASK_ALPHA) != 0 ||
                     png_get_valid(reader.png, reader.info, PNG_INFO_tRNS) != 0;
  if (clear || png_get_bit_depth(reader.png, reader.info) > 8) {
    throw std::runtime_error("expected a PNG without transparency and of 8 bits; convert it");
  }
  png_set_expand(reader.png);  // palettes to RGB, 1-4 bits to 8
  png_set_interlace_handling(reader.png);
  png_read_update_info(reader.png, reader.info);
  const std::size_t row_bytes = png_get_rowbytes(reader.png, reader.info);
  const int channels = png_get_channels(reader.png, reader.info);
  std::vector<std::uint8_t> pixels(row_bytes * image.height);
  std::vector<png_bytep> rows(image.height);
  for (int y = 0; y < image.height; ++y) rows[y] = &pixels[y * row_bytes];
  png_read_image(reader.png, rows.data());
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      image.at(y, x) = channels == 1 ? rows[y][x] : luma(rows[y] + static_cast<std::size_t>(x) * channels);
    }
  }
  return image;
}

#endif

}  // namespace

GrayImage make_image(long width, long height) {
  if (width < 1 || height < 1 || width > max_side || height > max_side || width * height > max_pixels) {
    throw std::runtime_error("expected 1-20,000 pixels per side, 25,000,000 in all");
  }
  GrayImage image;
  image.width = static_cast<int>(width);
  image.height = static_cast<int>(height);
  image.pixels.resize(static_cast<std::size_t>(width) * height);
  return image;
}

GrayImage read_image(const std::string& path) {
  const File file(std::fopen(path.c_str(), "rb"), std::fclose);
  char magic[2] = {0, 0};
  if (!file || std::fread(magic, 1, 2, file.get()) != 2) throw std::runtime_error("it cannot be read");
  if (std::memcmp(magic, "P5", 2) == 0) return read_netpbm(file.get(), 1);
  if (std::memcmp(magic, "P6", 2) == 0) return read_netpbm(file.get(), 3);
#ifdef WORDS_WITH_PNG
  if (std::memcmp(magic, "\x89P", 2) == 0) return read_png(file.get());
  throw std::runtime_error("expected PGM, PPM or PNG");
#else
  throw std::runtime_error("expected PGM or PPM; this program was built without libpng");
#endif
}

}  // namespace words
