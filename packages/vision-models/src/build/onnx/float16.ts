const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/**
 * IEEE 754 binary16 bit patterns of `values`, or undefined when one of them cannot be
 * written in 16 bits without loss.
 */
export function toFloat16(values: Float32Array): Uint16Array | undefined {
  const patterns = new Uint16Array(values.length);
  for (const [index, value] of values.entries()) {
    const pattern = encode(value);
    if (pattern === undefined) return undefined;
    patterns[index] = pattern;
  }
  return patterns;
}

/** The numbers that binary16 bit patterns stand for. */
export function fromFloat16(patterns: Uint16Array): Float32Array {
  return Float32Array.from(patterns, decode);
}

function encode(value: number): number | undefined {
  float[0] = value;
  const pattern = bits[0] ?? 0;
  const sign = (pattern >>> 16) & 0x8000;
  if (value === 0) return sign;
  // From the bias of 32 bits (127) to that of 16 bits (15).
  const exponent = ((pattern >>> 23) & 0xff) - 112;
  const mantissa = pattern & 0x7fffff;
  if (exponent >= 31 || exponent < -9) return undefined;
  // A subnormal writes out the leading one and gives up a bit for each missing power.
  const subnormal = exponent <= 0;
  const significand = subnormal ? mantissa | 0x800000 : mantissa;
  const dropped = subnormal ? 14 - exponent : 13;
  if ((significand & ((1 << dropped) - 1)) !== 0) return undefined;
  return sign | (subnormal ? 0 : exponent << 10) | (significand >>> dropped);
}

function decode(pattern: number): number {
  const sign = pattern & 0x8000 ? -1 : 1;
  const exponent = (pattern >>> 10) & 0x1f;
  const mantissa = pattern & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}
