import { cpus, loadavg, totalmem } from 'node:os';

/**
 * What a reader has to know of the machine to judge a figure, and nothing that identifies
 * it. To be asked before the run: the load is then that of everything else.
 */
export function describeMachine(): string {
  const cores = cpus();
  const model = (cores[0]?.model ?? 'unknown processor').replace(/\s+/g, ' ').trim();
  const memory = Math.round(totalmem() / 2 ** 30);
  const load = (loadavg()[0] ?? 0).toFixed(1);
  return [
    `${cores.length} cores (${model}), ${memory} GiB of memory, ${process.platform}-${process.arch}`,
    `load average before the run ${load}`,
  ].join(' · ');
}
