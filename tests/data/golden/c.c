/*
 * Copyright 2024 The Harbour Project.
 * SPDX-License-Identifier: Apache-2.0
 */

#include <stdio.h>
#include "harbour/berth.h"

#define BERTHS 12
#define DEPTH(berth) ((berth)->depth / 100.0)

struct ship;
typedef struct ship ship_t;
typedef int (*visitor_fn)(ship_t *ship, void *context);
enum season { WINTER, SUMMER };

struct berth {
    int depth; /* in centimetres */
    int (*open)(struct berth *self, int hour);
};

/* Moors a ship; declared elsewhere. */
extern int moor(struct ship *ship, int berth);

/**
 * Counts the free berths.
 *
 * @param berths first of the berths
 * @param count how many there are,
 *     at least one
 * @param[out] deepest the deepest of them
 * @return how many are free
 * @retval -1 when `berths` is NULL
 * @deprecated use berths_free()
 */
static inline unsigned long count_free(const struct berth *berths, size_t count, struct berth **deepest)
{
    unsigned long n = 0;
    const char *url = "https://example.org/*not a comment*/"; // the front page
    if (!berths || !count)
        return -1;
    for (size_t i = 0; i < count; i++) { /* each */
        n += is_free(&berths[i]) ? 1 : 0;
    }
    berths->open((struct berth *)berths, 3);
    (*deepest)->open(*deepest, DEPTH(berths) > 2 && n);
    return n;
}

int counter; /* not a note on what follows */
void bump(void *(*allocate)(size_t), char ****deep) { counter++; }

// Finds the handler of a signal.
// It may be NULL.
void (*handler_of(int number, void (*fallback)(int)))(int)
{
    return number ? handlers[number] : fallback;
}

// A remark that a blank line sets apart.

int (*(*twice_removed)(void))(int);

char *const *names(void);

/*! Qt style. \param name its name \returns a copy */
const char *
copy_of(const char *name, ...)
{
    return strdup(name);
}

/// Takes arrays.
/// @param grid two-dimensional
int sums(int rows, int columns, int grid[rows][columns], char *words[], const int fixed[static 4], int (*row)[4])
{
    switch (rows) {
    case 0:
    case 1:
        return 0;
    default:
        break;
    }
    do { rows--; } while (rows > 0 || columns);
    return grid[0][0];
}

/* Defined in the manner of 1978. */
int
old_style(count, name, callback)
    int count;
    char *name;
    int (*callback)();
{
    while (count--) callback(name);
    return 0;
}

/** Dies. */
__attribute__((noreturn, format(printf, 1, 2)))
void die(const char *format, ...);

[[nodiscard]] int checked(void) { return 1; }

HARBOUR_API int exported(ship_t *ship) { return ship != NULL; }

/** Attribute in the middle. */
static int __init start_up(void __user *buffer, int flags UNUSED)
{
    return 0;
}

int WINAPI window_procedure(HWND window, unsigned message) { return 0; }

int (parenthesised)(int x) { return x; }

int f(void), *g(int);

/* The first branch's head is the one that is read. */
#ifdef WIDE
int measure(long width) {
#else
int measure(int width) {
#endif
    return width * 2;
}

#ifdef LOUD
/** Shouts. */
void speak(void) { puts("HELLO"); }
#else
/** Whispers. */
void speak(void) { }
#endif

/** Opens the harbour by system call. */
SYSCALL_DEFINE2(harbour_open, const char __user *, name, int, flags)
{
    list_for_each_entry(ship, &ships, node) {
        if (ship->name)
            break;
    }
    return do_open(name, flags);
}

TEST(moors_well) {
    assert(moor(0, 1));
}

void local_declarations(void)
{
    int nested(int);
    int x = va_arg(args, unsigned int);
    nested(x);
}

/* ------------------------------------------------------------------ */

int ruled(void) { return 0; }

/** Grüße; the name is not ASCII. */
void größe(int ñandú) { μ(ñandú); }

struct { int x; } anonymous_value;

/** Broken. */
int broken(int a { return "x"; }

/** Whole in spite of the fault above. */
int whole(int b) { return b; }
