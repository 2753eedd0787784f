import type { Report, Target } from '../frame/benchmark.ts';
import { percentile, ratio, type Spread, spread } from '../frame/statistics.ts';
import { figure, megabytes, type Table, withSpread } from '../frame/table.ts';
import { cores, HUMAN, OCR_NODE, OURS, peers, peersOf, questions } from './contestants.ts';
import type { Material, Question } from './material.ts';
import { type Measurements, ONE_WORKER } from './measure.ts';
import type { ServiceMemory } from './service-memory.ts';

const titles: Readonly<Record<Question, string>> = {
  faces: 'faces with landmarks',
  compare: 'faces, landmarks and embeddings of two photos, compared',
  labels: 'labels',
  text: 'text',
};

/** What the product promises. */
const FACES_TIMES = 2;
const TEXT_TIMES = 1;
const OVERHEAD = 1.1;
const EFFICIENCY = 0.85;
const RESIDENT = 1.1e9;
/** Growth from the first half of a soak to the second that still counts as flat. */
const FLAT = 1.05;

export function report(
  taken: Measurements,
  service: ServiceMemory,
  shown: Material,
  versions: Readonly<Record<string, string>>,
): Report {
  const lines = shown.pages.reduce((sum, page) => sum + page.lines.length, 0);
  return {
    title: 'vision',
    method: [
      `${shown.photos.length} photographs of 1920 pixels’ width (the demonstration pictures of @vladmandic/face-api) and ${shown.pages.length} pages with ${lines} lines of text, the same for all; a comparison takes a photograph and the next one.`,
      'Latency is from the bytes of the file to the answer, decoding included, one call at a time, ours with one worker on one thread. “Times as fast” compares whole passes over the material.',
      `Throughput has all ${cores} cores at work: ours with ${cores} workers in one process, the others with ${cores} processes, except @gutenye/ocr-node by itself, which spreads one call over all cores.`,
      '@vladmandic/human runs on TensorFlow’s WebAssembly with SIMD, the fastest of its backends that installs without running a script; its face search is blazeface, its labels centernet. tesseract.js has the English data of its authors, @gutenye/ocr-node the PP-OCRv4 weights that ours has too.',
      '“Found” counts the faces, the faces compared with, the labels (ours names broader ones as well) and the lines in the answers to the whole material.',
      'Every contender is a process of its own, warmed up; memory is that of the process which answered for the latencies.',
    ],
    targets: [
      ...speedTargets(taken),
      readingTarget(taken),
      ...questions.map((question) => overheadTarget(taken, question)),
      ...questions.map((question) => efficiencyTarget(taken, question)),
      ...memoryTargets(service),
    ],
    tables: [
      latencyTable(taken),
      throughputTable(taken),
      readingTable(taken),
      timingTable(taken),
      memoryTable(taken, service),
    ],
    notes: [],
    versions,
  };
}

function speedTargets(taken: Measurements): Target[] {
  const faster = (question: Question, peer: string, times: number, promise: string): Target => {
    const measured = timesAsFast(taken, question, peer);
    return { promise, measured: `${withSpread(measured)} ×`, met: measured.median >= times };
  };
  return [
    faster(
      'compare',
      HUMAN,
      FACES_TIMES,
      `faces + embedding ≥ ${FACES_TIMES} × as fast as ${HUMAN}`,
    ),
    faster('text', OCR_NODE, TEXT_TIMES, `text at least as fast as ${OCR_NODE}`),
  ];
}

function readingTarget({ readings }: Measurements): Target {
  const [ours, theirs] = [at(readings, OURS), at(readings, OCR_NODE)];
  return {
    promise: `fewer wrong lines than ${OCR_NODE}`,
    measured: `${ours.wrong} of ${ours.lines}, theirs ${theirs.wrong}`,
    met: ours.wrong < theirs.wrong,
  };
}

function overheadTarget({ timings }: Measurements, question: Question): Target {
  const { total, session, decode } = at(timings, question);
  const overhead = total / (session + decode);
  return {
    promise: `${question}: latency ≤ ${OVERHEAD.toFixed(2)} × (session.run + decode)`,
    measured: `${figure(overhead)} ×`,
    met: overhead <= OVERHEAD,
  };
}

function efficiencyTarget(taken: Measurements, question: Question): Target {
  const measured = efficiency(taken, question);
  return {
    promise: `${question}: ${cores} workers ≥ ${EFFICIENCY} × ${cores} × one worker’s throughput`,
    measured: `${withSpread(measured)} × ${cores}`,
    met: measured.median >= EFFICIENCY,
  };
}

