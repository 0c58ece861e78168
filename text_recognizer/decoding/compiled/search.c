/* The prefix beam search of beam_search.py, whose class _Search is the description of this file.
 *
 * What is added to or multiplied with what, in double or in single precision, is the same there and here, so
 * that all scores are equal to the last bit. What is left out here is only work whose result cannot matter:
 * a prefix that would be dropped even if the language model were certain of it is not looked up, and what was
 * looked up for a prefix is kept as long as the prefix.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "search.h"

static const uint64_t HASH_FACTOR = 0x1E3779B97F4A7C15u; /* as in lexicon.py */

void search_free(Search *search) {
    if (search == NULL) {
        return;
    }
    free(search->prefixes);
    free(search->others);
    free(search->rows);
    free(search->taken);
    free(search->heap);
    free(search->ends);
    free(search->candidates);
    free(search->parents);
    free(search->labels);
    free(search->best);
    free(search);
}

static void forget(float *sums, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        sums[i] = NAN;
    }
}

Search *search_new(const Line *line) {
    Search *search = calloc(1, sizeof *search);
    if (search == NULL) {
        return NULL;
    }
    size_t width = (size_t)line->width, classes = (size_t)line->classes;
    size_t cells = (1 + (size_t)line->most_labels) * width;
    search->line = line;
    search->room = 1024;
    search->prefixes = calloc(width, sizeof(Prefix));
    search->others = calloc(width, sizeof(Prefix));
    search->rows = calloc(width * (classes + 1), sizeof(float));
    search->taken = calloc(width, 1);
    search->heap = calloc(width, sizeof(double));
    search->ends = calloc(cells, sizeof(double));
    search->candidates = calloc(cells, sizeof(Candidate));
    search->parents = calloc((size_t)search->room, sizeof(int64_t));
    search->labels = calloc((size_t)search->room, sizeof(int32_t));
    if (!search->prefixes || !search->others || !search->rows || !search->taken || !search->heap ||
        !search->ends || !search->candidates || !search->parents || !search->labels) {
        search_free(search);
        return NULL;
    }
    search->count = search->size = 1;
    Prefix *empty = search->prefixes;
    empty->blank = 1.0;
    empty->own = 1;
    empty->state = line->start;
    empty->context = line->first_context;
    empty->letters = -1;
    empty->sums = search->rows;
    forget(empty->sums, line->classes + 1);
    return search;
}

static int make_room(Search *search) {
    if (search->size + search->line->width <= search->room) {
        return 0;
    }
    int64_t room = 2 * search->room + search->line->width;
    int64_t *parents = realloc(search->parents, (size_t)room * sizeof(int64_t));
    if (parents == NULL) {
        return -1;
    }
    search->parents = parents;
    int32_t *labels = realloc(search->labels, (size_t)room * sizeof(int32_t));
    if (labels == NULL) {
        return -1;
    }
    search->labels = labels;
    search->room = room;
    return 0;
}

/* Makes of `prefix` the one that is extended by a label. */
static void grow(Search *search, Prefix *prefix, int64_t label) {
    const Line *line = search->line;
    search->parents[search->size] = prefix->node;
    search->labels[search->size] = (int32_t)label;
    prefix->node = search->size++;
    prefix->last = label;
    prefix->letters = -1;
    prefix->shorter = prefix->own;
    prefix->own = (prefix->own + (uint64_t)label) * HASH_FACTOR;
    if (line->nodes != NULL) {
        prefix->state = prefix->state >> SYMBOL_BITS | line->symbols[label] << NEWEST_SHIFT;
        prefix->context = line->next[label * line->contexts + prefix->context];
    }
    if (line->codes != NULL) {
        int64_t code = line->codes[label];
        prefix->word = code > 0 ? (int64_t)(((uint64_t)prefix->word + (uint64_t)code) * HASH_FACTOR) : 0;
    }
}

