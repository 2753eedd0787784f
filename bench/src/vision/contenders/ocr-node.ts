import { loadPeer } from '../../frame/peers.ts';
import { serve } from '../../frame/serve.ts';
import type { Material } from '../material.ts';
import type { Viewer } from './contract.ts';
import { at, viewer } from './viewer.ts';

export interface OcrNodeSetup extends Material {
  /** Threads that one call may use; by default all cores. */
  readonly threads?: number;
}

interface Ocr {
  detect(path: string): Promise<{ text: string }[]>;
}

/** @gutenye/ocr-node: the same PP-OCRv4 weights on the same ONNX Runtime as ours. */
serve<OcrNodeSetup, Viewer>(async ({ threads, ...material }) => {
  const { default: Ocr } = await loadPeer<{
    default: { create(options: object): Promise<Ocr> };
  }>('@gutenye/ocr-node');
  const ocr = await Ocr.create(
    threads === undefined ? {} : { onnxOptions: { intraOpNumThreads: threads } },
  );
  const read = async (page: number): Promise<string[]> =>
    (await ocr.detect(at(material.pages, page).path)).map(({ text }) => text);
  return { methods: viewer(material, { text: read }, read) };
});
