/* Points counted in rows or columns, for many shears or turns of them. */
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
