import { type OAuthContext } from '../context.js';

/** Of a UUIDv7: 48 bits of time, 74 random ones, version and variant. */
const randomBytes = 10;

/**
 * The name of a new grant: a UUIDv7 (RFC 9562 §5.7), so that grants of one time lie together in
 * an index.
 */
export function drawGrantId(context: OAuthContext): string {
  const time = context.clock.now().getTime().toString(16).padStart(12, '0');
  const random = Buffer.from(context.randomBytes(randomBytes));
  random.writeUInt8((random.readUInt8(0) & 0x0f) | 0x70, 0);
  random.writeUInt8((random.readUInt8(2) & 0x3f) | 0x80, 2);
  const hex = `${time}${random.toString('hex')}`;
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}
