#!/usr/bin/env node
/* Copyright 2024 The Orchard Keepers. Licensed under the MIT licence. */
'use strict';

/**
 * @fileoverview Odd corners of JavaScript, one function each.
 */

import defaultPress, { juice as squeeze } from './press.js';
import * as tools from "orchard-tools";
import './side-effect.css';
export { ripen } from './ripen.js';
export * from './seasons.js';
const fs = require('node:fs');
const later = () => import('./later.mjs');

// A line comment directly above is taken, though it is no doc comment.
// It may run over several lines.
function plainComment(first, second) {
  return first + second; // a trailing note belongs to nobody
}

// This one stands apart: a blank line follows.

function noComment() {}

/**
 * Picks fruit from a tree.
 *
 * Stops when the basket is full.
 *
 * @param {Tree} tree - The tree to pick from.
 * @param {Object} [options={}] - How to pick.
 * @param {number} options.limit - Fruits at most.
 * @param {...string} kinds - Kinds to look for.
 * @returns {Promise<Fruit[]>} What was picked.
 * @throws {RangeError} When the limit is negative.
 * @deprecated Use {@link harvest} instead.
 * @example
 * const fruits = await pick(tree, { limit: 3 }, 'apple');
 */
export async function pick(tree, { limit = 10, shake: { force } = {} } = {}, ...kinds) {
  if (limit < 0 || force === null) {
    throw new RangeError(`limit ${limit}`);
  } else if (!tree) {
    throw tools.EmptyTree('no tree');
  }
  for (const branch of tree) {
    for (let i = 0; i < limit; i++) squeeze(branch?.fruits?.[i] ?? null);
  }
  return tree.branches.map((branch) => branch.shake()).filter(Boolean);
}

/** Yields one leaf after the other. */
function* leaves([top, ...rest], callback = (leaf) => leaf, depth = 0) {
  while (depth--) yield* rest;
  do { yield callback(top); } while (false);
}

/** Default export, an asynchronous generator. */
export default async function* harvest() {
  yield* later();
}

/** Doubles: an arrow without parentheses. */
export const double = x => x * 2;

/** Adds: documented above, `const` and all. */
const add = (a, b) => {
  // inside the body
  return a + b;
};

var oldStyle = function () { return this; },
  /** The second of one statement. */
  secondStyle = function secondName() {};

let größe = async ({ länge }) => länge; // identifiers need not be ASCII

const text = "// no comment /** nor doc */", pattern = /\/\*\* neither \*\//g;

/** Follows strings that look like comments. */
function afterStrings() { return `/* ${text} */`; }

/**
 * A basket for fruit.
 */
class Basket extends Map {
  static #count = 0;

  /** How many fit. */
  capacity = 12;

  /** Handles a click: an arrow in a field. */
  onClick = (event) => { this.add(event.target); };

  static compare = function (a, b) { return a.size - b.size; };

  static {
    Basket.register(Basket);
  }

  /**
   * Makes a basket.
   * @param {string} name what it is called
   */
  constructor(name) {
    super();
    this.name = name;
    this.#weigh();
  }

  /** @returns {boolean} whether nothing more fits */
  get full() { return this.size >= this.capacity; }

  set full(value) {}

  // eslint-disable-next-line class-methods-use-this
  static async *[Symbol.asyncIterator]() {}

  /** Weighs in secret. */
  // eslint-disable-next-line no-unused-private-class-members
  #weigh() {}

  'quoted name'() {}

  42() {}

  get() {}

  static async add(fruit) {
    switch (fruit.kind) {
      case 'apple':
      case 'pear':
        return true;
      default:
        try { fruit.wash(); } catch (error) { throw error; } finally { fruit.dry(); }
    }
    fruit.label ||= 'none';
    return fruit.ripe ? fruit.sweet && !fruit.bruised : false;
  }
}

/** Sizes of baskets. */
const Sizes = class InnerName {
  /** The smallest. */
  static smallest() {}
};

/** Functions by name. */
const api = {
  version: 1,
  /** As a pair. */
  fetch: function (url) { return fs.readFile(url); },
  send: async (url, body = {}) => url,
  /** As a method. */
  close() {},
  get open() { return true; },
  'with-dash': () => {},
  'dotted.name': function () {},
  nested: {
    /** Two levels down. */
    deep() { function local() { helper(); } return local(); },
  },
};

/** An old constructor. */
function Tree(kind) {
  this.kind = kind;

  /** Grows: assigned to this. */
  this.grow = function (years) { return years; };
}

/** Falls over: on the prototype. */
Tree.prototype.fall = function fallOver(direction) {
  this.lean(direction);
};

Tree.prototype = {
  /** Leans. */
  lean: function (direction) {},
};

/** Plants: on the constructor itself. */
Tree.plant = (kind) => new Tree(kind);

/** Exported the old way. */
exports.prune = function () {};

module.exports.water = async function () {};

/** The whole module. */
module.exports = function orchard(config) {
  config.handlers['on-frost'] = function (night) {};
};

/** Assigned twice over. */
var graft = exports.graft = function (scion) {};

$.fn.orchard = function (options) { return this.each(function () { $(this).plant(options); }); };

(function immediately() {
  window.ready = true;
})();

const memo = useMemo(() => expensive(), []);
const wrapped = forwardRef(function Inner(props, ref) { return null; });

/**
 * @typedef {Object} Leaf
 * @property {string} colour
 */

/** After a typedef. */
function afterTypedef() {}

/** @type {function(number): number} */
const cast = /** @type {any} */ ((n) => n);

/**
 * Shows a fruit.
 * @param {{ fruit: Fruit, onEat: function }} props
 */
export const FruitCard = ({ fruit, onEat }) => (
  <div className="card" onClick={() => onEat(fruit)}>
    {/* JSX comments are comments */}
    {fruit.ripe && <Badge text="ripe // not a comment" />}
  </div>
);

@observer
@tracked({ deep: true })
class Orchard {
  @bound
  handle(event) { super.handle(event); }
}

//#region rulers are no documentation
//----------------------------------------
function afterRuler() {}
//#endregion

describe('pick', () => {
  it('picks', function () { pick(); });
});

function testPick() {}
