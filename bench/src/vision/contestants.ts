import { availableParallelism } from 'node:os';
import { Child } from '../frame/child.ts';
import type { EngineViewer, Viewer } from './contenders/contract.ts';
import type { EngineSetup } from './contenders/engine.ts';
import type { OcrNodeSetup } from './contenders/ocr-node.ts';
import type { Material, Question } from './material.ts';

export const OURS = 'nomosly';
export const HUMAN = '@vladmandic/human';
export const TESSERACT = 'tesseract.js';
export const OCR_NODE = '@gutenye/ocr-node';
export const OCR_NODE_ONE = '@gutenye/ocr-node, 1 thread';

export const peers = [HUMAN, OCR_NODE, OCR_NODE_ONE, TESSERACT] as const;
export type Peer = (typeof peers)[number];
export type Contestant = typeof OURS | Peer;

export const questions: readonly Question[] = ['faces', 'compare', 'labels', 'text'];

/** Who answers a question beside us. */
export const peersOf: Readonly<Record<Question, readonly Peer[]>> = {
  faces: [HUMAN],
  compare: [HUMAN],
  labels: [HUMAN],
  text: [OCR_NODE, OCR_NODE_ONE, TESSERACT],
};

export const cores = availableParallelism();

/** Processes that a peer needs before every core has work: one where it threads by itself. */
export function processesOf(peer: Peer): number {
  return peer === OCR_NODE ? 1 : cores;
}

const script = (name: string): URL => new URL(`contenders/${name}.ts`, import.meta.url);

/** Starts our engine in a process of its own, ready when its models are warm. */
export function startEngine(setup: EngineSetup): Promise<Child<EngineViewer>> {
  return Child.start(`${OURS} with ${setup.workers} workers`, script('engine'), setup);
}

/** Starts a peer in a process of its own, its models loaded. */
export function startPeer(peer: Peer, shown: Material): Promise<Child<Viewer>> {
  switch (peer) {
    case HUMAN:
      return Child.start(peer, script('human'), shown);
    case TESSERACT:
      return Child.start(peer, script('tesseract'), shown);
    case OCR_NODE:
      return Child.start(peer, script('ocr-node'), shown satisfies OcrNodeSetup);
    case OCR_NODE_ONE:
      return Child.start(peer, script('ocr-node'), {
        ...shown,
        threads: 1,
      } satisfies OcrNodeSetup);
  }
}
