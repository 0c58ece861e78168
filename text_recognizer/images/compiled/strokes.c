/* Where the ink of a line lies, and what it says of strokes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pixels.h"

enum { MAX_LEVEL = 1 << 24 }; /* rows between the edges of a line */

void count_ink(const float *ink, int64_t height, int64_t width, float least, int64_t *rows, uint8_t *columns) {
    memset(columns, 0, (size_t)width);
    for (int64_t y = 0; y < height; y++) {
        const float *row = ink + y * width;
        int32_t count = 0;
        for (int64_t x = 0; x < width; x++) {
            count += row[x] > least;
        }
        for (int64_t x = 0; x < width && count; x++) {
            columns[x] |= row[x] > least;
        }
        rows[y] = count;
    }
}

void reach_of_ink(const float *ink, int64_t height, int64_t width, float least, int32_t *tops, int32_t *bottoms) {
    for (int64_t x = 0; x < width; x++) {
        tops[x] = (int32_t)height;
        bottoms[x] = 0;
    }
    for (int64_t y = 0; y < height; y++) {
        const float *row = ink + y * width;
        int32_t here = (int32_t)y;
        for (int64_t x = 0; x < width; x++) {
            int32_t top = row[x] > least ? here : INT32_MAX, bottom = row[x] > least ? here + 1 : 0;
            tops[x] = top < tops[x] ? top : tops[x];
            bottoms[x] = bottom > bottoms[x] ? bottom : bottoms[x];
        }
    }
}

int64_t count_strokes(const float *ink, int64_t height, int64_t width, float least, int64_t *rows,
                      int64_t *area) {
    int64_t down = 0, count = 0;
    for (int64_t y = 0; y < height; y++) {
        const float *row = ink + y * width, *above = y ? row - width : NULL;
        int32_t along = width && row[0] > least, starts = 0, inked = 0;
        for (int64_t x = 1; x < width; x++) {
            along += (row[x] > least) & !(row[x - 1] > least);
        }
        for (int64_t x = 0; x < width; x++) {
            inked += row[x] > least;
        }
        for (int64_t x = 0; x < width && above != NULL; x++) {
            starts += (row[x] > least) & !(above[x] > least);
        }
        rows[y] = along;
        down += above == NULL ? inked : starts;
        count += inked;
    }
    *area = count;
    return down;
}

/* Returns the least value of `levels` (count,). */
static double least_of(const double *levels, int64_t count) {
    double least = levels[0];
    for (int64_t i = 1; i < count; i++) {
        least = levels[i] < least ? levels[i] : least;
    }
    return least;
}

int straight_edge(const double *x, const double *y, int64_t count, double step, int64_t steps, int64_t width,
                  double *slope, double *intercept) {
    int64_t best = 0, room = 0;
    int32_t *bins = NULL;
    double *levels = malloc((size_t)count * sizeof *levels);
    int failed = count < 1 || width < 1 ? MISFIT : levels == NULL ? NO_MEMORY : DONE;
    for (int64_t k = -steps; k <= steps && !failed; k++) {
        double candidate = step * (double)k, highest = 0;
        for (int64_t i = 0; i < count; i++) {
            levels[i] = y[i] - candidate * x[i];
        }
        double lowest = least_of(levels, count);
        for (int64_t i = 0; i < count; i++) {
            levels[i] -= lowest;
            highest = levels[i] > highest ? levels[i] : highest;
        }
        int64_t needed = highest < MAX_LEVEL ? (int64_t)highest + width : 0;
        if (needed > room) {
            free(bins);
            room = needed;
            bins = malloc((size_t)room * sizeof *bins);
        }
        if (!needed || bins == NULL) {
            failed = needed ? NO_MEMORY : MISFIT;
            break;
        }
        memset(bins, 0, (size_t)needed * sizeof *bins);
        for (int64_t i = 0; i < count; i++) {
            bins[levels[i] > 0 ? (int64_t)levels[i] : 0]++;
        }
        int64_t sum = 0;
        for (int64_t end = 0; end < needed; end++) { /* of the `width` bins up to this one */
            sum += bins[end] - (end >= width ? bins[end - width] : 0);
            if (sum > best) {
                best = sum;
                *slope = candidate;
                *intercept = lowest + (double)end - (double)(width - 1) / 2;
            }
        }
    }
    free(levels);
    free(bins);
    return failed;
}

/* Returns the change of ink at a place of a padded row or column: half of that between both neighbours. */
static float change(const float *ink, int64_t place, int64_t count, int64_t stride) {
    if (place == 0) {
        return ink[stride] - ink[0];
    }
    if (place == count - 1) {
        return ink[0] - ink[-stride];
    }
    return (ink[stride] - ink[-stride]) * 0.5f;
}

/* Returns how many of the limits (count,) the direction of a change reaches, whichever way it points. */
static int64_t direction(float down, float along, const float *sines, const float *cosines, int64_t count) {
    if (down < 0 || (down == 0 && along < 0)) {
        down = -down;
        along = -along;
    }
    int64_t reached = 0;
    for (int64_t i = 0; i < count; i++) {
        reached += down * cosines[i] >= along * sines[i];
    }
    return reached;
}

void edge_directions(const float *padded, int64_t height, int64_t width, float least, const float *sines,
                     const float *cosines, int64_t count, double *weights) {
    memset(weights, 0, (size_t)(count + 1) * sizeof *weights);
    for (int64_t y = 0; y < height; y++) {
        for (int64_t x = 0; x < width; x++) {
            const float *ink = padded + y * width + x;
            float down = change(ink, y, height, width), along = change(ink, x, width, 1);
            if (fabsf(down) + fabsf(along) > least) {
                weights[direction(down, along, sines, cosines, count)] += sqrtf(down * down + along * along);
            }
        }
    }
}

void run_lengths(const uint8_t *mask, int64_t lines, int64_t length, int64_t line_stride, int64_t stride,
                 const int64_t *limits, int64_t bins, int64_t *counts) {
    memset(counts, 0, (size_t)bins * sizeof *counts);
    for (int64_t line = 0; line < lines; line++) {
        int64_t run = 0;
        for (int64_t place = 0; place <= length; place++) {
            if (place < length && mask[line * line_stride + place * stride]) {
                run++;
            } else if (run) {
                int64_t bin = 0;
                while (bin + 1 < bins && run >= limits[bin + 1]) {
                    bin++;
                }
                counts[bin]++;
                run = 0;
            }
        }
    }
}
