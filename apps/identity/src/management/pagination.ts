import { z } from 'zod';

/** Where a page ended: lists go from the newest to the oldest. */
export interface Position {
  readonly at: Date;
  readonly id: string;
}

/** A page is answered at once, and checked and written as a whole. */
const MOST_ITEMS = 100;
const LIMIT = `This has to be a whole number from 1 to ${MOST_ITEMS}, given once.`;

/** @param id the form of the ids that the list goes by: the database is asked about no other */
function cursorBy(id: z.ZodType<string>): z.ZodType<Position, string> {
  const encoded = z.tuple([z.int().min(0).max(8.64e15), id]);
  return z
    .string()
    .max(300)
    .transform((text, context): Position => {
      try {
        const [at, last] = encoded.parse(
          JSON.parse(Buffer.from(text, 'base64url').toString('utf8')),
        );
        return { at: new Date(at), id: last };
      } catch {
        context.addIssue({
          code: 'custom',
          message: 'This has to be the `nextCursor` of a page before.',
        });
        return z.NEVER;
      }
    });
}

interface PageQuery {
  limit: z.ZodType<number>;
  cursor: z.ZodOptional<z.ZodType<Position, string>>;
}

/** What a list takes whose ids have this form. */
export function pageQueryBy(id: z.ZodType<string>): PageQuery {
  return {
    limit: z.coerce.number(LIMIT).int(LIMIT).min(1, LIMIT).max(MOST_ITEMS, LIMIT).default(25),
    cursor: cursorBy(id).optional(),
  };
}

/** What most lists take: their ids are UUIDs. */
export const pageQuery = pageQueryBy(z.uuid());

export interface Page<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}

/** The answer of a list. */
export function pageOf<Item extends z.ZodType>(
  item: Item,
): z.ZodObject<{
  items: z.ZodArray<Item>;
  nextCursor: z.ZodNullable<z.ZodString>;
}> {
  return z.object({
    items: z.array(item),
    nextCursor: z
      .string()
      .nullable()
      .describe('What to ask the next page with; null on the last.'),
  });
}

/**
 * Cuts a page out of rows of which one more was asked for than the page holds.
 *
 * @param rows at most `limit + 1`
 */
export function cut<Row, Item>(
  rows: readonly Row[],
  limit: number,
  position: (row: Row) => Position,
  show: (row: Row) => Item,
): Page<Item> {
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    items: page.map(show),
    nextCursor: last === undefined ? null : encode(position(last)),
  };
}

function encode({ at, id }: Position): string {
  return Buffer.from(JSON.stringify([at.getTime(), id])).toString('base64url');
}

/**
 * Everything past a position, as Prisma's `where` says it. That nothing is newer follows from the
 * rest, but it alone tells PostgreSQL where in the index to begin: without it a page would read
 * all the pages before it, too.
 */
export function after(
  column: string,
  position: Position | undefined,
): Readonly<Record<string, unknown>> {
  if (position === undefined) return {};
  return {
    [column]: { lte: position.at },
    OR: [{ [column]: { lt: position.at } }, { [column]: position.at, id: { lt: position.id } }],
  };
}

/** The parameters of a list in the OpenAPI document. */
export const PAGE_PARAMETERS = [
  {
    name: 'limit',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: MOST_ITEMS, default: 25 },
  },
  { name: 'cursor', required: false, schema: { type: 'string' } },
] as const;
