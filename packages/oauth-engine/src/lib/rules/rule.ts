/**
 * One rule of the protocol: reads what it is about, returns what it found there, and throws an
 * `OAuthError` where the request breaks it. A rule that only forbids returns nothing.
 *
 * Each stands in a file of its own, names its section, and is listed in `endpoint-rules.ts`.
 */
export type Rule<Subject, Value = void> = (subject: Subject) => Value;
