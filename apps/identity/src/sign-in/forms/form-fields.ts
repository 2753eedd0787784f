/** Why a form is not read. */
export type FormFault = 'not_a_form' | 'too_large' | 'too_many_fields' | 'malformed';

/** A form that is not read. Nothing of it was used. */
export class FormRefused extends Error {
  readonly code = 'form_refused';

  constructor(readonly fault: FormFault) {
    super(`The form is not read: ${fault}`);
  }
}

/** Ten times what the largest form of ours weighs. */
export const MOST_BYTES = 65_536;
/** Ten times what the largest form of ours has. */
const MOST_FIELDS = 50;

const MEDIA_TYPE = 'application/x-www-form-urlencoded';
const MEDIA_TYPES = new Set([
  MEDIA_TYPE,
  `${MEDIA_TYPE};charset=utf-8`,
  `${MEDIA_TYPE};charset="utf-8"`,
]);
/** Browsers leave few of these as they are (URL Standard, section 5.2), other clients more of them. */
const ENCODED = /^[\x21-\x7e]*$/;

/**
 * The fields of a form, each once, in UTF-8 and without control characters.
 *
 * @throws {FormRefused}
 */
export function readFields(
  contentType: string | undefined,
  body: Uint8Array,
): ReadonlyMap<string, string> {
  const mediaType = (contentType ?? '').toLowerCase().replace(/\s/g, '');
  if (!MEDIA_TYPES.has(mediaType)) throw new FormRefused('not_a_form');
  if (body.length > MOST_BYTES) throw new FormRefused('too_large');
  const fields = new Map<string, string>();
  if (body.length === 0) return fields;
  const pairs = Buffer.from(body).toString('latin1').split('&');
  if (pairs.length > MOST_FIELDS) throw new FormRefused('too_many_fields');
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    if (equals < 1) throw new FormRefused('malformed');
    const name = decode(pair.slice(0, equals));
    if (fields.has(name)) throw new FormRefused('malformed');
    fields.set(name, decode(pair.slice(equals + 1)));
  }
  return fields;
}

function decode(encoded: string): string {
  if (!ENCODED.test(encoded)) throw new FormRefused('malformed');
  let decoded: string;
  try {
    decoded = decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    // Not UTF-8. Said without what it was.
    throw new FormRefused('malformed');
  }
  if (/\p{Cc}/u.test(decoded)) throw new FormRefused('malformed');
  return decoded;
}
