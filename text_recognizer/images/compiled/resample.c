/* Ink scaled as by Pillow, see resizing.py: columns first, then rows; sums in double precision. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pixels.h"

/* Which pixels of a side make each of those of another one, and their shares. */
typedef struct {
    int64_t most;           /* at least as many as make any pixel */
    int64_t *first, *count; /* (to,) */
    double *shares;         /* (to, most) */
} Filter;

static void release(Filter *filter) {
    free(filter->first);
    free(filter->shares);
}

/* The height of the filter at a distance from its middle: a box, or a triangle. */
static double height_at(double distance, int box) {
    if (box) {
        return distance > -0.5 && distance <= 0.5 ? 1.0 : 0.0;
    }
    distance = fabs(distance);
    return distance < 1.0 ? 1.0 - distance : 0.0;
}

/* Makes the filter that scales `from` pixels to `to`; when they are reduced, it is as much wider. */
static int make(Filter *filter, int64_t from, int64_t to, int box) {
    double scale = (double)from / (double)to, widened = scale < 1.0 ? 1.0 : scale;
    double reach = (box ? 0.5 : 1.0) * widened;
    filter->most = (int64_t)ceil(reach) * 2 + 1;
    filter->first = malloc(2 * (size_t)to * sizeof(int64_t));
    filter->shares = malloc((size_t)to * (size_t)filter->most * sizeof(double));
    if (!filter->first || !filter->shares) {
        return NO_MEMORY;
    }
    filter->count = filter->first + to;
    for (int64_t i = 0; i < to; i++) {
        double middle = ((double)i + 0.5) * scale, sum = 0.0, *shares = filter->shares + i * filter->most;
        int64_t first = (int64_t)(middle - reach + 0.5), end = (int64_t)(middle + reach + 0.5);
        first = first < 0 ? 0 : first;
        end = end > from ? from : end;
        for (int64_t j = first; j < end; j++) {
            shares[j - first] = height_at(((double)j - middle + 0.5) * (1.0 / widened), box);
            sum += shares[j - first];
        }
        for (int64_t j = 0; j < end - first && sum != 0.0; j++) {
            shares[j] /= sum;
        }
        filter->first[i] = first;
        filter->count[i] = end - first;
    }
    return DONE;
}

static void scale_columns(const float *ink, int64_t height, int64_t width, const Filter *filter, int64_t to,
                          float *scaled) {
    for (int64_t y = 0; y < height; y++, ink += width, scaled += to) {
        for (int64_t x = 0; x < to; x++) {
            const float *part = ink + filter->first[x];
            const double *shares = filter->shares + x * filter->most;
            double sum = 0.0;
            for (int64_t i = 0; i < filter->count[x]; i++) {
                sum += part[i] * shares[i];
            }
            scaled[x] = (float)sum;
        }
    }
}

static void scale_rows(const float *ink, int64_t width, const Filter *filter, int64_t to, double *sums,
                       float *scaled) {
    for (int64_t y = 0; y < to; y++, scaled += width) {
        memset(sums, 0, (size_t)width * sizeof(double));
        for (int64_t i = 0; i < filter->count[y]; i++) {
            const float *row = ink + (filter->first[y] + i) * width;
            double share = filter->shares[y * filter->most + i];
            for (int64_t x = 0; x < width; x++) {
                sums[x] += row[x] * share;
            }
        }
        for (int64_t x = 0; x < width; x++) {
            scaled[x] = (float)sums[x];
        }
    }
}

int resample(const float *ink, int64_t height, int64_t width, int box, int64_t to_height, int64_t to_width,
             float *scaled) {
    Filter columns = {0}, rows = {0};
    float *narrow = malloc((size_t)height * (size_t)to_width * sizeof(float));
    double *sums = malloc((size_t)to_width * sizeof(double));
    int failed = narrow && sums ? DONE : NO_MEMORY;
    failed = failed ? failed : make(&columns, width, to_width, box);
    failed = failed ? failed : make(&rows, height, to_height, box);
    if (!failed) {
        const float *source = ink;
        if (to_width != width) {
            scale_columns(ink, height, width, &columns, to_width, narrow);
            source = narrow;
        }
        if (to_height != height) {
            scale_rows(source, to_width, &rows, to_height, sums, scaled);
        } else {
            memcpy(scaled, source, (size_t)height * (size_t)to_width * sizeof(float));
        }
    }
    release(&columns);
    release(&rows);
    free(narrow);
    free(sums);
    return failed;
}
