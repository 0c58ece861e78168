/* What language model and lexicon say about a prefix, looked up once. */
#include <math.h>

#include "search.h"

/* NgramIndex.find: the sum down to the deepest ancestor of the node of a label behind a state. */
static float find(const Line *line, int64_t label, int64_t state) {
    int64_t node = label << LABEL_SHIFT | state;
    int64_t low = line->trees[label], high = line->trees[label + 1];
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (line->nodes[middle] <= node) {
            low = middle;
        } else {
            high = middle;
        }
    }
    int64_t differs = line->nodes[low] ^ node;
    int unlike = 0;
    while (unlike < MAX_ORDER - 1 && differs >= (int64_t)1 << SYMBOL_BITS * unlike) {
        unlike++;
    }
    return line->sums[low * MAX_ORDER + unlike];
}

float added_score(const Line *line, Prefix *prefix, int64_t label) {
    int64_t place = label * line->contexts + prefix->context;
    float *sum = prefix->sums + label, *share = prefix->sums + line->classes;
    if (isnan(*share)) {
        *share = find(line, SHARE, prefix->state);
    }
    if (isnan(*sum)) {
        *sum = find(line, line->symbols[label], prefix->state);
    }
    float score = line->weights[place] * (*sum + *share);
    return score + line->added[place];
}

int64_t word_letters(const Line *line, Prefix *prefix) {
    if (prefix->letters < 0) {
        int64_t low = 0, high = line->word_count;
        while (low < high) {
            int64_t middle = low + (high - low) / 2;
            if (line->words[middle] < prefix->word) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        int known = low < line->word_count && line->words[low] == prefix->word;
        prefix->letters = known ? line->letters[low] : 0;
    }
    return prefix->letters;
}
