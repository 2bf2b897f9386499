/*
 * Copyright 2024 The Harbour Project.
 * Licensed under the Apache License, Version 2.0.
 */

package org.example.harbour;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.*;
import java.util.function.Supplier;

/**
 * Keeps the berths of one harbour. A second sentence.
 *
 * @param <S> kind of ship
 */
@SuppressWarnings({"unchecked", "rawtypes"})
public abstract class Harbour<S extends Ship & Comparable<S>> extends Base implements Closeable, Named<S> {
    private static final String URL = "https://example.org/*not a comment*/"; // the front page
    private int count; /* not a note on the constructor */
    public Harbour(@Nonnull final String name, int... depths) {
        super(name);
        this.count = depths.length;
    }

    /** Makes an empty harbour. */
    protected Harbour() { this("nameless"); }

    static {
        System.loadLibrary("tides");
    }

    /**
     * Moors a ship. It must fit.
     *
     * <p>Example:
     * <pre>{@code
     * harbour.moor(ship, 3);
     * }</pre>
     *
     * @param ship the ship,
     *     not null
     * @param berth number of the berth
     * @param <T> any ship
     * @return whether it was moored, see {@link Berth#free()}
     * @throws IOException if the radio fails
     * @throws IllegalStateException if the harbour is closed
     * @deprecated use {@link #berth(Ship)}
     * @see Berth
     */
    @Deprecated
    @Audit(level = 2, note = "a // b")
    public final <T extends Ship> boolean moor(final T ship, Map.Entry<String, int[]> berth[])
            throws IOException, org.example.Closed {
        if (ship == null || count > 3 && !open()) {
            throw new IllegalStateException("closed");
        } else if (berth.length == 0) {
            throw (RuntimeException) problem();
        }
        for (int i = 0; i < 3; i++) { // count them
            /* the next one */
            register(berth[i].getKey(), new ArrayList<>(), new Berth.Slot<String>(i));
        }
        return ship.fits() ? true : Harbour.super.check();
    }

    // Tells whether it is open.
    // Never throws.
    protected abstract boolean open();

    // A remark that a blank line sets apart.

    public native int tide(long when);

    /** Stands apart by a blank line, and still documents. */

    int apart() { return 1; }

    //noinspection unused
    @Override public String toString() { return "/* " + count; }

    /** Height of the tide. */
    // CHECKSTYLE:OFF
    double height()[] {
        return new double[] {1};
    }

    // ---------------------------------------------------------------

    int ruled() { return 0; }

    int trailing() { return 0; } // of the line above
    synchronized void after() {
        Runnable waves = () -> { splash(); if (true) {} };
        Runnable named = new Runnable() {
            /** Runs inside. */
            @Override
            public void run() {
                while (open()) { sail(); }
            }
        };
        class Local {
            int inner(int x) { return x; }
        }
        items.forEach(Harbour::ruled);
        named.run();
    }

    /**
     * {@inheritDoc}
     */
    @Override
    public void receive(Harbour<S> this, S ship) throws E {
        try {
            open();
        } catch (IOException | RuntimeException e) {
            throw e;
        } finally {
            close();
        }
    }

    private static final Comparator<Ship> BY_NAME = new Comparator<Ship>() {
        @Override
        public int compare(Ship a, Ship b) { return a.name().compareTo(b.name()); }
    };

    /**
     * A season of the year.
     */
    enum Season implements Named {
        /** Cold. */
        WINTER(1) {
            /** How cold it is. */
            @Override double degrees() { return -3; }
        },
        SUMMER(2);

        private final int number;

        /** Makes a season. @param number from 1 */
        Season(int number) { this.number = number; }

        double degrees() { return 20; }
    }

    /// A point on the chart, in *Markdown*.
    ///
    /// @param east metres
    record Point(double east, double north) implements Named<Point> {
        /** Checks the values. */
        Point {
            if (Double.isNaN(east)) throw new IllegalArgumentException();
        }

        Point(double both) { this(both, both); }

        /// Distance to another point.
        ///
        /// @param other the other point
        /// @return metres
        double to(Point other) { return Math.hypot(east - other.east, north - other.north); }

        static Point origin() { return new Point(0, 0); }
    }

    sealed interface Named<T> permits Season, Point {
        String name();

        /** Greets it. */
        default String greeting() { return "Hello, " + name(); }

        private static <T> void helper(List<? super T> all, T... more) { all.addAll(Arrays.asList(more)); }
    }

    /** Marks what is audited. */
    @Retention(RetentionPolicy.RUNTIME)
    @interface Audit {
        /** How deep. */
        int level() default 1;

        String[] note() default {};
    }

    int choose(Object shape, Day day) {
        int n = switch (day) {
            case MONDAY, FRIDAY -> 6;
            case TUESDAY -> { yield 7; }
            default -> day.ordinal();
        };
        switch (n) {
            case 1:
            case 2:
                break;
            default:
                n++;
        }
        do { n--; } while (n > 0);
        return switch (shape) {
            case Circle c when c.radius() > 0 -> 1;
            case Point(double x, double y) -> 2;
            default -> throw new AssertionError(shape);
        };
    }

    /** Grüße; the name is not ASCII. */
    void größe(String ñandú) { outer.new Inner(ñandú).this_is().μ(); }

    @Test
    @DisplayName("moors")
    void moorsWell() {}

    public void testOldStyle() { String s = """
        // not a comment "quoted" {
        """; }

    /** Overload without argument. */
    void over() {}

    /** Overload with one. */
    void over(int x) {}

    @Override // why it stands here
    /* misplaced but near */
    public int hashCode() { return 1; }

    /** <!-- --> */
    void wordless() {}

    /* Plain block above. */
    void plain() {}

    /** The doc comment wins. */
    // TODO over a plain one
    /* of either kind */
    void overruled() {}

    /** Says {@code @{x}} and {@literal @}Override, no group of Doxygen's. */
    void braces() throws java.io.IOException {}
}

/** Beside the main class. */
class Beside {
    String broken(int a { return "x"; }

    /** Whole in spite of the fault above. */
    int whole(int b) { return b; }
}
