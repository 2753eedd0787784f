import { type JSONWebKeySet } from 'jose';

/** The published keys of applications that authenticate themselves by `private_key_jwt`. */
export interface ClientKeys {
  /**
   * What an application publishes at its `jwks_uri`. The adapter limits where it connects to, how
   * much it reads and how often it asks, and answers from a cache.
   *
   * @returns Undefined if nothing can be had from there.
   */
  keysAt(jwksUri: string): Promise<JSONWebKeySet | undefined>;
}