function memoryTargets({ warm, soak }: ServiceMemory): Target[] {
  const resident: Target = {
    promise: 'API process, two workers, every model warm: ≤ 1.1 GB resident',
    measured: megabytes(Math.max(warm, soak?.highest ?? 0)),
    met: Math.max(warm, soak?.highest ?? 0) <= RESIDENT,
  };
  if (!soak) return [resident];
  return [
    resident,
    {
      promise: `flat over ${soak.requests} requests (second half ≤ ${FLAT} × first half)`,
      measured: `${figure(soak.growth)} ×`,
      met: soak.growth <= FLAT,
    },
  ];
}

function latencyTable({ latencies, found }: Measurements): Table {
  return {
    title: 'Latency of a call',
    columns: ['', 'p50', 'p90', 'found', 'ours is … times as fast'],
    rows: questions.flatMap((question) =>
      [OURS, ...peersOf[question]].map((name) => {
        const rounds = at(latencies, question)[name] ?? [];
        const p = (share: number): Spread =>
          spread(rounds.map((calls) => percentile(calls, share)));
        return [
          `${titles[question]}: ${name}`,
          withSpread(p(0.5), ' ms'),
          withSpread(p(0.9), ' ms'),
          String(at(at(found, question), name)),
          name === OURS ? '' : withSpread(timesAsFastIn(at(latencies, question), name)),
        ];
      }),
    ),
  };
}

function throughputTable({ throughputs }: Measurements): Table {
  return {
    title: 'Throughput with every core at work',
    columns: ['', 'answers/s', 'ours answers … times as many'],
    rows: questions.flatMap((question) => {
      const rates = at(throughputs, question);
      return [ONE_WORKER, OURS, ...peersOf[question]].map((name) => [
        `${titles[question]}: ${name}`,
        withSpread(spread(rates[name] ?? [])),
        name === OURS ? '' : withSpread(ratio(rates[OURS] ?? [], rates[name] ?? [])),
      ]);
    }),
  };
}

function readingTable({ readings }: Measurements): Table {
  return {
    title: 'Text: lines not read to the letter',
    columns: ['', 'wrong', 'wrong when spaces do not count', 'of'],
    rows: [...readings].map(([name, { lines, wrong, wrongLetters }]) => [
      name,
      String(wrong),
      String(wrongLetters),
      String(lines),
    ]),
  };
}

function timingTable({ timings }: Measurements): Table {
  return {
    title: 'Where our time goes, per call',
    columns: ['', 'decode', 'session.run', 'the rest', 'latency / (decode + session.run)'],
    rows: questions.map((question) => {
      const { calls, decode, session, total } = at(timings, question);
      return [
        titles[question],
        `${figure(decode / calls)} ms`,
        `${figure(session / calls)} ms`,
        `${figure((total - decode - session) / calls)} ms`,
        figure(total / (decode + session)),
      ];
    }),
  };
}

function memoryTable({ memory }: Measurements, { warm, soak }: ServiceMemory): Table {
  const name = (contestant: string): string =>
    contestant === OURS ? `${OURS}, the engine alone with 1 worker` : contestant;
  return {
    title: 'Resident memory of a process',
    columns: ['', 'resident'],
    rows: [
      ['nomosly, the API process with 2 workers, every model warm', megabytes(warm)],
      ...(soak?.samples ?? []).map(({ requests, resident }) => [
        `nomosly, the API process after ${requests} requests`,
        megabytes(resident),
      ]),
      ...[OURS, ...peers].map((contestant) => [
        name(contestant),
        megabytes(at(memory, contestant)),
      ]),
    ],
  };
}

/** Passes of a peer over passes of ours, round by round. */
function timesAsFastIn(
  latencies: Readonly<Record<string, readonly (readonly number[])[]>>,
  peer: string,
): Spread {
  const passes = (name: string): number[] =>
    (latencies[name] ?? []).map((calls) => calls.reduce((sum, call) => sum + call, 0));
  return ratio(passes(peer), passes(OURS));
}

function timesAsFast({ latencies }: Measurements, question: Question, peer: string): Spread {
  return timesAsFastIn(at(latencies, question), peer);
}

function efficiency({ throughputs }: Measurements, question: Question): Spread {
  const rates = at(throughputs, question);
  const one = (rates[ONE_WORKER] ?? []).map((rate) => rate * cores);
  return ratio(rates[OURS] ?? [], one);
}

function at<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value {
  const value = map.get(key);
  if (value === undefined) throw new Error(`${String(key)} was not measured`);
  return value;
}
