import { type ErrorData } from '../error-data.js';
import {
  type FaceComparison,
  type FaceDetection,
  type LabelDetection,
  type TextDetections,
} from '../../types.js';
import { type ImageLimits } from '../image/decode.js';

/** What a worker is told when it starts. */
export interface WorkerSettings {
  readonly limits: ImageLimits;
}

/** The jobs of a worker. Options are checked and complete: the calling thread has seen to it. */
export type JobRequest =
  | { readonly operation: 'detectFaces'; readonly image: Uint8Array }
  | {
      readonly operation: 'compareFaces';
      readonly source: Uint8Array;
      readonly target: Uint8Array;
      readonly similarityThreshold: number;
    }
  | {
      readonly operation: 'detectLabels';
      readonly image: Uint8Array;
      readonly minConfidence: number;
      readonly maxLabels: number;
    }
  | {
      readonly operation: 'detectText';
      readonly image: Uint8Array;
      readonly minConfidence: number;
    };

/** What each operation answers. */
export interface Answers {
  readonly detectFaces: FaceDetection;
  readonly compareFaces: FaceComparison;
  readonly detectLabels: LabelDetection;
  readonly detectText: TextDetections;
}

/** Where the time of a job went, in milliseconds; see `OperationStats`. */
export interface JobTimings {
  readonly decodeMs: number;
  readonly sessionMs: number;
  readonly workMs: number;
}

/** A worker's reply to a job. */
export type JobReply =
  | { readonly answer: Answers[keyof Answers]; readonly timings: JobTimings }
  | { readonly error: ErrorData; readonly timings: JobTimings };
