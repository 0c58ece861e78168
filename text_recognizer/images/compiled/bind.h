/* What the functions that Python calls share. */
#ifndef BIND_H
#define BIND_H

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000 /* one build for every Python from 3.11 on */
#include <Python.h>

#include "pixels.h"

enum { MAX_SIDE = 1 << 30 };

/* Runs a statement while other threads of Python go on. */
#define UNLOCKED(statement) \
    do { \
        Py_BEGIN_ALLOW_THREADS \
        statement \
        Py_END_ALLOW_THREADS \
    } while (0);

/* Tells whether a buffer has (height, width) items of a size. */
int has(const Py_buffer *buffer, int64_t height, int64_t width, size_t size);

/* Releases the buffers and returns `result`, unless something failed. */
PyObject *finish(Py_buffer *buffers, int count, int failed, PyObject *result);

PyObject *py_find(PyObject *self, PyObject *args);
PyObject *py_label(PyObject *self, PyObject *args);
PyObject *py_boxes(PyObject *self, PyObject *args);
PyObject *py_maxima(PyObject *self, PyObject *args);
PyObject *py_paint(PyObject *self, PyObject *args);
PyObject *py_columns(PyObject *self, PyObject *args);
PyObject *py_erase(PyObject *self, PyObject *args);
PyObject *py_owners(PyObject *self, PyObject *args);
PyObject *py_own(PyObject *self, PyObject *args);
PyObject *py_darken(PyObject *self, PyObject *args);
PyObject *py_stretch(PyObject *self, PyObject *args);
PyObject *py_sample(PyObject *self, PyObject *args);
PyObject *py_inked(PyObject *self, PyObject *args);
PyObject *py_reach(PyObject *self, PyObject *args);
PyObject *py_strokes(PyObject *self, PyObject *args);
PyObject *py_directions(PyObject *self, PyObject *args);
PyObject *py_lengths(PyObject *self, PyObject *args);
PyObject *py_edge(PyObject *self, PyObject *args);
PyObject *py_gather(PyObject *self, PyObject *args);
PyObject *py_shift(PyObject *self, PyObject *args);
PyObject *py_sharpen(PyObject *self, PyObject *args);
PyObject *py_resample(PyObject *self, PyObject *args);

#endif
