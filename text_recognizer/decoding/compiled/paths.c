/* The paths of a text through the frames of a line: the best one (alignment.py), and all of them (greedy.py). */
#include "twin.h"

#include <math.h>
#include <stdlib.h>

int best_states(const double *scores, const uint8_t *may_skip, int64_t frames, int64_t states, int64_t *path) {
    double *best = malloc((size_t)states * sizeof(double));
    uint8_t *moves = calloc((size_t)(frames * states), 1); /* how many states a path came up by */
    if (best == NULL || moves == NULL) {
        free(best);
        free(moves);
        return -1;
    }
    for (int64_t state = 0; state < states; state++) {
        best[state] = state < 2 ? scores[state] : -INFINITY;
    }
    for (int64_t t = 1; t < frames; t++) {
        const double *frame = scores + t * states;
        uint8_t *moved = moves + t * states;
        for (int64_t state = states - 1; state >= 0; state--) { /* the states below still have their old scores */
            double reached = best[state];
            if (state >= 1 && best[state - 1] > reached) {
                reached = best[state - 1];
                moved[state] = 1;
            }
            if (state >= 2 && may_skip[state] && best[state - 2] > reached) {
                reached = best[state - 2];
                moved[state] = 2;
            }
            best[state] = reached + frame[state];
        }
    }
    int64_t state = states - 1 - (best[states - 2] > best[states - 1]);
    path[frames - 1] = state;
    for (int64_t t = frames - 1; t > 0; t--) {
        state -= moves[t * states + state];
        path[t - 1] = state;
    }
    free(best);
    free(moves);
    return 0;
}

double path_sum(const double *probabilities, const double *skips, int64_t frames, int64_t states,
                double *forward, int64_t *exponent) {
    *exponent = 0;
    for (int64_t state = 0; state < states; state++) {
        forward[state] = state < 2 ? probabilities[state] : 0.0;
    }
    for (int64_t t = 1; t < frames; t++) {
        const double *frame = probabilities + t * states;
        if (t % 4 == 0) { /* as in greedy.py */
            double most = 0.0;
            for (int64_t state = 0; state < states; state++) {
                most = forward[state] > most ? forward[state] : most;
            }
            if (most == 0.0) {
                return 0.0;
            }
            int scale;
            frexp(most, &scale);
            for (int64_t state = 0; state < states; state++) {
                forward[state] = ldexp(forward[state], -scale);
            }
            *exponent += scale;
            int64_t behind = states - 2 * (frames - t + 1);
            for (int64_t state = 0; state < behind; state++) {
                forward[state] = 0.0;
            }
        }
        for (int64_t state = states - 1; state >= 0; state--) { /* the states below still have their old sums */
            double reached = state >= 2 ? skips[state] * forward[state - 2] : 0.0;
            reached += state >= 1 ? forward[state - 1] : 0.0;
            reached += forward[state];
            forward[state] = reached * frame[state];
        }
    }
    return states > 1 ? forward[states - 2] + forward[states - 1] : forward[0];
}
