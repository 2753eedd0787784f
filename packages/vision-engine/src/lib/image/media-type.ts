/** The formats the engine reads. */
export type MediaType = 'image/jpeg' | 'image/png' | 'image/webp';

/** Longest start of a file that {@link looksLikeOtherMedia} searches: room for an XML prologue. */
const TEXT_PREFIX_BYTES = 1024;

function startsWith(bytes: Uint8Array, signature: string, offset = 0): boolean {
  for (let i = 0; i < signature.length; i += 1) {
    if (bytes[offset + i] !== signature.charCodeAt(i)) return false;
  }
  return true;
}

/**
 * Tells a format by the signature in its first bytes, and by nothing else: a declared
 * `Content-Type` or file name is the caller's claim.
 *
 * @returns undefined when the bytes start like none of the three.
 */
export function sniffMediaType(bytes: Uint8Array): MediaType | undefined {
  // SOI, and the 0xFF every JPEG marker starts with (ISO/IEC 10918-1, B.1.1).
  if (startsWith(bytes, '\xff\xd8\xff')) return 'image/jpeg';
  // W3C PNG, section 5.2.
  if (startsWith(bytes, '\x89PNG\r\n\x1a\n')) return 'image/png';
  // RFC 9649, section 2.4: "RIFF", four bytes of size, "WEBP".
  if (startsWith(bytes, 'RIFF') && startsWith(bytes, 'WEBP', 8)) return 'image/webp';
  return undefined;
}

/**
 * Whether the bytes are some other kind of picture or document, one that works elsewhere: the
 * caller should convert it. Everything else that is not one of the three formats is simply no
 * image.
 */
export function looksLikeOtherMedia(bytes: Uint8Array): boolean {
  if (
    startsWith(bytes, 'GIF8') ||
    startsWith(bytes, 'BM') ||
    startsWith(bytes, 'II*\0') ||
    startsWith(bytes, 'MM\0*') ||
    startsWith(bytes, 'II+\0') ||
    startsWith(bytes, 'MM\0+') ||
    startsWith(bytes, '%PDF-') ||
    startsWith(bytes, '8BPS') ||
    startsWith(bytes, '\0\0\x01\0') ||
    // JPEG 2000 and JPEG XL, boxed and bare.
    startsWith(bytes, '\0\0\0\x0cjP  ') ||
    startsWith(bytes, '\xff\x4f\xff\x51') ||
    startsWith(bytes, '\0\0\0\x0cJXL ') ||
    startsWith(bytes, '\xff\x0a') ||
    // ISO base media: HEIC, AVIF and films.
    startsWith(bytes, 'ftyp', 4)
  ) {
    return true;
  }
  let start = '';
  for (const byte of bytes.subarray(0, TEXT_PREFIX_BYTES)) start += String.fromCharCode(byte);
  return /^(?:\xef\xbb\xbf)?\s*</.test(start) && start.includes('<svg');
}
