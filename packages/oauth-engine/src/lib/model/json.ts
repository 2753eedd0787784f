/** What JSON can say. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue | undefined };

/** A JSON object, such as the body of an answer or the payload of a token. */
export type JsonObject = Readonly<Record<string, JsonValue | undefined>>;