/* Gives a prefix the sums of its state: those of another one of `count` kept ones, or a row that is free. */
static void find_row(Search *search, Prefix *prefix, int64_t count, int64_t *row) {
    int64_t size = search->line->classes + 1;
    for (int64_t i = 0; i < count; i++) {
        if (search->others[i].state == prefix->state) {
            prefix->sums = search->others[i].sums;
            return;
        }
    }
    while (search->taken[*row]) {
        ++*row;
    }
    search->taken[*row] = 1;
    prefix->sums = search->rows + *row * size;
    forget(prefix->sums, size);
}

/* Keeps the best candidates as prefixes. */
static int keep(Search *search, const double *frame, double scale, const int64_t *labels) {
    int64_t n = search->count, kept = search->found, row = 0;
    if (make_room(search) < 0) {
        return -1;
    }
    memset(search->taken, 0, (size_t)search->line->width);
    for (int64_t i = 0; i < kept && search->candidates[i].index < n; i++) {
        float *sums = search->prefixes[search->candidates[i].index].sums;
        search->taken[(sums - search->rows) / (search->line->classes + 1)] = 1;
    }
    for (int64_t i = 0; i < kept; i++) {
        Candidate *candidate = search->candidates + i;
        Prefix *prefix = search->others + i;
        *prefix = search->prefixes[candidate->index % n];
        double total = prefix->blank + prefix->label;
        prefix->blank = candidate->index < n ? total * (frame[BLANK] / scale) : 0.0;
        prefix->label = candidate->label;
        prefix->fused = candidate->fused;
        if (candidate->index >= n) {
            grow(search, prefix, labels[candidate->index / n - 1]);
            find_row(search, prefix, i, &row);
        }
    }
    Prefix *before = search->prefixes;
    search->prefixes = search->others;
    search->others = before;
    search->count = kept;
    return 0;
}

static int step(Search *search, const double *frame, const int64_t *labels, int64_t k) {
    double scale = 0.0; /* long lines would underflow */
    for (int64_t i = 0; i < search->count; i++) {
        double total = search->prefixes[i].blank + search->prefixes[i].label;
        scale = total > scale ? total : scale;
    }
    if (k > 0) {
        find_candidates(search, frame, scale, labels, k);
        return keep(search, frame, scale, labels);
    }
    for (int64_t i = 0; i < search->count; i++) {
        Prefix *prefix = search->prefixes + i;
        double total = prefix->blank + prefix->label;
        prefix->blank = total * (frame[BLANK] / scale);
        prefix->label = prefix->label * (frame[prefix->last] / scale);
    }
    return 0;
}

int search_to(Search *search, int64_t end) {
    const Line *line = search->line;
    for (; search->frame < end; search->frame++) {
        int64_t first = search->frame ? line->ends[search->frame - 1] : 0;
        const double *frame = line->probabilities + search->frame * line->classes;
        if (step(search, frame, line->labels + first, line->ends[search->frame] - first) < 0) {
            return -1;
        }
    }
    return 0;
}

int64_t search_best(Search *search) {
    const Line *line = search->line;
    double best = -INFINITY;
    int64_t node = search->prefixes[0].node, count = 0;
    for (int64_t i = 0; i < search->count; i++) {
        Prefix *prefix = search->prefixes + i;
        double score = log(prefix->blank + prefix->label) + prefix->fused;
        if (line->nodes != NULL) {
            score += added_score(line, prefix, END);
        }
        if (line->codes != NULL) {
            score += line->word_bonus * (double)word_letters(line, prefix);
        }
        if (score > best) {
            best = score;
            node = prefix->node;
        }
    }
    for (int64_t each = node; each; each = search->parents[each]) {
        count++;
    }
    search->best = calloc((size_t)count + 1, sizeof(int64_t));
    if (search->best == NULL) {
        return -1;
    }
    count = 0;
    for (; node; node = search->parents[node]) {
        search->best[count++] = search->labels[node];
    }
    return count;
}

int64_t search_label(const Search *search, int64_t index) {
    return search->best[index];
}
