/* What Python passes to the functions of ink.c, resample.c, shears.c and strokes.c, and whether its sizes fit. */
#include "bind.h"

PyObject *py_darken(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer b[5] = {{0}};
    long long height, width, rows;
    float least;
    if (!PyArg_ParseTuple(args, "y*LLy*Ly*y*fw*", b, &height, &width, b + 1, &rows, b + 2, b + 3, &least, b + 4)) {
        return NULL;
    }
    int fits = has(b, height, width, 1) && has(b + 1, rows, width, 4) && has(b + 2, height, 1, 8) &&
               has(b + 3, height, 1, 4) && has(b + 4, height, width, 4);
    int failed = MISFIT;
    if (fits) {
        UNLOCKED(failed = darken(b[0].buf, height, width, b[1].buf, rows, b[2].buf, b[3].buf, least, b[4].buf);)
    }
    return finish(b, 5, failed, Py_NewRef(Py_None));
}

PyObject *py_stretch(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer b[1] = {{0}};
    float floor, range;
    if (!PyArg_ParseTuple(args, "w*ff", b, &floor, &range)) {
        return NULL;
    }
    UNLOCKED(stretch(b[0].buf, b[0].len / 4, floor, range);)
    return finish(b, 1, DONE, Py_NewRef(Py_None));
}

PyObject *py_sample(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer b[3] = {{0}};
    long long height, width, left, first;
    if (!PyArg_ParseTuple(args, "y*LLy*LLw*", b, &height, &width, b + 1, &left, &first, b + 2)) {
        return NULL;
    }
    int64_t columns = b[1].len / 8, rows = columns ? b[2].len / 4 / columns : 0;
    int fits = has(b, height, width, 4) && has(b + 1, columns, 1, 8) && has(b + 2, rows, columns, 4) &&
               left >= 0 && left <= MAX_SIDE && first >= -MAX_SIDE && first <= MAX_SIDE;
    int failed = MISFIT;
    if (fits) {
        UNLOCKED(failed = sample_rows(b[0].buf, height, width, b[1].buf, columns, left, first, rows, b[2].buf);)
    }
    return finish(b, 3, failed, Py_NewRef(Py_None));
}

PyObject *py_inked(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer b[3] = {{0}};
    long long height, width;
    float least;
    if (!PyArg_ParseTuple(args, "y*LLfw*w*", b, &height, &width, &least, b + 1, b + 2)) {
        return NULL;
    }
    int fits = has(b, height, width, 4) && has(b + 1, height, 1, 8) && has(b + 2, width, 1, 1);
    if (fits) {
        UNLOCKED(count_ink(b[0].buf, height, width, least, b[1].buf, b[2].buf);)
    }
    return finish(b, 3, fits ? DONE : MISFIT, Py_NewRef(Py_None));
}

PyObject *py_reach(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer b[3] = {{0}};
    long long height, width;
    float least;
    if (!PyArg_ParseTuple(args, "y*LLfw*w*", b, &height, &width, &least, b + 1, b + 2)) {
        return NULL;
    }
    int fits = has(b, height, width, 4) && has(b + 1, width, 1, 4) && has(b + 2, width, 1, 4);
    if (fits) {
        UNLOCKED(reach_of_ink(b[0].buf, height, width, least, b[1].buf, b[2].buf);)
    }
    return finish(b, 3, fits ? DONE : MISFIT, Py_NewRef(Py_None));
}

PyObject *py_strokes(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer b[2] = {{0}};
    long long height, width;
    int64_t area = 0, down = 0;
    float least;
    if (!PyArg_ParseTuple(args, "y*LLfw*", b, &height, &width, &least, b + 1)) {
        return NULL;
    }
    int fits = has(b, height, width, 4) && has(b + 1, height, 1, 8);
    if (fits) {
        UNLOCKED(down = count_strokes(b[0].buf, height, width, least, b[1].buf, &area);)
    }
    return finish(b, 2, fits ? DONE : MISFIT, Py_BuildValue("LL", (long long)area, (long long)down));
}

PyObject *py_edge(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer b[2] = {{0}};
    double step, slope = 0, intercept = 0;
    long long steps, width;
    if (!PyArg_ParseTuple(args, "y*y*dLL", b, b + 1, &step, &steps, &width)) {
        return NULL;
    }
    int64_t count = b[0].len / 8;
    int fits = has(b, count, 1, 8) && has(b + 1, count, 1, 8) && steps <= MAX_SIDE && width <= MAX_SIDE;
    int failed = MISFIT;
    if (fits) {
        UNLOCKED(failed = straight_edge(b[0].buf, b[1].buf, count, step, steps, width, &slope, &intercept);)
    }
    return finish(b, 2, failed, Py_BuildValue("dd", slope, intercept));
}

