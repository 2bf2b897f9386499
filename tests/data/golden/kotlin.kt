/*
 * Copyright 2024 The Harbour Project. Use is governed by the Apache licence.
 */
@file:JvmName("Harbours")

package org.example.harbour

import kotlin.math.max
import org.example.tides.*
import org.example.ships.Ship as Vessel

/** Length of the pier, metres. */
const val PIER = 120

typealias Signal = (Vessel) -> Unit

/**
 * Moors a ship. It must fit.
 *
 * ```
 * moor(ship, 3)
 * ```
 *
 * @param ship the ship,
 *   never null
 * @param tries how often
 * @param T any ship
 * @return whether it was moored
 * @throws IllegalStateException when it is closed
 * @see [Harbour]
 */
@Throws(java.io.IOException::class, ClosedException::class)
@Suppress("UNUSED")
suspend inline fun <reified T : Vessel> moor(
    @NonNull ship: T,
    berths: Map<String, List<Int>>? = null, // optional
    tries: Int = 3,
    vararg lines: String,
    crossinline done: (T) -> Unit = { println("// done") },
): Boolean where T : Comparable<T> {
    if (ship.length > PIER && tries > 0 || !open()) {
        throw IllegalStateException("closed")
    } else if (tries == 0) {
        throw problem
    }
    for (line in lines) { // each of them
        /* the next one */
        ship.tie(line)?.check()!!.knot<String>()
    }
    val berth = berths?.get("a") ?: throw errors.NoBerth("a")
    lines.filter { it.isNotEmpty() }.map { Line(it) }
    return try {
        done(ship)
        require(ship.fits) { "too long" }
        ship fits berth
    }
    catch (e: java.io.IOException) {
        false
    } finally {
        Harbour.close()
    }
}

// Tells the depth.
// In metres.
internal fun depth(at: Double) = max(at, 0.0)

// A remark that a blank line sets apart.

fun undocumented() {}

/** Stands apart by a blank line. */

fun apart() = Unit

/** Shouts. */
//noinspection ALL
fun String.shout(times: Int): String = uppercase().repeat(times)

/** Number of letters. */
val String.letters: Int get() = count { it.isLetter() }

var level = 0
    get() = field + 1
    /** Between the two. */
    private set(value) {
        if (value < 0) throw IllegalArgumentException()
        field = value
    }

var hoisted: Boolean = false
    set(value) { field = value }

/** Doubles. */
val twice: (Int) -> Int = { x: Int -> x * 2 }

val thrice = fun(x: Int): Int { return x * 3 }

val stored by lazy { load() }

/**
 * Keeps the berths of one harbour. A second sentence.
 *
 * @param T kind of ship
 * @property name what it is called
 * @constructor Makes a harbour.
 */
@Serializable
abstract class Harbour<T : Vessel>
@Inject
internal constructor(val name: String, private var depth: Int = 3) : Base(name), Closeable by name {
    private val url = "https://example.org/*not a comment*/"; private val n = 1 // behind

    init {
        register(this)
    }

    /** Makes a nameless one. */
    constructor(depth: Int) : this("nameless", depth) {
        log("$depth ${depth.let { d -> "made $d" }}")
    }

    /** Whether it is open. */
    abstract fun open(): Boolean

    override fun close() = super.close()

    operator fun plus(other: Harbour<T>): Harbour<T> = this

    /** Finds by number. */
    operator fun get(index: Int): T? = null

    infix fun joins(other: Harbour<*>) {
        fun local(x: Int): Int { return if (x > 0) local(x - 1) else 0 }

        // Runs inside.
        val task = object : Runnable, Base("x") {
            override fun run() {
                while (open()) { sail() }
            }
        }
        val double = { x: Int -> x * 2 }
        do { local(1) } while (false)
    }

    private tailrec fun tide(hour: Int): Height = when (hour) {
        0, 12 -> Height.HIGH
        in 1..5 -> tide(hour - 1)
        is Special -> Height.LOW
        else -> throw IllegalArgumentException("hour $hour")
    }

    val isFull: Boolean
        @JvmName("full") get() = count >= size

    val watch = object : Watch { override fun seen() = 1 }

    inner class Berth {
        fun free() {}
    }

    /** The factory. */
    companion object {
        /** Makes an empty one. */
        @JvmStatic fun empty(): Harbour<Vessel> = Harbour(0)
    }

    object Register { fun add() {} }

    companion object Named {
        fun named() {}
    }

    /** The seasons. */
    enum class Season(val number: Int) {
        WINTER(1) {
            override fun degrees() = -3
        },
        SUMMER(2);

        /** How warm. */
        abstract fun degrees(): Int
    }
}

/** Has a name. */
sealed interface Named {
    val title: String
    fun name(): String
    fun greeting() = "Hello, ${name()}"
}

fun interface Measure {
    fun measure(x: Int): Int
}

data class Point(val east: Double, val north: Double) {
    /* Plain block above. */
    fun to(other: Point) = other.east - east
}

/** Grüße. */
fun größe(ñandú: String): Map.Entry<String, Int?>? { μ(ñandú); return null }

class HarbourTest {
    @Test
    fun `moors a ship`() {
        val text = """
            // not a comment "quoted" {
        """
        visit(fun(ship) { ship.moor() })
    }

    external fun native(handle: Long): Int
    fun (Int.() -> Unit).odd(): (Int) -> Unit = this
    fun trailing() = 1 // of the line above
    fun after() = 2
}

class Faulty {
    fun broken(a: Int { return 1 }

    /** Whole in spite of the fault above. */
    fun whole(b: Int): Int { return b }
}
