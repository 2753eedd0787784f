import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An object as it was put, with what was asked of S3 beside it. */
export interface StoredObject {
  readonly body: Buffer;
  readonly lockMode: string | undefined;
  readonly retainUntil: string | undefined;
}

/** As much of S3 as checkpoints use, over HTTP: PutObject, GetObject and ListObjectsV2 in short pages. */
export interface S3Server {
  readonly endpoint: string;
  readonly objects: Map<string, StoredObject>;
  close(): Promise<void>;
}

const keysInAPage = 2;

export async function startS3(bucket: string): Promise<S3Server> {
  const objects = new Map<string, StoredObject>();
  const server = createServer((request, response) => {
    void answer(objects, bucket, request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    objects,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function answer(
  objects: Map<string, StoredObject>,
  bucket: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://s3');
  const key = decodeURIComponent(url.pathname.slice(bucket.length + 2));
  const fail = (status: number, code: string): void => {
    response.writeHead(status, { 'content-type': 'application/xml' });
    response.end(
      `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`,
    );
  };
  if (!url.pathname.startsWith(`/${bucket}`)) {
    fail(404, 'NoSuchBucket');
  } else if (request.method === 'PUT') {
    const body = await readBody(request);
    const { headers } = request;
    if (headers['if-none-match'] === '*' && objects.has(key)) {
      fail(412, 'PreconditionFailed');
    } else if (headers['x-amz-checksum-sha256'] === undefined) {
      // S3 says so of an object that is to be locked.
      fail(400, 'InvalidRequest');
    } else {
      objects.set(key, {
        body,
        lockMode: String(headers['x-amz-object-lock-mode']),
        retainUntil: String(headers['x-amz-object-lock-retain-until-date']),
      });
      response.writeHead(200).end();
    }
  } else if (key === '') {
    list(objects, url, response);
  } else {
    const object = objects.get(key);
    if (object === undefined) fail(404, 'NoSuchKey');
    else response.writeHead(200, { 'content-length': object.body.length }).end(object.body);
  }
}

function list(objects: Map<string, StoredObject>, url: URL, response: ServerResponse): void {
  const prefix = url.searchParams.get('prefix') ?? '';
  const after = url.searchParams.get('continuation-token') ?? '';
  const keys = [...objects.keys()]
    .filter((key) => key.startsWith(prefix) && key > after)
    .sort();
  const page = keys.slice(0, keysInAPage);
  const truncated = keys.length > page.length;
  response.writeHead(200, { 'content-type': 'application/xml' });
  response.end(
    `<?xml version="1.0"?><ListBucketResult><IsTruncated>${String(truncated)}</IsTruncated>${page
      .map((key) => `<Contents><Key>${key}</Key></Contents>`)
      .join(
        '',
      )}${truncated ? `<NextContinuationToken>${page.at(-1) ?? ''}</NextContinuationToken>` : ''}</ListBucketResult>`,
  );
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
