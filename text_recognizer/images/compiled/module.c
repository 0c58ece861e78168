/* The module `_pixels`: arrays come in as buffers, whose sizes bind_*.c check; see twin.py for their meaning. */
#include "bind.h"

enum { VERSION = 4 }; /* raised with every change, so that an older build is not used, see twin.py */

/* Tells whether a buffer has (height, width) items of a size. */
int has(const Py_buffer *buffer, int64_t height, int64_t width, size_t size) {
    return height >= 0 && width >= 0 && height <= MAX_SIDE && width <= MAX_SIDE &&
           (uint64_t)buffer->len == (uint64_t)height * (uint64_t)width * size;
}

/* Releases the buffers and returns `result`, unless something failed. */
PyObject *finish(Py_buffer *buffers, int count, int failed, PyObject *result) {
    for (int i = 0; i < count; i++) {
        PyBuffer_Release(buffers + i);
    }
    if (failed == DONE) {
        return result;
    }
    Py_XDECREF(result);
    if (failed == NO_MEMORY) {
        return PyErr_NoMemory();
    }
    PyErr_SetString(PyExc_ValueError, "The arrays do not fit each other; pass them as twin.py does.");
    return NULL;
}

static PyMethodDef functions[] = {
    {"find", py_find, METH_VARARGS, "Write the first runs of a mask; return how many it has."},
    {"label", py_label, METH_VARARGS, "Write the component of each run; return how many there are."},
    {"boxes", py_boxes, METH_VARARGS, "Write the box of each component."},
    {"maxima", py_maxima, METH_VARARGS, "Write the greatest value on each component."},
    {"paint", py_paint, METH_VARARGS, "Write a value on the pixels of each run."},
    {"erase", py_erase, METH_VARARGS, "Write 0 on the pixels of some runs."},
    {"columns", py_columns, METH_VARARGS, "Write the first vertical runs of a map; return how many it has."},
    {"gather", py_gather, METH_VARARGS, "Write how well each shear gathers points."},
    {"shift", py_shift, METH_VARARGS, "Write ink whose rows are shifted against each other."},
    {"sharpen", py_sharpen, METH_VARARGS, "Write how sharply each turn divides points into rows."},
    {"darken", py_darken, METH_VARARGS, "Write how much darker an image is than its paper."},
    {"stretch", py_stretch, METH_VARARGS, "Scale values to 0-1."},
    {"inked", py_inked, METH_VARARGS, "Write how many pixels of rows are inked, and which columns."},
    {"reach", py_reach, METH_VARARGS, "Write how far the ink of each column reaches."},
    {"strokes", py_strokes, METH_VARARGS, "Write how many strokes rows cross; return inked pixels and those of columns."},
    {"directions", py_directions, METH_VARARGS, "Write the strengths of edges by direction."},
    {"lengths", py_lengths, METH_VARARGS, "Write how many runs have which length."},
    {"edge", py_edge, METH_VARARGS, "Return slope and intercept of the line that most points lie near."},
    {"owners", py_owners, METH_VARARGS, "Write the line and the place on the page of each run."},
    {"own", py_own, METH_VARARGS, "Flag the runs that belong to a line."},
    {"sample", py_sample, METH_VARARGS, "Write ink at fractional rows."},
    {"resample", py_resample, METH_VARARGS, "Write ink of another size."},
    {NULL, NULL, 0, NULL},
};

static int fill(PyObject *module) { return PyModule_AddIntConstant(module, "VERSION", VERSION); }

static PyModuleDef_Slot slots[] = {{Py_mod_exec, fill}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_pixels", "Inner loops over pixels, see twin.py.", 0, functions, slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__pixels(void) { return PyModuleDef_Init(&definition); }
