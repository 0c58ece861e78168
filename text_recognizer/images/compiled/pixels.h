/* What the sources of the twin share. All arrays are those of NumPy, in the order of C; see twin.py. */
#ifndef PIXELS_H
#define PIXELS_H

#include <stdint.h>

/* What functions return, but for those that return a number of something. */
enum { DONE = 0, NO_MEMORY = -1, MISFIT = -2 /* a value is out of the range that others give it */ };

/* Horizontal runs of a mask (height, width) in reading direction, see components.py. */
typedef struct {
    const int64_t *rows, *starts, *ends; /* (count,) */
    int64_t count, height, width;
} Runs;

/* Tells whether all runs lie within the mask. */
int runs_fit(const Runs *runs);

/* Returns the number of runs of a mask, and writes the first `room` of them. */
int64_t find_runs(const uint8_t *mask, int64_t height, int64_t width, int64_t room, int64_t *rows,
                  int64_t *starts, int64_t *ends);

/* Writes the component of each run, numbered by first pixel, and returns how many components there are. */
int64_t label_runs(const Runs *runs, int64_t *labels);

/* Writes x1, y1, x2, y2 of each component, (components, 4). */
int component_boxes(const Runs *runs, const int64_t *labels, int64_t components, int64_t *boxes);

/* Writes the greatest of the values (height, width) on each component. */
int component_maxima(const Runs *runs, const int64_t *labels, const float *values, int64_t components,
                     float *maxima);

/* Returns the number of vertical runs of one value, 0 or more, in a map (height, width), and writes the first
   `room` of them: column, first row, row behind the last one and value; from left to right, and down. */
int64_t column_runs(const int32_t *map, int64_t height, int64_t width, int64_t room, int64_t *columns,
                    int64_t *tops, int64_t *bottoms, int64_t *values);

/* Writes `values` (count,) on the pixels of the runs, and -1 elsewhere. */
void paint_runs(const Runs *runs, const int64_t *values, int32_t *painted);

/* Writes 0 on the pixels of those runs that are flagged, (count,). */
void erase_runs(const Runs *runs, const uint8_t *flags, float *values);

/* Writes how many points fall into each bin, squared and summed, for each shear, see slope_slant.py:
   position + reach - shear * along, cut off. */
int gather(const float *position, const float *along, int64_t points, const float *shears, int64_t count,
           float reach, int64_t *gathered);

/* The same for rows across lines that are turned, see skew.py, and the differences of neighbouring rows. */
int sharpen(const float *across, const float *along, int64_t points, const float *sines, const float *cosines,
            int64_t count, float reach, double *sharpness);

/* Writes ink (height, width) whose rows are shifted as far as they lie from the middle, times `slant`, with
   `room` columns on both sides, see slope_slant.py. */
int shift_rows(const float *ink, int64_t height, int64_t width, double slant, int64_t room, float *shifted);

/* Writes how much darker an image is than its paper, see ink.py: row y of the paper lies between the rows
   upper[y] and upper[y] + 1 of `paper` (rows, width). */
int darken(const uint8_t *image, int64_t height, int64_t width, const float *paper, int64_t rows,
           const int64_t *upper, const float *share, float least, float *darkness);

/* Writes (value - floor) / range, from 0 to 1. */
void stretch(float *values, int64_t count, float floor, float range);

/* Writes ink (height, width) at whole columns from `left` on and at fractional rows, see crops.py: rows
   `middles` (columns,) + first + 0 to `rows` - 1. */
int sample_rows(const float *ink, int64_t height, int64_t width, const double *middles, int64_t columns,
                int64_t left, int64_t first, int64_t rows, float *sampled);

/* Writes how many pixels of each row of ink (height, width) have more than `least`, and which columns any. */
void count_ink(const float *ink, int64_t height, int64_t width, float least, int64_t *rows, uint8_t *columns);

/* Writes the first row of each column that has more than `least`, or the height, and the row behind the last
   one, or 0. */
void reach_of_ink(const float *ink, int64_t height, int64_t width, float least, int32_t *tops, int32_t *bottoms);

/* Writes how many strokes each row crosses and how many pixels are inked; returns how many strokes all columns
   cross. */
int64_t count_strokes(const float *ink, int64_t height, int64_t width, float least, int64_t *rows,
                      int64_t *area);

/* Adds up the strengths of edges by direction, see features.py: (count + 1,) of ink with paper around it, whose
   sides are at least 3. */
void edge_directions(const float *padded, int64_t height, int64_t width, float least, const float *sines,
                     const float *cosines, int64_t count, double *weights);

/* Counts runs by length along lines of a mask: of at least limits[i], and less than limits[i + 1], (bins,). */
void run_lengths(const uint8_t *mask, int64_t lines, int64_t length, int64_t line_stride, int64_t stride,
                 const int64_t *limits, int64_t bins, int64_t *counts);

/* Finds the slope, among `step` times -steps to steps, and the intercept of the line that most points (count,)
   lie near, within `width` rows, see outlines.py; leaves them as they are if there is none. */
int straight_edge(const double *x, const double *y, int64_t count, double step, int64_t steps, int64_t width,
                  double *slope, double *intercept);

/* The lines of a page as crops.py knows them, and the one that is cut out. */
typedef struct {
    const int32_t *owners; /* (height, width) line of each pixel, -1 = none */
    const uint8_t *labels; /* (height, width) 0 where no line was found */
    int64_t height, width;
    double scale; /* pixels of the maps per pixel of the page */
    int64_t index, begin, end; /* the line, and the columns of the page between which it was found */
    double above, below;       /* rows that it reaches from its middle */
    int64_t left;              /* column of the page at which the crop begins */
} LineMap;

/* Writes the line of each run, and row and column of the page in its middle, see crops.py. */
int run_owners(const Runs *runs, const double *offsets, const double *middles, const LineMap *map,
               int64_t *owners, double *rows, int64_t *columns);

/* Flags the runs that belong to line `index`, see crops.py; `near` those in the middle of their line. */
int own_runs(const Runs *runs, const int64_t *labels, int64_t components, const int64_t *owners,
             const uint8_t *near, int64_t index, uint8_t *own);

/* Writes ink (height, width) scaled to (to_height, to_width), all at least 1, columns first, as Pillow
   does it with its filter BOX, or BILINEAR. */
int resample(const float *ink, int64_t height, int64_t width, int box, int64_t to_height, int64_t to_width,
             float *scaled);

#endif
