/* To which line of a page the runs of ink in a crop belong. */
#include <stdlib.h>

#include "pixels.h"

/* Returns the index of a pixel of a map with `count` pixels along one side; places beyond it are at its end. */
static int64_t pixel(double place, int64_t count) {
    double last = (double)(count - 1);
    return place > 0 ? (int64_t)(place < last ? place : last) : 0;
}

int run_owners(const Runs *runs, const double *offsets, const double *middles, const LineMap *map,
               int64_t *owners, double *rows, int64_t *columns) {
    if (map->height < 1 || map->width < 1) {
        return MISFIT;
    }
    for (int64_t i = 0; i < runs->count; i++) {
        int64_t within = (runs->starts[i] + runs->ends[i]) / 2;
        if (within >= runs->width) {
            return MISFIT;
        }
        double offset = offsets[runs->rows[i]];
        rows[i] = offset + middles[within];
        columns[i] = map->left + within;
        int64_t place = pixel(rows[i] * map->scale, map->height) * map->width +
                        pixel((double)columns[i] * map->scale, map->width);
        int beside = columns[i] < map->begin || columns[i] >= map->end;
        int own = beside && offset >= -map->above && offset <= map->below && map->labels[place] == 0;
        owners[i] = own ? map->index : map->owners[place];
    }
    return DONE;
}

/* What the runs of a component say: pixels of the line and of others, near to their middles or not. */
typedef struct {
    int64_t owned, others;
    int touches, touches_others;
} Votes;

int own_runs(const Runs *runs, const int64_t *labels, int64_t components, const int64_t *owners,
             const uint8_t *near, int64_t index, uint8_t *own) {
    Votes *votes = calloc((size_t)components + 1, sizeof *votes);
    int failed = votes == NULL ? NO_MEMORY : DONE;
    for (int64_t i = 0; i < runs->count && !failed; i++) {
        if (labels[i] < 0 || labels[i] >= components) {
            failed = MISFIT;
            break;
        }
        Votes *vote = votes + labels[i];
        int64_t length = runs->ends[i] - runs->starts[i];
        if (owners[i] == index) {
            vote->owned += length;
            vote->touches |= near[i] && length;
        } else if (owners[i] >= 0) {
            vote->others += length;
            vote->touches_others |= near[i] && length;
        }
    }
    for (int64_t i = 0; i < runs->count && !failed; i++) {
        const Votes *vote = votes + labels[i];
        if (vote->touches && vote->touches_others) {
            own[i] = owners[i] == index;
        } else {
            own[i] = vote->touches || (!vote->touches_others && vote->owned > vote->others);
        }
    }
    free(votes);
    return failed;
}
