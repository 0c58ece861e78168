/* The search of one line, shared by its sources. */
#ifndef SEARCH_H
#define SEARCH_H

#include "twin.h"

typedef struct {
    double blank, label, fused;
    double log_total, log_blank; /* of the frame that is added */
    int64_t last, node, state, word, context;
    uint64_t own, shorter;
    int64_t letters;             /* of the word it ends with; -1 before they are looked up */
    float *sums;                 /* (classes + 1,) of its state: ln U of each label, then ln G; NaN as well */
} Prefix;

typedef struct {
    double score, fused, label;
    int64_t index; /* in the order of the array of scores in beam_search.py */
} Candidate;

struct Search {
    const Line *line;
    Prefix *prefixes, *others;
    int64_t count, frame;
    double *heap;                /* (width,) the best scores of a frame, the least of them first */
    double most;                 /* the best of them */
    int64_t noted, found;        /* scores and candidates */
    float *rows;                 /* (width, classes + 1) sums of the states of the prefixes */
    uint8_t *taken;              /* (width,) which rows are in use */
    double *ends;                /* (1 + most_labels, width) */
    Candidate *candidates;       /* as many */
    int64_t *parents;            /* of all prefixes that were kept */
    int32_t *labels;
    int64_t size, room;
    int64_t *best;               /* labels of the best prefix, the last one first */
};

/* What a label behind a prefix adds to its score, by the language model. */
float added_score(const Line *line, Prefix *prefix, int64_t label);
/* The letters of the word of the lexicon that a prefix ends with; 0 if it ends with none. */
int64_t word_letters(const Line *line, Prefix *prefix);
/* Finds the candidates for the next frame, in the order of beam_search.py, at most as many as are kept.
 * `frame` are the probabilities of the labels, `scale` what they are divided by, and k labels extend prefixes. */
void find_candidates(Search *search, const double *frame, double scale, const int64_t *labels, int64_t k);

#endif
