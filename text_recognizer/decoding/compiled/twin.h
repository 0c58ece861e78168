/* What the sources of the twin share. All arrays are those of NumPy, in the order of C. */
#ifndef TWIN_H
#define TWIN_H

#include <stdint.h>

enum {
    BLANK = 0,
    END = 0,            /* label by which a language model scores the end of a line */
    SYMBOL_BITS = 8,    /* as in ngram_file.py */
    MAX_ORDER = 6,
    LABEL_SHIFT = SYMBOL_BITS * (MAX_ORDER - 1), /* as in ngram_index.py */
    NEWEST_SHIFT = LABEL_SHIFT - SYMBOL_BITS,
    SHARE = (1 << SYMBOL_BITS) - 1,
};

/* A line to search, see beam_search.py. */
typedef struct {
    const double *probabilities; /* (frames, classes) */
    const int64_t *labels;       /* that extend prefixes, frame by frame */
    const int64_t *ends;         /* (frames,) where those of a frame end */
    int64_t frames, classes, most_labels;
    double length_bonus, word_bonus, margin;
    int64_t width;
    /* The language model, an NgramIndex and FieldScores; nodes is NULL without one. */
    const int64_t *nodes; /* ascending */
    const float *sums;    /* (nodes, MAX_ORDER) */
    const int64_t *trees; /* (SHARE + 2,) first node of each label */
    int64_t start;        /* state at the start of a line */
    const int64_t *symbols; /* (classes,) what stands for each label in states */
    int64_t contexts;       /* of field_scores.py */
    const int64_t *next;    /* (classes, contexts) */
    const float *weights, *added;
    int64_t first_context;
    /* The lexicon; codes is NULL without one. */
    const int64_t *codes; /* (classes,) */
    const int64_t *words, *letters;
    int64_t word_count;
} Line;

typedef struct Search Search; /* see search.h */

/* Returns NULL if there is no memory. */
Search *search_new(const Line *line);
/* Advances to frame `end`; returns 0, or -1 if there is no memory. */
int search_to(Search *search, int64_t end);
/* Returns the number of labels of the best prefix; they are then in `search_labels`, the last one first. */
int64_t search_best(Search *search);
int64_t search_label(const Search *search, int64_t index);
void search_free(Search *search);

/* Writes the state of each frame on the best path, see alignment.py; returns -1 if there is no memory. */
int best_states(const double *scores, const uint8_t *may_skip, int64_t frames, int64_t states, int64_t *path);

/* Adds up all paths of a text, see greedy.py: the sum is the result times 2 ** exponent. */
double path_sum(const double *probabilities, const double *skips, int64_t frames, int64_t states,
                double *forward, int64_t *exponent);

#endif
