/** A request taken apart, whichever of the three forms it came in; not yet checked. */
export interface RequestContent {
  readonly images: ReadonlyMap<string, Uint8Array>;
  readonly options: ReadonlyMap<string, unknown>;
}
