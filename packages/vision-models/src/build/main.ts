/**
 * Makes dist/*.onnx and the notice of each network. The same installed packages give the
 * same bytes.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { modelCatalogue, modelPath, textCharactersPath } from '../lib/catalogue.ts';
import { type Job, jobs, readTextCharacters } from './jobs.ts';
import { noisePicture } from './noise.ts';
import { noticeOf } from './notice.ts';
import { packageFolder } from './sources.ts';
import { startTensorflow, tf } from './tensorflow.ts';
import { convert } from './trace/convert.ts';
import { record } from './trace/recording.ts';
import { compareWithOriginal } from './verify.ts';

// Read when ONNX Runtime makes its first session, which the comparison with the original does.
process.env['ORT_DISABLE_TELEMETRY'] = '1';

type Conversion = Extract<Job, { kind: 'convert' }>;

async function convertModel(job: Conversion): Promise<{ bytes: Uint8Array; remark: string }> {
  const description = modelCatalogue[job.model];
  const shape = description.input.shape.map(Number) as [number, number, number, number];
  const [, height, width] = shape;
  const network = await job.load();
  const traced = tf.tensor(Float32Array.from(noisePicture(1, height, width)), shape);
  const graph = convert(job.model, record(network, traced));
  const bytes = graph.serialize();

  // Another picture than the traced one: a value that was taken for a constant would show.
  const pixels = noisePicture(2, height, width);
  const original = network(tf.tensor(Float32Array.from(pixels), shape));
  const expected = Object.fromEntries(
    Object.entries(original).map(([name, tensor]) => [
      name,
      Float32Array.from(tensor.dataSync()),
    ]),
  );
  const difference = await compareWithOriginal(bytes, description, pixels, expected);
  if (!(difference <= job.tolerance)) {
    throw new Error(
      `${job.model} differs from the original by ${difference} of its largest value, more than ${job.tolerance}`,
    );
  }
  const share = `${(difference * 100).toFixed(3)} % of ${job.tolerance * 100} % allowed`;
  return { bytes, remark: `${graph.size} operators, difference ${share}` };
}

async function makeModel(job: Job): Promise<void> {
  const start = performance.now();
  const description = modelCatalogue[job.model];
  const { bytes, remark } =
    job.kind === 'convert'
      ? await convertModel(job)
      : { bytes: await readFile(join(packageFolder(job.package), job.file)), remark: 'copied' };
  if (bytes.length !== description.bytes) {
    throw new Error(
      `${job.model} has ${bytes.length} bytes, the catalogue says ${description.bytes}`,
    );
  }
  const path = modelPath(job.model);
  // Whoever runs a network meanwhile finds the old one or the new one, never half of one.
  await writeFile(`${path}.new`, bytes);
  await rename(`${path}.new`, path);
  await writeFile(path.replace(/onnx$/, 'NOTICE.txt'), await noticeOf(job.model, description));
  const size = `${(bytes.length / 1e6).toFixed(1)} MB`.padStart(8);
  const time = `${(performance.now() - start).toFixed(0)} ms`.padStart(8);
  console.log(`${job.model.padEnd(17)}${size}${time}  ${remark}`);
}

await startTensorflow();
await mkdir(new URL('../../dist/', import.meta.url), { recursive: true });
for (const job of jobs) await makeModel(job);
await writeFile(textCharactersPath(), await readTextCharacters());