PyObject *py_gather(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer b[4] = {{0}};
    float reach;
    if (!PyArg_ParseTuple(args, "y*y*y*fw*", b, b + 1, b + 2, &reach, b + 3)) {
        return NULL;
    }
    int64_t points = b[0].len / 4, count = b[2].len / 4;
    int fits = has(b, points, 1, 4) && has(b + 1, points, 1, 4) && has(b + 2, count, 1, 4) &&
               has(b + 3, count, 1, 8);
    int failed = MISFIT;
    if (fits) {
        UNLOCKED(failed = gather(b[0].buf, b[1].buf, points, b[2].buf, count, reach, b[3].buf);)
    }
    return finish(b, 4, failed, Py_NewRef(Py_None));
}

PyObject *py_sharpen(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer b[5] = {{0}};
    float reach;
    if (!PyArg_ParseTuple(args, "y*y*y*y*fw*", b, b + 1, b + 2, b + 3, &reach, b + 4)) {
        return NULL;
    }
    int64_t points = b[0].len / 4, count = b[2].len / 4;
    int fits = has(b, points, 1, 4) && has(b + 1, points, 1, 4) && has(b + 2, count, 1, 4) &&
               has(b + 3, count, 1, 4) && has(b + 4, count, 1, 8);
    int failed = MISFIT;
    if (fits) {
        UNLOCKED(failed = sharpen(b[0].buf, b[1].buf, points, b[2].buf, b[3].buf, count, reach, b[4].buf);)
    }
    return finish(b, 5, failed, Py_NewRef(Py_None));
}

PyObject *py_shift(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer b[2] = {{0}};
    long long height, width, room;
    double slant;
    if (!PyArg_ParseTuple(args, "y*LLdLw*", b, &height, &width, &slant, &room, b + 1)) {
        return NULL;
    }
    int fits = width >= 1 && room >= 0 && room <= MAX_SIDE / 4 && has(b, height, width, 4) &&
               has(b + 1, height, width + 2 * room, 4);
    int failed = MISFIT;
    if (fits) {
        UNLOCKED(failed = shift_rows(b[0].buf, height, width, slant, room, b[1].buf);)
    }
    return finish(b, 2, failed, Py_NewRef(Py_None));
}

PyObject *py_directions(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer b[4] = {{0}};
    long long height, width;
    float least;
    if (!PyArg_ParseTuple(args, "y*LLfy*y*w*", b, &height, &width, &least, b + 1, b + 2, b + 3)) {
        return NULL;
    }
    int64_t count = b[1].len / 4;
    int fits = height >= 3 && width >= 3 && has(b, height, width, 4) && has(b + 1, count, 1, 4) &&
               has(b + 2, count, 1, 4) && has(b + 3, count + 1, 1, 8);
    if (fits) {
        UNLOCKED(edge_directions(b[0].buf, height, width, least, b[1].buf, b[2].buf, count, b[3].buf);)
    }
    return finish(b, 4, fits ? DONE : MISFIT, Py_NewRef(Py_None));
}

PyObject *py_lengths(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer b[3] = {{0}};
    long long height, width;
    int upright;
    if (!PyArg_ParseTuple(args, "y*LLpy*w*", b, &height, &width, &upright, b + 1, b + 2)) {
        return NULL;
    }
    int64_t bins = b[2].len / 8;
    int fits = bins >= 1 && has(b, height, width, 1) && has(b + 1, bins, 1, 8) && has(b + 2, bins, 1, 8);
    if (fits && upright) {
        UNLOCKED(run_lengths(b[0].buf, width, height, 1, width, b[1].buf, bins, b[2].buf);)
    } else if (fits) {
        UNLOCKED(run_lengths(b[0].buf, height, width, width, 1, b[1].buf, bins, b[2].buf);)
    }
    return finish(b, 3, fits ? DONE : MISFIT, Py_NewRef(Py_None));
}

PyObject *py_resample(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer b[2] = {{0}};
    long long height, width, to_height, to_width;
    int box;
    if (!PyArg_ParseTuple(args, "y*LLpLLw*", b, &height, &width, &box, &to_height, &to_width, b + 1)) {
        return NULL;
    }
    int fits = height >= 1 && width >= 1 && to_height >= 1 && to_width >= 1 && has(b, height, width, 4) &&
               has(b + 1, to_height, to_width, 4);
    int failed = MISFIT;
    if (fits) {
        UNLOCKED(failed = resample(b[0].buf, height, width, box, to_height, to_width, b[1].buf);)
    }
    return finish(b, 2, failed, Py_NewRef(Py_None));
}
