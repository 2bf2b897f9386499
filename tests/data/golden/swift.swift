// Copyright 2024 The Harbour Authors
// Licensed under the MIT licence.

import Foundation
import struct UIKit.UIView
@testable import Ports

/// A length of time: "// not a comment".
typealias Hours = Double
let limit = 3
var table: [String: Int] = [:]

/// Runs when the tide turns.
let onTide = { (height: Double, _ name: String) -> Bool in
    check(height)
}

/// What floats.
///
/// A second paragraph.
@available(iOS 13, *)
@objc public final class Ship<Cargo: Comparable>: NSObject, Mover where Cargo: Hashable {
    private var name: String = "x" {
        didSet { log() }
    }
    static let shared = Ship()
    lazy var view: UIView = { UIView(frame: .zero) }()

    /// How fast.
    var speed: Double { return measure() ?? 0 }

    /// How deep.
    @inlinable public var depth: Int {
        get { table["a"] ?? 1 }
        set(value) { stored = value }
    }

    /// Called on arrival.
    var onArrival = { print("here") }

    /// Makes a ship.
    /// - Parameters:
    ///   - name: the name
    ///   - crew: who sails,
    ///     all of them
    /// - Throws: `Trouble.full` when there is no room
    /// - Returns: nothing of note
    @discardableResult
    public init?(name: String, with crew: String..., depth: inout Int, _ done: @escaping () -> Void = { f(1) }, @Clamp age: Int = 3) throws {
        guard !crew.isEmpty, age > 1 || name == "" else { throw Trouble.full(crew.count) }
        super.init()
    }

    // A plain comment.
    convenience override init() { self.init(name: "") }

    deinit { stop() }

    /// The member at a place.
    subscript(place: Int, default other: Int = 0) -> String {
        get { names[place] }
        set { names[place] = newValue }
    }

    /// Equality of names.
    static func == (left: Ship, right: Ship) -> Bool { left.name == right.name && true }

    /**
     Moves to a place.

     - Parameter place: where to
     - Returns: the distance
     */

    public func go<U>(to place: String, @Sendable by way: (Int) throws -> [U]) async throws(Trouble) -> [String: Int]? where U: Mover {
        switch place {
        case "a", "b": way(1)
        case let other where other > "c": ports.find?(2)
        default: break
        }
        do {
            try! a.b().map { $0.count }
        } catch let error as Trouble {
            throw error
        } catch {
            throw Elsewhere.Lost.forever
        }
        repeat { tick() } while limit > 3 && ready
        for i in 0..<3 where i > 1 { let x = list[i] }
        let q = a ?? b ? 1 : 2
        if #available(iOS 13, *) { } else if case .some(let y) = q { .init(y) }
        /// A local function.
        func local(_ n: Int) { helper(n) }
        let closure = { (n: Int) in local(n) }
        throw Failure(code: 1)
    }

    // A remark set apart.

    class func apart() {}

    // MARK: - Rules
    func marked() {}

    /// Nested type.
    struct Berth {
        let size: Int
        /// Whether it is free.
        func free() -> Bool { true }
    }
}

/// Something that moves.
protocol Mover: AnyObject {
    associatedtype Speed
    /// The name.
    var name: String { get set }
    init(speed: Int)
    /// Stops.
    /// - Returns: whether it did
    func stop(after hours: Hours) throws -> Bool
    static func < (left: Self, right: Self) -> Bool
    subscript(place: Int) -> String { get }
}

/// Berths again.
extension Ship.Berth: Mover where Cargo == Int {
    mutating func anchor() {}
}

extension Array where Element: Mover {
    /// All of them.
    func stopAll() { forEach { $0.stop(after: 1) } }
}

/// Troubles.
enum Trouble: Error {
    case full(Int), closed
    indirect case both(Trouble, with: Trouble)
    /// Says it.
    var text: String { "no /* room */" }
    func describe() -> String { text } // trailing
    func silent() {}
}

actor Harbour {
    nonisolated func open() -> some View { EmptyView() }
}

prefix operator +++
/// Twice one more.
prefix func +++ (x: inout Int) -> Int { x += 1; return x }

#if DEBUG
/// Only when debugging.
func debug() {}
#endif

/// Größe. Ширина.
func größe(длина: Float, tuple: (Int, String) = (1, "a")) -> (w: Int, h: Int) { (1, 2) }

@MainActor
// swiftlint:disable:next force_cast
func main() async { await Task { run() }.value }

class HarbourTests: XCTestCase {
    func testOpens() throws { XCTAssertTrue(Harbour().isOpen) }
}

/// Broken inside.
func broken() { let = }

/// Whole after it.
func whole() {}

/// Names with blanks.
func `opens at dawn`(_ handler: @autoclosure () -> Int) -> Void {
    first()
}

/// A label on its own line, and what the grammar does not know.
func labelled(@_inheritActorContext @_implicitSelfCapture body: sending Int) -> [Any] {
    nonisolated(unsafe) let value = ()
    Button { go() }
    label: {
        Text("x")
    }
    return [~Int.self]
}
