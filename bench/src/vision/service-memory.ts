import { readFile } from 'node:fs/promises';
import { BenchmarkError, type Run } from '../frame/benchmark.ts';
import { interruption } from '../frame/interruption.ts';
import { createKey, prepareStores, VisionApi } from '../service/vision-api.ts';
import { type Material, material } from './material.ts';

/** Resident memory of the API process, in bytes. */
export interface ServiceMemory {
  /** With two workers, after every operation was asked for on every picture. */
  readonly warm: number;
  readonly soak?: Soak;
}

export interface Soak {
  readonly requests: number;
  readonly samples: readonly { readonly requests: number; readonly resident: number }[];
  readonly highest: number;
  /** Mean of the second half over mean of the first. */
  readonly growth: number;
}

const WORKERS = 2;
const SOAK_REQUESTS = 2000;
const SAMPLE_EVERY = 100;

/** What the service is asked, as paths and the files that go with them. */
interface Errand {
  readonly path: string;
  readonly files: Readonly<Record<string, string>>;
}

/** Starts vision-api as it runs in production and watches its memory while it works. */
export async function measureServiceMemory(run: Run, soak: boolean): Promise<ServiceMemory> {
  run.progress('memory of the API process');
  await using stack = new AsyncDisposableStack();
  const environment = await prepareStores(stack);
  const key = await createKey(environment);
  const api = stack.use(await VisionApi.start(environment, WORKERS));

  const errands = errandsOf(material(run.quick));
  await send(api, key, errands, errands.length, () => Promise.resolve());
  const warm = await api.residentBytes();
  if (!soak) return { warm };

  const requests = run.quick ? 2 * SAMPLE_EVERY : SOAK_REQUESTS;
  const samples: { requests: number; resident: number }[] = [];
  await send(api, key, errands, requests, async (done) => {
    if (done % SAMPLE_EVERY !== 0) return;
    samples.push({ requests: done, resident: await api.residentBytes() });
    run.progress(`soak: ${done} of ${requests} requests`);
  });
  const resident = samples.map((sample) => sample.resident);
  const half = resident.length / 2;
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    warm,
    soak: {
      requests,
      samples: samples.filter(({ requests: done }) => done % (requests / 4) === 0),
      highest: Math.max(...resident),
      growth: mean(resident.slice(half)) / mean(resident.slice(0, half)),
    },
  };
}

function errandsOf({ photos, pages }: Material): readonly Errand[] {
  const after = (index: number): string => photos[(index + 1) % photos.length] ?? '';
  return photos
    .flatMap<Errand>((photo, index) => [
      { path: '/v1/faces/detect', files: { image: photo } },
      { path: '/v1/faces/compare', files: { source: photo, target: after(index) } },
      { path: '/v1/labels/detect', files: { image: photo } },
    ])
    .concat(pages.map(({ path }) => ({ path: '/v1/text/detect', files: { image: path } })));
}

/** Sends that many requests, as many at a time as there are workers, errand after errand. */
async function send(
  api: VisionApi,
  key: string,
  errands: readonly Errand[],
  requests: number,
  after: (done: number) => Promise<void>,
): Promise<void> {
  let [next, done] = [0, 0];
  const client = async (): Promise<void> => {
    while (next < requests) {
      const errand = errands[next++ % errands.length];
      if (errand) await sendOne(api, key, errand);
      await after(++done);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, client));
}

async function sendOne(api: VisionApi, key: string, { path, files }: Errand): Promise<void> {
  const body = new FormData();
  for (const [field, file] of Object.entries(files))
    body.append(field, new Blob([await readFile(file)], { type: 'image/jpeg' }), 'picture.jpg');
  const answer = await fetch(api.origin + path, {
    method: 'POST',
    headers: { 'x-api-key': key },
    body,
    signal: interruption,
  });
  const text = await answer.text();
  if (answer.status !== 200)
    throw new BenchmarkError(`${path} answered ${answer.status}: ${text.slice(0, 500)}`);
}
