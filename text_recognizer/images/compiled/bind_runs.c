/* What Python passes to the functions of runs.c and owners.c, and whether its sizes fit. */
#include "bind.h"

/* Fills `runs` from the first three buffers; tells whether they lie within a mask of that size. */
static int read_runs(Runs *runs, const Py_buffer *b, int64_t height, int64_t width) {
    *runs = (Runs){b[0].buf, b[1].buf, b[2].buf, b[0].len / 8, height, width};
    int alike = has(b, runs->count, 1, 8) && has(b + 1, runs->count, 1, 8) && has(b + 2, runs->count, 1, 8);
    return alike && height <= MAX_SIDE && width <= MAX_SIDE && runs_fit(runs);
}

PyObject *py_find(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer b[4] = {{0}};
    long long height, width, count = 0;
    if (!PyArg_ParseTuple(args, "y*LLw*w*w*", b, &height, &width, b + 1, b + 2, b + 3)) {
        return NULL;
    }
    int64_t room = b[1].len / 8;
    int fits = has(b, height, width, 1) && has(b + 2, room, 1, 8) && has(b + 3, room, 1, 8);
    if (fits) {
        UNLOCKED(count = find_runs(b[0].buf, height, width, room, b[1].buf, b[2].buf, b[3].buf);)
    }
    return finish(b, 4, fits ? DONE : MISFIT, PyLong_FromLongLong(count));
}

PyObject *py_columns(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer b[5] = {{0}};
    long long height, width, count = 0;
    if (!PyArg_ParseTuple(args, "y*LLw*w*w*w*", b, &height, &width, b + 1, b + 2, b + 3, b + 4)) {
        return NULL;
    }
    int64_t room = b[1].len / 8;
    int fits = has(b, height, width, 4) && has(b + 2, room, 1, 8) && has(b + 3, room, 1, 8) &&
               has(b + 4, room, 1, 8);
    if (fits) {
        UNLOCKED(count = column_runs(b[0].buf, height, width, room, b[1].buf, b[2].buf, b[3].buf, b[4].buf);)
    }
    int failed = count < 0 ? NO_MEMORY : DONE;
    return finish(b, 5, fits ? failed : MISFIT, PyLong_FromLongLong(count));
}

PyObject *py_label(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer b[4] = {{0}};
    long long height, width, count = 0;
    if (!PyArg_ParseTuple(args, "y*y*y*LLw*", b, b + 1, b + 2, &height, &width, b + 3)) {
        return NULL;
    }
    Runs runs;
    int fits = read_runs(&runs, b, height, width) && has(b + 3, runs.count, 1, 8);
    if (fits) {
        UNLOCKED(count = label_runs(&runs, b[3].buf);)
    }
    return finish(b, 4, fits ? DONE : MISFIT, PyLong_FromLongLong(count));
}

PyObject *py_boxes(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer b[5] = {{0}};
    long long height, width;
    if (!PyArg_ParseTuple(args, "y*y*y*LLy*w*", b, b + 1, b + 2, &height, &width, b + 3, b + 4)) {
        return NULL;
    }
    Runs runs;
    int64_t count = b[4].len / 32;
    int fits = read_runs(&runs, b, height, width) && has(b + 3, runs.count, 1, 8) && has(b + 4, count, 4, 8);
    int failed = fits ? component_boxes(&runs, b[3].buf, count, b[4].buf) : MISFIT;
    return finish(b, 5, failed, Py_NewRef(Py_None));
}

PyObject *py_maxima(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer b[6] = {{0}};
    long long height, width;
    if (!PyArg_ParseTuple(args, "y*y*y*LLy*y*w*", b, b + 1, b + 2, &height, &width, b + 3, b + 4, b + 5)) {
        return NULL;
    }
    Runs runs;
    int64_t count = b[5].len / 4;
    int fits = read_runs(&runs, b, height, width) && has(b + 3, runs.count, 1, 8) &&
               has(b + 4, height, width, 4) && has(b + 5, count, 1, 4);
    int failed = MISFIT;
    if (fits) {
        UNLOCKED(failed = component_maxima(&runs, b[3].buf, b[4].buf, count, b[5].buf);)
    }
    return finish(b, 6, failed, Py_NewRef(Py_None));
}

