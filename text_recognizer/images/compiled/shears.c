/* Points counted in rows or columns, for many shears or turns of them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pixels.h"

enum { MAX_BINS = 1 << 24 };

/* Returns zeroed bins for places below `end`, and their number; NULL without memory or for too many. */
static int32_t *bins_below(float end, int64_t *count, int *failed) {
    int fits = end > 0 && end < MAX_BINS;
    *count = fits ? (int64_t)end + 1 : 0;
    int32_t *bins = fits ? malloc((size_t)*count * sizeof *bins) : NULL;
    *failed = !fits ? MISFIT : bins == NULL ? NO_MEMORY : DONE;
    return bins;
}

int gather(const float *position, const float *along, int64_t points, const float *shears, int64_t count,
           float reach, int64_t *gathered) {
    float greatest = 0;
    for (int64_t i = 0; i < points; i++) {
        greatest = position[i] > greatest ? position[i] : greatest;
    }
    int64_t room;
    int failed;
    int32_t *bins = bins_below(greatest + 2 * reach + 2, &room, &failed);
    for (int64_t s = 0; s < count && !failed; s++) {
        memset(bins, 0, (size_t)room * sizeof *bins);
        for (int64_t i = 0; i < points; i++) {
            float place = (position[i] + reach) - shears[s] * along[i];
            if (!(place > -1 && place < (float)room)) {
                failed = MISFIT;
                break;
            }
            bins[(int32_t)place]++;
        }
        gathered[s] = 0;
        for (int64_t bin = 0; bin < room; bin++) {
            gathered[s] += (int64_t)bins[bin] * bins[bin];
        }
    }
    free(bins);
    return failed;
}

int sharpen(const float *across, const float *along, int64_t points, const float *sines, const float *cosines,
            int64_t count, float reach, double *sharpness) {
    int64_t room;
    int failed;
    int32_t *bins = bins_below(2 * reach + 2, &room, &failed);
    for (int64_t a = 0; a < count && !failed; a++) {
        memset(bins, 0, (size_t)room * sizeof *bins);
        int32_t last = 0; /* steps behind it do not count */
        for (int64_t i = 0; i < points; i++) {
            float place = (across[i] * cosines[a] - along[i] * sines[a]) + reach;
            if (!(place > -1 && place < (float)room)) {
                failed = MISFIT;
                break;
            }
            int32_t bin = (int32_t)place;
            bins[bin]++;
            last = bin > last ? bin : last;
        }
        int64_t sum = 0;
        for (int32_t bin = 1; bin <= last; bin++) {
            int64_t step = (int64_t)bins[bin] - bins[bin - 1];
            sum += step * step;
        }
        sharpness[a] = (double)sum;
    }
    free(bins);
    return failed;
}

int shift_rows(const float *ink, int64_t height, int64_t width, double slant, int64_t room, float *shifted) {
    const int64_t whole = width + 2 * room;
    for (int64_t y = 0; y < height; y++) {
        double by = (double)room + slant * ((double)height / 2 - (double)y - 0.5), begin = ceil(by - 0.5);
        if (!(begin >= 0 && begin <= (double)(2 * room))) {
            return MISFIT;
        }
        double left = floor(begin - by); /* column of `ink` left of the first one, -1 or 0 */
        float right_share = (float)(begin - by - left), left_share = 1 - right_share;
        const float *row = ink + y * width;
        float *values = shifted + y * whole;
        int64_t first = (int64_t)begin, last = width - 1;
        memset(values, 0, (size_t)whole * sizeof *values);
        values += first;
        int64_t x = 0, behind = left < 0 ? 0 : 1; /* places between columns x - 1 and x, or x and x + 1 */
        if (!behind) { /* the outermost pixels go on beyond the border */
            values[x++] = row[0] * left_share + right_share * row[0];
        }
        for (; x + behind <= last; x++) {
            values[x] = row[x + behind - 1] * left_share + right_share * row[x + behind];
        }
        for (; x < width; x++) {
            values[x] = row[x + behind - 1] * left_share + right_share * row[last];
        }
    }
    return DONE;
}
