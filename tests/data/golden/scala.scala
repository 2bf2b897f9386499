/*
 * The Harbour Project, licensed under the Apache License 2.0.
 */

package org.example
package harbour

import java.io.IOException
import org.example.tides.{Height, Tide => Flow, _}
import scala.collection.mutable

/** Keeps the berths of one harbour. A second sentence.
 *
 *  @tparam T kind of ship
 *  @param name what it is called
 */
@SerialVersionUID(1L)
abstract class Harbour[T <: Ship](val name: String, private var depth: Int = 3)(implicit tide: Tide)
    extends Base(name) with Closeable {
  private val url = "https://example.org/*not a comment*/" // the front page

  /** Makes a nameless one. */
  def this(depth: Int) = this("nameless", depth)

  /** Moors a ship. It must fit.
   *
   *  {{{
   *  harbour.moor(ship, 3)
   *  }}}
   *
   *  @param ship the ship,
   *              never null
   *  @param tries how often
   *  @tparam U any ship
   *  @return whether it was moored
   *  @throws IllegalStateException when it is closed
   *  @deprecated use [[berth]]
   */
  @throws[IOException]("radio") @throws(classOf[ClosedException])
  @deprecated("use berth", "2.0")
  protected[this] final def moor[U <: T : Ordering](ship: U, pick: => Option[Int], tries: Int = 3)(
      done: Map[String, List[U]] => Unit = println(_), // runs last
      lines: String*
  )(implicit context: Context): Either[String, Boolean] = {
    if (ship == null || tries > 3 && !open) {
      throw new IllegalStateException("closed")
    } else if (tries == 0) throw problem
    for (line <- lines; knot <- line.knots if knot.tight) { // each of them
      /* the next one */
      ship.tie[Knot](knot).check()
    }
    lines map Line.apply foreach register
    val berth = new mutable.ListBuffer[Int]()
    new Model.Slot(1) + new Log
    try {
      done(Map.empty)
      Right(ship fits berth)
    } catch {
      case e: IOException if e.getMessage != null => throw Closed("radio")
      case _ => Left("x")
    } finally close()
  }

  // Tells whether it is open.
  // Never throws.
  def open: Boolean

  // A remark that a blank line sets apart.

  def undocumented(): Unit

  /** Stands apart by a blank line. */

  def apart = 1

  /** Old style, without a result. */
  // scalastyle:off
  def procedure(x: Int) { run(x) }

  def +(other: Harbour[T]): Harbour[T] = this

  def unary_! : Boolean = !open

  def :::[U](other: U): U

  def :+(other: Ship) = add(other)

  def depth_=(metres: Int): Unit = { depth = metres }

  /** Doubles. */
  val twice = (x: Int) => x * 2

  val inferred: Int => Int = _ + 1

  lazy val stored = load()

  private def outer(xs: Seq[Int]): Int = {
    def local(x: Int): Int = if (x > 0) local(x - 1) else 0

    // Runs inside.
    val task = new Runnable with Closeable {
      /** Sails. */
      override def run(): Unit = while (open) { sail() }
    }
    xs match {
      case Seq(1, 2) | Nil => 1
      case head +: _ if head > 1 => 2
      case _ => 3
    }
    do { local(1) } while (false)
    val double = (y: Int) => y * 2
    xs.map { case 1 => 2; case n => n }.sum
  }

  /** Inside. */
  class Berth { def free() = () }

  @native def handle(): Long

  val watch = new Watch { def seen = 1 }

  def trailing = 1 // of the line above
  def after = 2

  type Signal = Ship => Unit
}

/** The factory. */
object Harbour {
  /** Makes an empty one. */
  def apply(name: String): Harbour[Ship] = new Harbour(name)

  implicit class Rich(private val text: String) extends AnyVal {
    def shout(times: Int) = text.toUpperCase * times
  }

  private[this] object Cache { def clear() = cache.clear() }
}

/** Has a name. */
sealed trait Named { self: Harbour[_] =>
  def name: String
  def greeting(word: String = "Hello // not a comment") = s"$word, ${name.trim}"
}

case class Point(east: Double, north: Double) {
  /* Plain block above. */
  def to(other: Point) = other.east - east
}

case object Origin extends Named

package object tides {
  def high = 1
}

package inner {
  object Deep { def method() = 1 }
}

/** Grüße. */
object Größe {
  def größe(ñandú: String): Unit = μ(ñandú)
  def `with space`(x: Int) = """
    // not a comment "quoted" {
  """
  val enum = Seq(1)
  def first(enum: Seq[Int]) = enum.head
}

class HarbourTest {
  @Test
  def moorsWell(): Unit = {}

  def testOldStyle(): Unit = ()
}

/** The seasons. */
enum Season(val number: Int):
  case Winter extends Season(1)
  case Summer extends Season(2)

  /** How warm. */
  def degrees = number * 10

/** Orders points. */
given byEast: Ordering[Point] with
  /** Compares. */
  def compare(a: Point, b: Point) = a.east compare b.east

extension (text: String)
  /** Whispers. */
  def whisper(times: Int): String =
    val low = text.toLowerCase
    low * times

/** At the top. */
def top(x: Int)(using y: Int): Int =
  if x > 1 then x else y
end top

val scale = (x: Int) => x * 10

type Alias = Map[String, Int]

class Faulty {
  def broken(a: Int = { "x" }

  /** Whole in spite of the fault above. */
  def whole(b: Int): Int = { b }
}
