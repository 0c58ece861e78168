/* Every pixel of a page or of a line, once. */
#include <math.h>
#include <string.h>

#include "pixels.h"

int darken(const uint8_t *image, int64_t height, int64_t width, const float *paper, int64_t rows,
           const int64_t *upper, const float *share, float least, float *darkness) {
    for (int64_t y = 0; y < height; y++) {
        if (upper[y] < 0 || upper[y] >= rows) {
            return MISFIT;
        }
        const float *above = paper + upper[y] * width;
        const float *below = upper[y] + 1 < rows ? above + width : above;
        const uint8_t *greys = image + y * width;
        float *row = darkness + y * width, lower = share[y];
        for (int64_t x = 0; x < width; x++) {
            float grey = lower * (below[x] - above[x]) + above[x];
            row[x] = (grey - (float)greys[x]) / (grey > least ? grey : least);
        }
    }
    return DONE;
}

void stretch(float *values, int64_t count, float floor, float range) {
    for (int64_t i = 0; i < count; i++) {
        float value = (values[i] - floor) / range;
        value = value > 0 ? value : 0;
        values[i] = value < 1 ? value : 1;
    }
}

/* Returns a row of the page, or its border beyond it. */
static const float *row_of(const float *ink, int64_t height, int64_t width, int64_t y) {
    return ink + (y < 0 ? 0 : y >= height ? height - 1 : y) * width;
}

int sample_rows(const float *ink, int64_t height, int64_t width, const double *middles, int64_t columns,
                int64_t left, int64_t first, int64_t rows, float *sampled) {
    if (height < 1 || left < 0 || left + columns > width) {
        return MISFIT;
    }
    int64_t end;
    for (int64_t begin = 0; begin < columns; begin = end) { /* columns that take the same rows */
        double floored = floor(middles[begin]);
        if (!(fabs(floored) < 1e15)) {
            return MISFIT;
        }
        for (end = begin + 1; end < columns && floor(middles[end]) == floored; end++) {
        }
        for (int64_t y = 0; y < rows; y++) {
            int64_t row = (int64_t)floored + first + y;
            const float *above = row_of(ink, height, width, row) + left;
            const float *below = row_of(ink, height, width, row + 1) + left;
            float *values = sampled + y * columns;
            if (row < -1 || row > height - 1) { /* out of the page */
                memset(values + begin, 0, (size_t)(end - begin) * sizeof *values);
                continue;
            }
            for (int64_t x = begin; x < end; x++) {
                float share = (float)(middles[x] - floored);
                values[x] = above[x] * (1 - share) + below[x] * share;
            }
            for (int64_t x = begin; x < end && (row < 0 || row == height - 1); x++) {
                double exact = (double)(first + y) + middles[x];
                values[x] = exact < 0 || exact > (double)(height - 1) ? 0 : values[x];
            }
        }
    }
    return DONE;
}
