import {
  mostWebhookSignatures,
  type PresentedSignature,
  type PresentedWebhook,
  type Timestamped,
  type WebhookRefusalReason,
  type WebhookScheme,
} from '../webhook/scheme.js';
import { readHmac, readPairs, readTimestamp, textKey } from './webhook-parts.js';

/** A scheme whose one header is a list of pairs: the time once, signatures any number of times. */
interface TimestampedForm {
  readonly name: string;
  readonly header: string;
  readonly pairSeparator: string;
  readonly timestampName: string;
  readonly signatureName: string;
  /** What stands between the time and the body in the text that is signed. */
  readonly bodySeparator: string;
}

/** Pairs by other names are passed over: they are how a sender introduces a new algorithm. */
export function timestampedScheme(form: TimestampedForm): WebhookScheme<Timestamped> {
  const read = ([header = '']: readonly string[]):
    PresentedWebhook<Timestamped> | WebhookRefusalReason => {
    const pairs = readPairs(header, form.pairSeparator);
    if (pairs === undefined) {
      return 'header_malformed';
    }
    const valuesOf = (wanted: string): string[] =>
      pairs.filter(([name]) => name === wanted).map(([, value]) => value);
    const [text, ...more] = valuesOf(form.timestampName);
    const timestamp = text === undefined ? undefined : readTimestamp(text);
    if (timestamp === undefined || more.length > 0) {
      return 'timestamp_malformed';
    }
    const signatures: PresentedSignature[] = [];
    for (const value of valuesOf(form.signatureName)) {
      const signature = readHmac(value, 'hex');
      if (signature === undefined) {
        return 'signature_malformed';
      }
      signatures.push(signature);
    }
    if (signatures.length === 0 || signatures.length > mostWebhookSignatures) {
      return 'signature_malformed';
    }
    return {
      signedPrefix: `${timestamp}${form.bodySeparator}`,
      timestamp,
      signatures,
      message: { timestamp: new Date(timestamp * 1000) },
    };
  };
  return { name: form.name, headers: [form.header], read, keyOf: textKey };
}
