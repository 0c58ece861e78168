/* The module `_twin`: arrays come in as buffers, which twin.py has checked; see there for their meaning. */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000 /* one build for every Python from 3.11 on */
#include <Python.h>
#include <string.h>

#include "twin.h"

enum {
    VERSION = 3,         /* raised with every change, so that an older build is not used, see twin.py */
    CHECKED_FRAMES = 32, /* between two looks at the budget, as in beam_search.py */
    BUFFERS = 13,
};

static Py_ssize_t count(const Py_buffer *buffer) { return buffer->len / 8; }

static void release(Py_buffer *buffers) {
    for (int i = 0; i < BUFFERS; i++) {
        PyBuffer_Release(buffers + i); /* does nothing to one that was never filled */
    }
}

/* Fills `line` with what it points to in buffers; returns 0, or -1 with an error set. */
static int read_line(PyObject *args, Line *line, Py_buffer *b, PyObject **check) {
    PyObject *model, *lexicon;
    long long classes, width;
    if (!PyArg_ParseTuple(args, "y*y*y*LLdddOOO", b, b + 1, b + 2, &classes, &width, &line->length_bonus,
                          &line->word_bonus, &line->margin, &model, &lexicon, check)) {
        return -1;
    }
    line->classes = classes;
    line->width = width;
    line->probabilities = b[0].buf;
    line->labels = b[1].buf;
    line->ends = b[2].buf;
    line->frames = count(b + 2);
    for (int64_t t = 0; t < line->frames; t++) {
        int64_t labels = line->ends[t] - (t ? line->ends[t - 1] : 0);
        line->most_labels = labels > line->most_labels ? labels : line->most_labels;
    }
    if (model != Py_None) {
        long long start, context;
        if (!PyArg_ParseTuple(model, "y*y*y*Ly*y*y*y*L", b + 3, b + 4, b + 5, &start, b + 6, b + 7, b + 8,
                              b + 9, &context)) {
            return -1;
        }
        line->nodes = b[3].buf;
        line->sums = b[4].buf;
        line->trees = b[5].buf;
        line->start = start;
        line->symbols = b[6].buf;
        line->next = b[7].buf;
        line->contexts = count(b + 7) / count(b + 6);
        line->weights = b[8].buf;
        line->added = b[9].buf;
        line->first_context = context;
    }
    if (lexicon != Py_None) {
        if (!PyArg_ParseTuple(lexicon, "y*y*y*", b + 10, b + 11, b + 12)) {
            return -1;
        }
        line->codes = b[10].buf;
        line->words = b[11].buf;
        line->letters = b[12].buf;
        line->word_count = count(b + 11);
    }
    return 0;
}

/* Searches to the end, asking `check` now and then; returns 0, or -1 with an error set. */
static int run(Search *search, int64_t frames, PyObject *check) {
    for (int64_t frame = 0; frame < frames; frame += CHECKED_FRAMES) {
        if (check != Py_None) {
            PyObject *answer = PyObject_CallObject(check, NULL);
            if (answer == NULL) {
                return -1;
            }
            Py_DECREF(answer);
        }
        int failed;
        Py_BEGIN_ALLOW_THREADS
        failed = search_to(search, frame + CHECKED_FRAMES < frames ? frame + CHECKED_FRAMES : frames);
        Py_END_ALLOW_THREADS
        if (failed) {
            PyErr_NoMemory();
            return -1;
        }
    }
    return 0;
}

static PyObject *found_labels(Search *search) {
    int64_t length = search_best(search);
    PyObject *labels = length < 0 ? PyErr_NoMemory() : PyList_New((Py_ssize_t)length);
    for (int64_t i = 0; labels != NULL && i < length; i++) {
        PyObject *label = PyLong_FromLongLong(search_label(search, length - 1 - i));
        if (label == NULL || PyList_SetItem(labels, (Py_ssize_t)i, label) < 0) {
            Py_CLEAR(labels);
        }
    }
    return labels;
}

static PyObject *search(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer buffers[BUFFERS];
    memset(buffers, 0, sizeof buffers);
    Line line = {0};
    PyObject *check, *labels = NULL;
    if (read_line(args, &line, buffers, &check) == 0) {
        Search *state = search_new(&line);
        if (state == NULL) {
            PyErr_NoMemory();
        } else if (run(state, line.frames, check) == 0) {
            labels = found_labels(state);
        }
        search_free(state);
    }
    release(buffers);
    return labels;
}

static PyObject *states(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer scores = {0}, may_skip = {0}, path = {0};
    if (!PyArg_ParseTuple(args, "y*y*w*", &scores, &may_skip, &path)) {
        return NULL;
    }
    int failed;
    Py_BEGIN_ALLOW_THREADS
    failed = best_states(scores.buf, may_skip.buf, count(&path), may_skip.len, path.buf);
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&scores);
    PyBuffer_Release(&may_skip);
    PyBuffer_Release(&path);
    return failed ? PyErr_NoMemory() : Py_NewRef(Py_None);
}

static PyObject *sum(PyObject *self, PyObject *args) {
    (void)self;
    Py_buffer probabilities = {0}, skips = {0}, forward = {0};
    if (!PyArg_ParseTuple(args, "y*y*w*", &probabilities, &skips, &forward)) {
        return NULL;
    }
    int64_t exponent, width = count(&skips), frames = count(&probabilities) / width;
    double total;
    Py_BEGIN_ALLOW_THREADS
    total = path_sum(probabilities.buf, skips.buf, frames, width, forward.buf, &exponent);
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&probabilities);
    PyBuffer_Release(&skips);
    PyBuffer_Release(&forward);
    return Py_BuildValue("dL", total, (long long)exponent);
}

static PyMethodDef functions[] = {
    {"search", search, METH_VARARGS, "Return the labels of the best prefix of a line."},
    {"states", states, METH_VARARGS, "Write the best state of each frame."},
    {"sum", sum, METH_VARARGS, "Return the sum over all paths of a text, and the exponent of 2 it is scaled by."},
    {NULL, NULL, 0, NULL},
};

static int fill(PyObject *module) { return PyModule_AddIntConstant(module, "VERSION", VERSION); }

static PyModuleDef_Slot slots[] = {{Py_mod_exec, fill}, {0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_twin", "Inner loops of the decoders, see twin.py.", 0, functions, slots, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__twin(void) { return PyModuleDef_Init(&definition); }
