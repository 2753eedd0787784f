/** Pixels: 8 bits each of red, green, blue, interleaved, rows from the top without padding. */
export interface Raster {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}
