// Copyright 2024 The Harbour Authors.
// SPDX-License-Identifier: MIT

#![allow(dead_code)]
//! Keeps the berths of one harbour.

extern crate alloc as allocation;

use crate::ports::Port as Haven;
use std::collections::HashMap;
use std::{fmt, io::{self, Read as _}};
use super::*;
use {a, b::{c, d}};

mod elsewhere;
pub mod prelude {
    //! What most callers need.
    pub use super::Ship;

    /// Nested in two modules.
    pub(in crate::prelude) mod inner {
        /// Deep inside.
        pub const fn deep() -> u8 { 7 }
    }
}

/// How many fit: "// not a comment".
pub const LIMIT: usize = 3;
static mut COUNT: u32 = 0;
const _: () = assert!(LIMIT > 2);
type Result<T> = std::result::Result<T, Error>;

/// Prints a ship. Used as `show!(ship)`.
#[macro_export]
macro_rules! show {
    ($ship:expr) => { fn hidden() { println!("{}", $ship) } };
}

/// What floats.
///
/// A second paragraph.
#[derive(Debug, Clone)]
pub struct Ship<'a, T: ?Sized> {
    name: &'a str, // its name
    #[allow(unused)]
    cargo: Box<T>,
}

/// Errors of the harbour.
#[non_exhaustive]
pub enum Error {
    /// No berth is free.
    #[doc(hidden)]
    Full(usize),
    Closed { since: u64 },
}

union Bits { whole: u32, half: u16 }

/// Something that moves.
pub trait Mover<T = f64>: fmt::Debug + Send
where
    T: Copy,
{
    type Speed: Into<T>;
    const FAST: bool = true;

    /// Moves by a distance.
    ///
    /// # Arguments
    ///
    /// * `distance` - how far, in metres
    /// * `why` - the reason
    ///
    /// # Returns
    ///
    /// The new place.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Full`] when no berth is free.
    ///
    /// # Panics
    ///
    /// Panics if the distance is negative.
    ///
    /// # Examples
    ///
    /// ```
    /// let place = ship.go(1.0, "wind")?;
    /// ```
    fn go(&mut self, distance: T, why: &str) -> Result<T>;

    // A plain comment on a provided method.
    fn stop(&self) {}
}

impl<'a, T> Ship<'a, T>
where
    T: ?Sized,
{
    /// Makes a ship.
    #[must_use = "a ship /* costs */ money"]
    #[inline]
    pub fn new(name: &'a str, mut cargo: Box<T>) -> Self {
        Self { name, cargo }
    }

    #[inline]
    /// Between two attributes.
    // A note that is not the documentation.
    #[track_caller]
    pub(crate) fn name<'b>(self: &'b Box<Self>) -> &'b str where 'a: 'b {
        self.name
    }

    /** Stands apart
     *  by a blank line.
     */

    pub async unsafe fn load(&'a mut self, (weight, Point { x, .. }): (u32, Point), _: &dyn Fn(u8) -> u8) -> io::Result<()> {
        let total = weight.checked_add(1).ok_or_else(|| io::Error::other("heavy"))?;
        let Some(berth) = self.berth::<u8>() else { return Ok(()) };
        match berth {
            0 => {}
            1 | 2 if total > 3 => drop(berth),
            n if n > 9 => todo!(),
            _ => self.log(format!("{}", total)).await,
        }
        if let Some(x) = x && x > 0 || total == 0 {
            while x > 1 { std::mem::take::<u32>(&mut COUNT); }
        } else if weight == 2 {
            loop { break }
        } else {
            for _ in 0..3 { (self.callback)(Berth::default()) }
        }
        /// A local function.
        fn local(#[cfg(unix)] depth: u8) -> u8 { helper(depth) }
        let closure = |y: u8| -> u8 { local(y) };
        Ok(())
    }
}

impl<T> fmt::Display for Ship<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name)
    }
}

impl<T> Mover for &mut ports::Tug<T> { fn stop(&self) {} }
impl Mover for [u8] { fn stop(&self) {} }
impl Mover for (u8, Error) { fn stop(&self) {} }
impl dyn Mover + Send { fn anchor(self) {} }
impl Default for u32 { fn default() -> Self { 0 } }

impl Drop for Error {
    /// Says goodbye.
    fn drop(&mut self) { println!("bye /*") }
}

extern "C" {
    /// Prints as C does.
    #[link_name = "printf"]
    pub fn print(format: *const c_char, ...) -> c_int;
}

/// Called from C.
#[no_mangle]
pub unsafe extern "C" fn harbour_open(_count: u32, args: ...) -> *mut Ship<'static, str> { panic!() }

//// Four slashes are no documentation.
fn four() {}

/*** Nor are three stars. ***/
fn stars() {}

/* A plain block. */
fn block() {}

// A remark set apart.

fn apart() {}

let_it_be! { inside a macro }
/// Documented across a blank line.

fn across() {} // trailing
fn trailing() {}

// ---------------------------------------------------------------
/// Below a ruler.
fn ruler() {}

// clippy: a plain one
fn plain<const N: usize, F>(array: [u8; N], r#type: impl FnOnce(&str) -> F) -> impl Iterator<Item = F> + '_
where
    F: Fn(u8) -> u8,
{
    array.iter().map(move |x| r#type("x // y"))
}

/// Straße.
fn größe(длина: f32) -> f32 { r#"a " // b"#.len() as f32 }

/// Outer part.
#[doc = "More."]
#[cfg_attr(feature = "x", inline)]
fn attributed() {}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the limit.
    #[test]
    #[should_panic(expected = "x")]
    fn holds_limit() { assert_eq!(LIMIT, größe(1.0) as usize); }

    #[tokio::test]
    async fn waits() {}

    fn helper(depth: u8) -> u8 { depth }
}

/// Broken inside.
fn broken() { let = 3 }

/// Whole after it.
fn whole() {}

/// The macro of the first edition, and calls among a macro's tokens.
fn first_edition() -> Result<u8> {
    let x = try!(parse("1"));
    println!("{} {:?}", count(x), Some(self.name()));
    Ok(x)
}

unsafe extern "C" {
    /// Safe to call.
    pub safe fn sqrt(x: f64) -> f64;
}

impl<T> const Default for Ship<'_, T> {
    /// An empty ship.
    fn default() -> Self where T: [const] Default { panic!() }
}