PyObject *py_paint(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer b[5] = {{0}};
    long long height, width;
    if (!PyArg_ParseTuple(args, "y*y*y*LLy*w*", b, b + 1, b + 2, &height, &width, b + 3, b + 4)) {
        return NULL;
    }
    Runs runs;
    int fits = read_runs(&runs, b, height, width) && has(b + 3, runs.count, 1, 8) &&
               has(b + 4, height, width, 4);
    if (fits) {
        UNLOCKED(paint_runs(&runs, b[3].buf, b[4].buf);)
    }
    return finish(b, 5, fits ? DONE : MISFIT, Py_NewRef(Py_None));
}

PyObject *py_erase(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer b[5] = {{0}};
    long long height, width;
    if (!PyArg_ParseTuple(args, "y*y*y*LLy*w*", b, b + 1, b + 2, &height, &width, b + 3, b + 4)) {
        return NULL;
    }
    Runs runs;
    int fits = read_runs(&runs, b, height, width) && has(b + 3, runs.count, 1, 1) &&
               has(b + 4, height, width, 4);
    if (fits) {
        erase_runs(&runs, b[3].buf, b[4].buf);
    }
    return finish(b, 5, fits ? DONE : MISFIT, Py_NewRef(Py_None));
}

PyObject *py_owners(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer b[10] = {{0}};
    long long height, width, map_height, map_width, index, begin, end, left;
    double scale, above, below;
    if (!PyArg_ParseTuple(args, "y*y*y*LLy*y*y*y*LLdLLLddLw*w*w*", b, b + 1, b + 2, &height, &width, b + 3, b + 4,
                          b + 5, b + 6, &map_height, &map_width, &scale, &index, &begin, &end, &above, &below,
                          &left, b + 7, b + 8, b + 9)) {
        return NULL;
    }
    Runs runs;
    LineMap map = {b[5].buf, b[6].buf, map_height, map_width, scale, index, begin, end, above, below, left};
    int fits = read_runs(&runs, b, height, width) && has(b + 3, height, 1, 8) && has(b + 4, width, 1, 8) &&
               has(b + 5, map_height, map_width, 4) && has(b + 6, map_height, map_width, 1) &&
               has(b + 7, runs.count, 1, 8) && has(b + 8, runs.count, 1, 8) && has(b + 9, runs.count, 1, 8) &&
               left >= 0 && left <= MAX_SIDE;
    int failed = MISFIT;
    if (fits) {
        UNLOCKED(failed = run_owners(&runs, b[3].buf, b[4].buf, &map, b[7].buf, b[8].buf, b[9].buf);)
    }
    return finish(b, 10, failed, Py_NewRef(Py_None));
}

PyObject *py_own(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer b[7] = {{0}};
    long long height, width, components, index;
    if (!PyArg_ParseTuple(args, "y*y*y*LLy*Ly*y*Lw*", b, b + 1, b + 2, &height, &width, b + 3, &components, b + 4,
                          b + 5, &index, b + 6)) {
        return NULL;
    }
    Runs runs;
    int fits = read_runs(&runs, b, height, width) && has(b + 3, runs.count, 1, 8) &&
               has(b + 4, runs.count, 1, 8) && has(b + 5, runs.count, 1, 1) && has(b + 6, runs.count, 1, 1) &&
               components >= 0 && components <= MAX_SIDE;
    int failed = MISFIT;
    if (fits) {
        UNLOCKED(failed = own_runs(&runs, b[3].buf, components, b[4].buf, b[5].buf, index, b[6].buf);)
    }
    return finish(b, 7, failed, Py_NewRef(Py_None));
}
