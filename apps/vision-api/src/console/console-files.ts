import { sha256Digest } from '@nomo/security-core';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A form of a file that may be sent. */
interface Form {
  readonly body: Buffer;
  readonly etag: string;
}

/** A file of the built pages. */
export interface ConsoleFile {
  readonly type: string;
  /** Its name says what is in it: a file with other content has another name. */
  readonly immutable: boolean;
  readonly plain: Form;
  /** As the build has compressed it, by the name of the encoding. */
  readonly compressed: ReadonlyMap<'br' | 'gzip', Form>;
}

const INDEX = 'index.html';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

const ENCODINGS = { '.br': 'br', '.gz': 'gzip' } as const;

/**
 * The built pages of the console, all of them in memory: they are a few megabytes, and what is
 * asked for is only ever looked up by its name.
 */
export class ConsoleFiles {
  private constructor(
    /** The page itself; `undefined` where nothing was built. */
    readonly index: string | undefined,
    private readonly files: ReadonlyMap<string, ConsoleFile>,
  ) {}

  /** @param folder - Where the build has put them; it may be missing. */
  static read(folder: string): ConsoleFiles {
    if (!existsSync(path.join(folder, INDEX))) return new ConsoleFiles(undefined, new Map());
    const files = new Map<string, ConsoleFile>();
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath, entry.name);
      const name = path.relative(folder, file).split(path.sep).join('/');
      const type = TYPES[path.extname(name)];
      if (!entry.isFile() || type === undefined || name === INDEX) continue;
      files.set(name, {
        type,
        immutable: name.startsWith('assets/'),
        plain: formOf(file),
        compressed: new Map(
          Object.entries(ENCODINGS)
            .filter(([extension]) => existsSync(`${file}${extension}`))
            .map(([extension, encoding]) => [encoding, formOf(`${file}${extension}`)]),
        ),
      });
    }
    return new ConsoleFiles(readFileSync(path.join(folder, INDEX), 'utf8'), files);
  }

  /** @param name - As it stands in an address, below /dashboard/. */
  find(name: string): ConsoleFile | undefined {
    return this.files.get(name);
  }
}

function formOf(file: string): Form {
  const body = readFileSync(file);
  const digest = Buffer.from(sha256Digest(body)).toString('base64url');
  return { body, etag: `"${digest}"` };
}
