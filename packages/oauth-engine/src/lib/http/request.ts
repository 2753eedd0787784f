/**
 * A request as it came, believed in nothing. `headers` has the shape of Node's
 * `headersDistinct`: lower-case names, every value that was sent, so that a repeated header shows.
 */
export interface OAuthRequest {
  readonly method: string;
  /** What follows the `?` of the request line, raw. Empty if nothing does. */
  readonly query: string;
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>;
  /** The body's bytes, undecoded; the caller limits their number. */
  readonly body?: Uint8Array;
}
