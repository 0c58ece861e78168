/* Runs of a mask and their components. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pixels.h"

int runs_fit(const Runs *runs) {
    for (int64_t i = 0; i < runs->count; i++) {
        if (runs->rows[i] < 0 || runs->rows[i] >= runs->height || runs->starts[i] < 0 ||
            runs->starts[i] > runs->ends[i] || runs->ends[i] > runs->width) {
            return 0;
        }
    }
    return 1;
}

/* Returns the first column from x on whose pixel is set, or is not: eight at a time where all are alike. */
static int64_t skip(const uint8_t *row, int64_t x, int64_t width, int set) {
    const uint64_t alike = set ? UINT64_C(0x0101010101010101) : 0;
    for (uint64_t eight; x + 8 <= width; x += 8) {
        memcpy(&eight, row + x, 8);
        if (eight != alike) {
            break;
        }
    }
    while (x < width && (row[x] != 0) == set) {
        x++;
    }
    return x;
}

int64_t find_runs(const uint8_t *mask, int64_t height, int64_t width, int64_t room, int64_t *rows,
                  int64_t *starts, int64_t *ends) {
    int64_t count = 0;
    for (int64_t y = 0; y < height; y++) {
        const uint8_t *row = mask + y * width;
        for (int64_t x = skip(row, 0, width, 0); x < width; x = skip(row, x, width, 0)) {
            int64_t start = x;
            x = skip(row, x, width, 1);
            if (count < room) {
                rows[count] = y;
                starts[count] = start;
                ends[count] = x;
            }
            count++;
        }
    }
    return count;
}

static int64_t root(int64_t *parents, int64_t node) {
    while (parents[node] != node) {
        parents[node] = parents[parents[node]];
        node = parents[node];
    }
    return node;
}

static void join(int64_t *parents, int64_t one, int64_t other) {
    one = root(parents, one);
    other = root(parents, other);
    if (one < other) { /* the root of a tree is its first run */
        parents[other] = one;
    } else {
        parents[one] = other;
    }
}

int64_t label_runs(const Runs *runs, int64_t *labels) {
    const int64_t *rows = runs->rows, *starts = runs->starts, *ends = runs->ends;
    int64_t above = 0, above_end = 0, row_begin = 0; /* runs of the row above that may touch, and of this row */
    for (int64_t i = 0; i < runs->count; i++) {
        if (i > 0 && rows[i] != rows[i - 1]) {
            above = rows[i] == rows[i - 1] + 1 ? row_begin : i;
            above_end = row_begin = i;
        }
        labels[i] = i;
        while (above < above_end && ends[above] < starts[i]) {
            above++;
        }
        for (int64_t k = above; k < above_end && starts[k] <= ends[i]; k++) {
            join(labels, k, i);
        }
    }
    int64_t count = 0;
    for (int64_t i = 0; i < runs->count; i++) { /* parents come first and have their number already */
        labels[i] = labels[i] == i ? count++ : labels[labels[i]];
    }
    return count;
}

static int labels_fit(const int64_t *labels, int64_t count, int64_t components) {
    for (int64_t i = 0; i < count; i++) {
        if (labels[i] < 0 || labels[i] >= components) {
            return 0;
        }
    }
    return 1;
}

int component_boxes(const Runs *runs, const int64_t *labels, int64_t components, int64_t *boxes) {
    if (!labels_fit(labels, runs->count, components)) {
        return MISFIT;
    }
    for (int64_t i = 0; i < components; i++) {
        boxes[4 * i] = boxes[4 * i + 1] = INT64_MAX;
        boxes[4 * i + 2] = boxes[4 * i + 3] = 0;
    }
    for (int64_t i = 0; i < runs->count; i++) {
        int64_t *box = boxes + 4 * labels[i];
        box[0] = runs->starts[i] < box[0] ? runs->starts[i] : box[0];
        box[1] = runs->rows[i] < box[1] ? runs->rows[i] : box[1];
        box[2] = runs->ends[i] > box[2] ? runs->ends[i] : box[2];
        box[3] = runs->rows[i] + 1 > box[3] ? runs->rows[i] + 1 : box[3];
    }
    return DONE;
}

int component_maxima(const Runs *runs, const int64_t *labels, const float *values, int64_t components,
                     float *maxima) {
    if (!labels_fit(labels, runs->count, components)) {
        return MISFIT;
    }
    for (int64_t i = 0; i < components; i++) {
        maxima[i] = -INFINITY;
    }
    for (int64_t i = 0; i < runs->count; i++) {
        const float *row = values + runs->rows[i] * runs->width;
        float *maximum = maxima + labels[i];
        for (int64_t x = runs->starts[i]; x < runs->ends[i]; x++) {
            *maximum = row[x] > *maximum ? row[x] : *maximum;
        }
    }
    return DONE;
}

void paint_runs(const Runs *runs, const int64_t *values, int32_t *painted) {
    memset(painted, 0xff, (size_t)(runs->height * runs->width) * sizeof *painted); /* -1 everywhere */
    for (int64_t i = 0; i < runs->count; i++) {
        int32_t *row = painted + runs->rows[i] * runs->width;
        for (int64_t x = runs->starts[i]; x < runs->ends[i]; x++) {
            row[x] = (int32_t)values[i];
        }
    }
}

void erase_runs(const Runs *runs, const uint8_t *flags, float *values) {
    for (int64_t i = 0; i < runs->count; i++) {
        if (flags[i]) {
            float *row = values + runs->rows[i] * runs->width;
            memset(row + runs->starts[i], 0, (size_t)(runs->ends[i] - runs->starts[i]) * sizeof *row);
        }
    }
}

/* Tells whether a run of the map begins at column x of a row; `above` is the row before, NULL for none. */
static int begins(const int32_t *row, const int32_t *above, int64_t x) {
    return row[x] >= 0 && (!above || above[x] != row[x]);
}

/* Writes, for each column, how many runs of the map the columns before it have; returns how many all have. */
static int64_t count_before(const int32_t *map, int64_t height, int64_t width, int64_t *before) {
    memset(before, 0, (size_t)width * sizeof(int64_t));
    for (int64_t y = 0; y < height; y++) {
        const int32_t *row = map + y * width, *above = y ? row - width : NULL;
        for (int64_t x = 0; x < width; x++) {
            before[x] += begins(row, above, x);
        }
    }
    int64_t sum = 0;
    for (int64_t x = 0; x < width; x++) {
        int64_t count = before[x];
        before[x] = sum;
        sum += count;
    }
    return sum;
}

int64_t column_runs(const int32_t *map, int64_t height, int64_t width, int64_t room, int64_t *columns,
                    int64_t *tops, int64_t *bottoms, int64_t *values) {
    int64_t *next = malloc((size_t)(width + 1) * sizeof(int64_t));
    if (!next) {
        return NO_MEMORY;
    }
    int64_t count = count_before(map, height, width, next);
    for (int64_t y = 0; y < height && count <= room; y++) {
        const int32_t *row = map + y * width, *above = y ? row - width : NULL;
        for (int64_t x = 0; x < width; x++) {
            if (row[x] < 0) {
                continue;
            }
            if (begins(row, above, x)) {
                columns[next[x]] = x;
                tops[next[x]] = y;
                values[next[x]] = row[x];
                next[x]++;
            }
            bottoms[next[x] - 1] = y + 1;
        }
    }
    free(next);
    return count;
}
