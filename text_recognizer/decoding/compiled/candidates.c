/* The prefixes that may be kept for the next frame. */
#include <math.h>
#include <stdlib.h>

#include "search.h"

static const double SLACK = 1e-3; /* natural logarithms are rounded; a bound must not be too low by that */

static int by_score(const void *one, const void *other) {
    const Candidate *a = one, *b = other;
    if (a->score != b->score) {
        return a->score > b->score ? -1 : 1;
    }
    return a->index < b->index ? -1 : 1;
}

static int by_index(const void *one, const void *other) {
    const Candidate *a = one, *b = other;
    return a->index < b->index ? -1 : 1;
}

/* Writes the probabilities of all paths that end in a label, and adds what grows into a prefix that is kept
 * already to that prefix. */
static void extend(Search *search, const double *frame, double scale, const int64_t *labels, int64_t k) {
    int64_t n = search->count;
    Prefix *prefixes = search->prefixes;
    for (int64_t i = 0; i < n; i++) {
        search->ends[i] = prefixes[i].label * (frame[prefixes[i].last] / scale);
    }
    for (int64_t j = 0; j < k; j++) {
        double probability = frame[labels[j]] / scale, *ends = search->ends + (1 + j) * n;
        for (int64_t i = 0; i < n; i++) {
            int again = prefixes[i].last == labels[j]; /* it counts again only behind a blank */
            ends[i] = (again ? prefixes[i].blank : prefixes[i].blank + prefixes[i].label) * probability;
        }
    }
    for (int64_t j = 0; j < k; j++) {
        for (int64_t i = 0; i < n; i++) {
            if (prefixes[i].last != labels[j]) {
                continue;
            }
            for (int64_t parent = 0; parent < n; parent++) {
                if (prefixes[parent].own == prefixes[i].shorter) {
                    search->ends[i] += search->ends[(1 + j) * n + parent];
                    search->ends[(1 + j) * n + parent] = 0.0;
                }
            }
        }
    }
}

/* Adds a score to the heap of the best `width` ones, whose root is the least of them. */
static void note(Search *search, double score) {
    double *heap = search->heap;
    int64_t size = search->noted, place;
    if (size < search->line->width) {
        for (place = search->noted++; place > 0 && heap[(place - 1) / 2] > score; place = (place - 1) / 2) {
            heap[place] = heap[(place - 1) / 2];
        }
    } else {
        place = 0;
        for (int64_t child = 1; child < size; child = 2 * place + 1) {
            child += child + 1 < size && heap[child + 1] < heap[child];
            if (heap[child] >= score) {
                break;
            }
            heap[place] = heap[child];
            place = child;
        }
    }
    heap[place] = score;
}

/* Adds a prefix to the candidates, unless it cannot be among those that are kept. */
static void consider(Search *search, double fused, double probability, double label, int64_t index) {
    double score = log(probability) + fused;
    int full = search->noted == search->line->width;
    if (full && score < search->heap[0]) {
        return;
    }
    search->candidates[search->found++] = (Candidate){score, fused, label, index};
    search->most = score > search->most ? score : search->most;
    if (!full || score > search->heap[0]) {
        note(search, score);
    }
}

/* Considers a prefix that is extended by a label; `bound` is its score without what language model and lexicon
 * say about the label. */
static void consider_extended(Search *search, Prefix *prefix, int64_t label, int64_t index, double bound) {
    const Line *line = search->line;
    double probability = search->ends[index], word = 0.0, least = search->most - line->margin;
    if (probability == 0.0) {
        return;
    }
    if (search->noted == line->width && search->heap[0] > least) {
        least = search->heap[0]; /* that many are better already */
    }
    if (line->codes != NULL && line->codes[label] == 0) {
        word = line->word_bonus * (double)word_letters(line, prefix);
    }
    /* The logarithm of a probability is not positive, so that the language model adds no more than this. */
    double most = line->nodes == NULL ? line->length_bonus : line->added[label * line->contexts + prefix->context];
    if (bound + most + word + SLACK < least) {
        return;
    }
    double fused = prefix->fused + (line->nodes == NULL ? line->length_bonus : added_score(line, prefix, label));
    consider(search, fused + word, probability, probability, index);
}

static void collect(Search *search, const double *frame, double scale, const int64_t *labels, int64_t k) {
    int64_t n = search->count, kept = 0, width = search->line->width;
    search->found = search->noted = 0;
    search->most = -INFINITY;
    for (int64_t i = 0; i < n; i++) {
        Prefix *prefix = search->prefixes + i;
        double total = prefix->blank + prefix->label, blank = total * (frame[BLANK] / scale);
        consider(search, prefix->fused, search->ends[i] + blank, search->ends[i], i);
        prefix->log_total = log(total);
        prefix->log_blank = log(prefix->blank);
    }
    for (int64_t j = 0; j < k; j++) {
        double log_probability = log(frame[labels[j]] / scale);
        for (int64_t i = 0; i < n; i++) {
            Prefix *prefix = search->prefixes + i;
            double log_ends = prefix->last == labels[j] ? prefix->log_blank : prefix->log_total;
            consider_extended(search, prefix, labels[j], (1 + j) * n + i,
                              log_ends + log_probability + prefix->fused);
        }
    }
    for (int64_t i = 0; i < search->found; i++) {
        if (search->candidates[i].score > search->most - search->line->margin) {
            search->candidates[kept++] = search->candidates[i];
        }
    }
    if (kept > width) {
        qsort(search->candidates, (size_t)kept, sizeof(Candidate), by_score);
        kept = width;
        qsort(search->candidates, (size_t)kept, sizeof(Candidate), by_index);
    }
    search->found = kept;
}

void find_candidates(Search *search, const double *frame, double scale, const int64_t *labels, int64_t k) {
    extend(search, frame, scale, labels, k);
    collect(search, frame, scale, labels, k);
}
