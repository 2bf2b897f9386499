// Copyright 2024 The Harbour Project. All rights reserved.

#include <vector>
#include "harbour/berth.hpp"

/** \file
 * \brief Not the documentation of what follows.
 */
namespace harbour::model {

using Name = std::string;
enum class Season { Winter, Summer };
class Ship;

template <typename T>
concept Floating = requires(T t) { t.draught(); };

/**
 * \brief Keeps the berths of one harbour.
 *
 * \tparam S kind of ship
 */
template <typename S, int N = 3>
class HARBOUR_EXPORT Harbour final : public Base<S>, private Named {
 public:
  /// Makes an empty harbour.
  Harbour() : Harbour("nameless") {}

  /// Makes a harbour.
  /// \param name its name
  /// \throws std::invalid_argument when the name is empty
  explicit Harbour(Name name, std::vector<int> depths = {}) noexcept(false)
      : Base<S>(name), name_{std::move(name)} {
    if (name_.empty() || depths.size() > N) throw std::invalid_argument("empty");
  }

  Harbour(const Harbour&) = delete;
  Harbour& operator=(Harbour&&) noexcept = default;

  /// Closes it.
  virtual ~Harbour() override;

  /**
   * @brief Moors a ship.
   *
   * Example:
   * @code
   * harbour.moor(ship, 3);
   * @endcode
   *
   * @param ship the ship
   * @param[in] berth number of the berth
   * @return whether it was moored
   * @exception Closed if the harbour is closed
   */
  template <Floating F>
  [[nodiscard]] bool moor(F&& ship, int berth = 0) const &;

  virtual void sail() = 0;  ///< Behind, not above what follows.
  int count() const { return count_; }  // trailing

  operator bool() const { return count_ > 0; }
  explicit operator std::string() const;
  bool operator==(const Harbour& other) const noexcept { return name_ == other.name_; }
  auto operator<=>(const Harbour& other) const = default;
  S* operator->() { return &ship_; }
  S& operator[](std::size_t i);
  void operator()(int a, int) && {}
  void* operator new(std::size_t size);

  /// Prints it.
  friend std::ostream& operator<<(std::ostream& out, const Harbour& h) { return out << h.name_; }
  friend void swap(Harbour& a, Harbour& b);

  auto depth(int berth) const -> decltype(depths_[berth]) { return depths_[berth]; }
  static constexpr int largest(int a, auto... rest) { return std::max<int>({a, rest...}); }

  HARBOUR_DISALLOW_COPY(Harbour);
  std::function<void(int)> callback = [this](int x) { sail(); };

  /// A place for one ship.
  struct Berth {
    Berth(int number) : number(number) {}
    int number;
    union Mark { Mark() {} int i; };
  };

#ifdef HARBOUR_DEBUG
  /// Only there.
  void dump() const {}
#endif

 private:
  Name name_;
  int (*hook_)(int);
};

template <typename S, int N>
Harbour<S, N>::~Harbour() {
  delete this;
}

template <typename S, int N>
template <Floating F>
bool Harbour<S, N>::moor(F&& ship, int berth) const & {
  for (const auto& b : berths_) {
    while (b.free() and not full()) ship.template dock<int>(b);
  }
  try {
    return ship.fits() ? true : Base<S>::moor(ship);
  } catch (const Closed& e) {
    throw;
  } catch (...) {
    throw ns::Error<int>{"closed"};
  }
}

template <typename S, int N>
Harbour<S, N>::operator std::string() const { return name_; }

template <typename S, int N>
S& Harbour<S, N>::operator[](std::size_t i) { return ships_[i]; }

template <>
int measure<Ship>(const Ship& ship) { return static_cast<int>(ship.length()); }

namespace {
// Not visible outside.
int hidden(int x) { return ::abs(x); }
}  // namespace

inline namespace v1 {
Name& refer(Name& name) { return name; }
const char* const* words() { return nullptr; }
}  // namespace v1

/// Compares two ships.
const auto by_length = [](const Ship& a, const Ship& b) -> bool { return a.length() < b.length(); };

void uses_locals(std::mutex& m) {
  std::lock_guard<std::mutex> guard(m);
  Ship ship(m, guard);
  auto each = [&](auto&& item) { visit(item); };
  auto once = [] { return new Ship(1); };
  struct Local {
    int inner(int x) const { return x; }
  };
  each(Local{}.inner(3));
  std::make_unique<model::Ship>(std::vector<int>(2));
  ship->operator[](3);
}

int operator""_knots(unsigned long long value) { return value; }

void Ship::tie() try {
  knot();
} catch (const std::exception&) {
}

/// Old exception specification.
void legacy(void) throw(std::bad_alloc, Sunk);

[[deprecated("use moor")]] HARBOUR_INLINE int deprecated_way(int (&grid)[3], const char (*text)[4],
                                                             void (*done)(int) = nullptr, ...) {
  const char* raw = R"(not a // comment " here)";
  return grid[0];
}

auto trailing(std::integral auto value) -> std::vector<int> { return {value}; }

}  // namespace harbour::model

/// Hashes; a full specialisation.
template <>
struct std::hash<Ship> {
  std::size_t operator()(const Ship& ship) const { return std::hash<Name>{}(ship.name); }
};

extern "C" {
/* C linkage. */
int c_linkage(int a) { return a; }
}

/// Declared in C.
extern "C" void c_declared(const char* text);

// Tests moor.
TEST_F(HarbourTest, Moors) {
  EXPECT_EQ(moor(), 1);
}

TEST_CASE("a harbour // opens", "[harbour]") {
  SECTION("empty") { check(); }
}

typedef struct {
  int area() const { return 1; }
} Square;

class Übung {
 public:
  Übung();  // constructor
  void größe(int ñandú) {}
};

class Broken {
  int one( { return 1; }
  /// Whole in spite of the fault above.
  int whole(int b) { return b; }
};

int last() { return 0; }
