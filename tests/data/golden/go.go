// Copyright 2024 The Harbour Authors. All rights reserved.
// Use of this source code is governed by a BSD-style licence.

//go:build linux && !appengine
// +build linux,!appengine

// Package harbour keeps berths.
package harbour

/*
#include <stdio.h>
// int twice(int x);
static int twice(int x) { return 2 * x; }
*/
import "C"

import (
	"errors"
	m "math"

	. `strings`
	_ "embed"
)

// Depths of the berths.
const (
	Shallow = iota // the least
	Deep
	_
)

var limit, count = 3, 0
var _ Mover = (*Ship)(nil)

// ErrFull is returned by a full harbour.
var ErrFull = errors.New("full // not a comment")

// Mover moves. It is an interface.
type Mover interface {
	// Move moves by a distance.
	//
	// The distance is in metres.
	Move(distance float64, why string) (moved bool, err error)

	// A remark set apart.

	Stop()
	comparable
	interface{ Hidden() }
}

type (
	// Ship is what floats.
	Ship struct {
		name string /* of the ship */
		crew []struct{ age int }
		on   func(event string) error
	}
	// Fleet holds ships of a kind.
	Fleet[K comparable, V any] struct{ ships map[K]V }

	Knots float64
)

// Alias stands for Ship.
type Alias = Ship

// New makes a ship. See [Ship.Move].
//
//	ship := New("Anna")
//	ship.Move(1, "")
//
// Deprecated: use NewShip
// instead.
func New(name string) *Ship { return &Ship{name: name} }

/*
Move moves the ship
over a distance.
*/
func (s *Ship) Move(distance float64, why string) (moved bool, err error) {
	if s == nil || distance < 0 && why != "" {
		return false, ErrFull
	} else if limit > 3 {
		panic("no /* comment */ here")
	}
	for i := range s.crew { // each
		switch {
		case i == 0:
			s.on(ToUpper(why))
		default:
			m.Abs(distance)
		}
	}
	switch v := any(s).(type) {
	case Mover, nil:
		_ = v
	}
	return true, nil
}

// Stop has the receiver's type in brackets, and no name for it.
func (*Ship) Stop() {}

// A remark set apart.

func (f Fleet[K, V]) Get(key K) (V, bool) {
	v, ok := f.ships[key]
	return v, ok
}

// Each calls visit
// for every ship.
//
//nolint:unused
//go:noinline
func (f *Fleet[K, V]) Each(visit func(key K, value V) (stop bool), _ ...V) {
	walk := func(depth int) { visit(*new(K), *new(V)) }
	walk(1)
	go func() { defer recover() }()
	select {
	case <-make(chan int):
	default:
	}
}

// Map is generic over two types.
func Map[T, U any, S ~[]T](items S, apply func(T) U) []U {
	var out []U
	for _, item := range items {
		out = append(out, apply(item))
	}
	_ = Sum[int](1)
	_ = Map[int, string](nil, nil)
	return out
}

func Sum[N int | float64](numbers ...N) (total N) { return }

//go:linkname now time.now
//go:noescape
func now() (sec int64, nsec int32)

// twice calls C.
//
//export twice
func twice(x C.int, a, b [2]int, c, _ chan<- struct{}) C.int { return C.twice(x) }

var before = 1 // a note on before
func unnamed(int, *Ship, ...string) (func(int) error, map[string][]int) { return nil, nil }

// +genclient
func generated() {}

// init prepares. This is not the licence.
func init() {}

//--------------------------------
// Rules
//--------------------------------

func init() { limit++ }

// handle is a function value.
var handle = func(a, b int) (ok bool) { return a < b }

var (
	// retry is another, with its type.
	retry func(n int) = func(n int) { handle(n, 0) }
	table             = map[string]func(){"x": func() {}}
)

// Größe misst. Straße и длина.
func (s Ship) Größe(länge int, ширина Knots) int {
	// inside the body
	type local struct{ x int }
	return länge
}

// broken has an error inside.
func broken() {
	x := := 3
}

// whole comes after it.
func whole() error { return errors.Join(nil) }

// marked is documented above words that are for the checker.
// codegloss: ignore[CG101, CG301]
func marked() {}

// codegloss: ignore
func unmarked() {}
