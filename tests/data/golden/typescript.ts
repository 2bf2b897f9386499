// SPDX-License-Identifier: Apache-2.0

/**
 * Odd corners of TypeScript.
 * @packageDocumentation
 */

/// <reference types="node" />
import type { Season } from './season';
import fs = require('fs');
import Alias = Orchard.Inner;
export type { Leaf } from './leaf.js';
export * as shapes from './shapes';

export type Ripe<T> = T extends { ripe: true } ? T : never;

/** How to pick. */
export type Options = {
  limit: number;
  /** Called for each fruit. */
  visit(fruit: Fruit): void;
  filter: (fruit: Fruit) => boolean;
};

export enum Colour { Red, Green }
declare const enum Flag { On = 1 }
declare const VERSION: string;

/**
 * A fruit.
 *
 * @typeParam T - What it holds.
 */
export interface Fruit<T = unknown> extends Seed<T> {
  readonly name: string;
  /** Call signatures have no name. */
  (bite: number): T;
  new (name: string): Fruit;
  [key: string]: any;
  /**
   * Peels it.
   * @param depth - How deep, in millimetres.
   * @returns The peel.
   */
  peel(depth?: number): T[];
  wash?(): Promise<void>;
  get weight(): number;
  set weight(value: number);
  onEat: (by: string) => void;
}

/** Picks by number. */
export function pick(count: number): Fruit[];
/** Picks by name. */
export function pick(name: string, ...more: string[]): Fruit;
/**
 * Picks fruit.
 *
 * @param what - A count or a name.
 * @param options - How to pick,
 *   on two lines.
 * @returns What was picked.
 * @throws {@link RangeError} when the count is negative.
 * @throws {TypeError} for anything else
 * @deprecated since 2.0
 *
 * @example
 * ```ts
 * pick(3);
 * ```
 */
export function pick(what: number | string, { limit = 1, ...rest }: Options = { limit: 2 }): any {
  if (typeof what === 'number' && what < 0) throw new RangeError('negative');
  const chosen = what!.toString!();
  return (rest as any)?.find<string>(chosen) ?? new Map<string, Fruit>();
}

export async function* stream<T extends object, const K = keyof T>(
  this: Window,
  source: AsyncIterable<T>,
  [first, second]: [K, K],
  visit?: (item: T, index: number) => void, // called for each
  fallback: () => T = () => ({} as T),
): AsyncGenerator<T, void, undefined> {
  for await (const item of source) yield item;
}

/** Narrows. */
export const isFruit = (value: unknown): value is Fruit => typeof value === 'object';

/** Asserts. */
function assertFruit(value: unknown): asserts value is Fruit {}

const generic = <T,>(value: T): T => value;
/** Cast to a type. */
export const handler = (async (event) => { await event; }) as Handler;
const checked = ((event) => event) satisfies Handler;
const twice = function (this: void, n: number) {} as unknown as Handler;
let assigned: Handler;
assigned = (event: Event) => {};

/** A tree that grows. */
@Component({ selector: 'tree' })
export abstract class Tree<T extends Fruit> extends Plant<T> implements Growing, Falling {
  private readonly years: number = 0;
  declare kind: string;
  static #secret?: string;

  /**
   * Plants a tree.
   * @param kind - What kind.
   * @param years - Its age.
   */
  constructor(
    @Inject(KIND) private kind: string,
    public readonly years = 0,
    protected soil?: Soil,
  ) {
    super(kind);
  }

  /** Must be given. */
  abstract grow(years: number): void;
  protected abstract get height(): number;

  /** Reads the crown. */
  @Input()
  @HostBinding('class.crown')
  get crown(): string { return this._crown; }
  set crown(value: string) { this._crown = value; }

  // Overloads in a class.
  bear(count: number): T[];
  bear(name: string): T;
  bear(what: any): any { return super.bear(what); }

  /** Runs on frost. */
  // prettier-ignore
  @HostListener('frost', ['$event'])
  public async onFrost(@Param('night') night: Night): Promise<void> {}

  /** An arrow in a field. */
  private handle = async <E extends Event>(event: E): Promise<boolean> => {
    return event.ok || false;
  };

  override toString = () => 'tree';

  static create<T extends Fruit>(this: new () => Tree<T>): Tree<T> { return new this(); }

  public static async *[Symbol.asyncIterator](): AsyncGenerator<never> {}
}

/** Grows things. */
export namespace Orchard.Inner {
  /** In a namespace. */
  export function plant(kind: string): Tree<any> {
    function dig(depth: number) { return shovel(depth); }
    return dig(3), null!;
  }
  export const size = (): number => 1;
}

declare module 'orchard-tools' {
  /** Declared elsewhere. */
  export function prune(tree: Tree<any>, amount?: number): void;
}

declare global {
  interface Array<T> {
    pickLast(): T | undefined;
  }
}

/** Without a body. */
declare function graft(scion: Tree<any>): Tree<any>;

declare class Declared {
  constructor(name: string);
  method(): void;
}

const service = {
  /** In an object. */
  start(): void {},
  stop: async (): Promise<void> => {},
} satisfies Service;

Tree.prototype.shake = function (this: Tree<any>, force: number): void { force++; };

export interface Variance<in out A, out B = never> {
  /** After variance marks, which the grammar does not know. */
  map<C>(f: (a: A) => C): Variance<C>
  <D>(d: D): D
  (e: string): void
  /** After signatures without semicolons. */
  end(): B
}
export type * from './types';

export default (config: Config): void => {};
