<!DOCTYPE html>
<?php
// Copyright 2024 The Harbour Authors. All rights reserved.

declare(strict_types=1);

namespace Harbour\Berths;

use Harbour\Ship;
use Harbour\Tides\{Tide, Moon as Luna};
use function Harbour\moor;
use const Harbour\DEPTH;

require_once __DIR__ . '/setup.php';
include 'colours.php';

const LIMIT = 40, FLOOR = 2;
define('HARBOUR_NAME', 'Old // Harbour');

/**
 * A place to moor.
 *
 * @template T
 */
#[Entity(table: 'berths')]
abstract class Berth extends Place implements \Countable
{
    use Lit, Named { Lit::shine as protected gleam; }

    public const COLOUR = 'red';

    /** @var int */
    private static $count = 0;

    /**
     * Makes a berth.
     *
     * @param int         $number its number,
     *                            counted from the quay
     * @param string|null $name   the name
     *
     * @throws \InvalidArgumentException when the number is negative
     */
    public function __construct(
        private readonly int $number,
        protected ?string $name = null,
        #[Sensitive] public array $options = ['a' => 1],
    ) {
        parent::__construct($name);
        if ($number < 0 || $name === '') {
            throw new \InvalidArgumentException('negative');
        } elseif ($number > LIMIT) {
            throw FullException::forNumber($number);
        } else if ($options) {
            throw $this->problem();
        }
    }

    public function __destruct() {}

    /**
     * Moors a ship. Then waits.
     *
     * @param Ship     $ship    the ship
     * @param callable $then    what to do then
     * @param string   ...$rest more
     *
     * @return static|null the berth
     *
     * @deprecated since 2.0, use tie()
     */
    #[Pure]
    #[\ReturnTypeWillChange]
    final public static function moor(Ship|string &$ship, callable $then, string ...$rest): ?static
    {
        $greet = function (string $name) use ($then): string {
            return strtoupper($name);
        };
        // Doubles a number.
        $double = static fn(int $x): int => $x * 2;
        array_map(fn($y) => $double($y), $rest);
        $ship?->tie() ?? $ship->anchor(...);
        $ship ??= new Ship(new Luna, new \DateTime());
        $class = new static($ship);
        $then($greet('x')) ?: \Harbour\log($class);
        return match (true) {
            $ship->big(), $ship->long() => $class,
            $ship instanceof Ship => self::find($rest),
            default => null,
        };
    }

    // A plain remark.
    abstract protected function depth(): float;

    /** Comes apart by a blank line. */

    public function apart() { /* nothing */ }

    /* Not for documentation. */
    function &reference(self $other, ?int &$out, int|false $flag = PHP_INT_MAX | 1) { return $this->x; }

    # With a hash.
    function hashed() { foreach ($this->all as $k => $v) { while (true) { do { continue; } while (0); } } }

    /** @phpstan-ignore-next-line */
    // phpcs:ignore
    public function ignored(): void { for (;;) { break; } }

    public string $label {
        get => $this->name ?? 'none';
        set(string $value) { $this->name = trim($value); }
    }

    #[Test]
    public function checksTheDepth(): void
    {
        $this->callback = function () { return 1; };
        self::$count++;
    }

    public function list(): array { return [1]; }
}

/** What floats. */
interface Floats
{
    const UNIT = 'm';

    /** Its draught in metres. */
    public function draught(int $load = 0): float;
}

trait Lit
{
    private function shine(): void { echo "/** not a comment */ function nope() {}"; }
}

/** Tides of the day. */
enum Tide: string
{
    case High = 'high';

    /** A word for it. */
    public function label(): string
    {
        return ucfirst($this->value);
    }
}

/**
 * Gives the height.
 *
 * Usage:
 *
 *     height(3);
 *
 * @return int
 */
function height(int $hours, $größe = [1, [2]]): int
{
    switch ($hours) {
        case 1:
        case 2:
            return 1;
        default:
            try {
                return compute($hours);
            } catch (\TypeError | OverflowException $e) {
                return $hours ? 1 : 2;
            } finally {
                cleanup();
            }
    }
    /** Inside. */
    function nested() { return new class extends Berth { public function depth(): float { return 1.0; } }; }
}

/** Greets. */
$greeting = fn(string $who) => "Hello $who";

if (!function_exists('old')) {
    /** For old versions. */
    function old($a, $b = null) { return $a xor $b and $a; }
}

$text = <<<EOT
function nope() {
EOT;
?>
<p><?= height(3) ?></p>
<?php function late() { return 2; } // trailing
