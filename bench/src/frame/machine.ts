import { cpus, totalmem } from 'node:os';

/** What a reader has to know of the machine to judge a figure; nothing that identifies it. */
export function describeMachine(): string {
  const cores = cpus();
  const model = (cores[0]?.model ?? 'unknown processor').replace(/\s+/g, ' ').trim();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cores.length} cores (${model}), ${memory} GiB of memory, ${process.platform}-${process.arch}`;
}
