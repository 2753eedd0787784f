import { KeyObject } from 'node:crypto';
import { isUint8Array } from 'node:util/types';

import { InvalidArgument } from '../errors.js';
import { Secret } from '../secret.js';

/*
 * What a compiler refuses and a program without types passes in all the same. Left to Node, it
 * is answered by an error without a code of ours, and often with the value in its message.
 */

/**
 * Refuses what is not bytes: a string or a parsed body here would mean that what is signed,
 * sealed or compared is not what was sent.
 *
 * @throws {InvalidArgument}
 */
export function requireBytes(value: unknown, name: string): asserts value is Uint8Array {
  if (!isUint8Array(value)) {
    throw new InvalidArgument(`${name} has to be bytes (Uint8Array)`);
  }
}

/** @throws {InvalidArgument} */
export function requireText(value: unknown, name: string): asserts value is string {
  if (typeof value !== 'string') {
    throw new InvalidArgument(`${name} has to be text`);
  }
}

/** Refuses what has no properties by name. @throws {InvalidArgument} */
export function requireObject(value: unknown, name: string): asserts value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidArgument(`${name} has to be an object`);
  }
}

/** @throws {InvalidArgument} */
export function requireList(value: unknown, name: string): asserts value is readonly unknown[] {
  if (!Array.isArray(value)) {
    throw new InvalidArgument(`${name} has to be a list`);
  }
}

/** @throws {InvalidArgument} */
export function requireFunction(value: unknown, name: string): void {
  if (typeof value !== 'function') {
    throw new InvalidArgument(`${name} has to be a function`);
  }
}

/** @throws {InvalidArgument} It is no Date, or one of no time. */
export function requireTime(value: unknown, name: string): asserts value is Date {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) {
    throw new InvalidArgument(`${name} has to be a time (Date)`);
  }
}

/** @throws {InvalidArgument} */
export function requireEd25519(key: unknown, type: 'private' | 'public'): void {
  if (!(key instanceof KeyObject) || key.type !== type || key.asymmetricKeyType !== 'ed25519') {
    throw new InvalidArgument(`The key of a checkpoint is a ${type} Ed25519 key (KeyObject)`);
  }
}

/** What a value holds, whether it comes wrapped or bare. */
export function revealed<T>(value: T | Secret<T>): T {
  return value instanceof Secret ? value.reveal() : value;
}
