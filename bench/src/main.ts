import { core } from './core/core.ts';
import { BenchmarkError, type Benchmark } from './frame/benchmark.ts';
import { renderReport, writeSection } from './frame/document.ts';
import { interruption, interruptOnSignals } from './frame/interruption.ts';
import { describeMachine } from './frame/machine.ts';
import { installPeers } from './frame/peers.ts';
import { gate } from './gate/gate.ts';
import { pipelines } from './pipelines/pipelines.ts';
import { tokens } from './tokens/tokens.ts';
import { vision } from './vision/vision.ts';

// Read by ONNX Runtime in every process that a benchmark starts, peers included.
process.env['ORT_DISABLE_TELEMETRY'] = '1';

/** Every benchmark there is, in the order of its section in the document. */
const benchmarks: readonly Benchmark[] = [gate, vision, core, pipelines, tokens];

const DOCUMENT = new URL('../../docs/benchmarks.md', import.meta.url).pathname;

function usage(): string {
  const lines = benchmarks.flatMap(({ name, summary, flags }) => [
    `  ${name.padEnd(12)}${summary}`,
    ...Object.entries(flags).map(([flag, meaning]) => `    ${flag.padEnd(10)}${meaning}`),
  ]);
  return `Usage: npm run bench -- <name> [options]

Measures the product beside others in one run, prints a table of ratios and writes it
to docs/benchmarks.md.

${lines.join('\n')}

  --quick     a short run that only shows that everything works; writes no document
  --help      this text
`;
}

/** @returns the exit code: 0 done, 1 the run failed, 2 not understood. A missed target is a result. */
async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(usage());
    return 0;
  }
  const [name, ...flags] = args;
  const benchmark = benchmarks.find((candidate) => candidate.name === name);
  const known = new Set(['--quick', ...Object.keys(benchmark?.flags ?? {})]);
  const unknown = flags.find((flag) => !known.has(flag));
  if (!benchmark || unknown !== undefined) {
    const complaint =
      name === undefined
        ? 'Which benchmark?'
        : `Unknown ${benchmark ? 'option' : 'benchmark'}: ${unknown ?? name}`;
    process.stderr.write(`${complaint}\n\n${usage()}`);
    return 2;
  }

  const quick = flags.includes('--quick');
  const begin = performance.now();
  const progress = (line: string): void => {
    const seconds = ((performance.now() - begin) / 1000).toFixed(0).padStart(4);
    process.stderr.write(`${seconds} s  ${line}\n`);
  };
  interruptOnSignals();
  const machine = describeMachine();
  await installPeers(progress);
  const report = await benchmark.run({ quick, has: (flag) => flags.includes(flag), progress });
  const section = renderReport(report, machine, new Date());
  process.stdout.write(`\n${section}\n`);
  if (!quick) {
    await writeSection(
      DOCUMENT,
      benchmarks.map((each) => each.name),
      benchmark.name,
      section,
    );
    progress('written to docs/benchmarks.md');
  }
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BenchmarkError)) throw error;
  process.stderr.write(`${error.message}\n`);
  // 130 is what a shell calls an end by Ctrl-C.
  process.exitCode = interruption.aborted ? 130 : 1;
}
