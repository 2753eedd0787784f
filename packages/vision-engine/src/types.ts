/**
 * What the engine answers. All coordinates are fractions (0..1) of the upright image, that
 * is, after its EXIF orientation has been applied; all confidences are 0..100; angles are
 * degrees. The shapes follow those of Amazon Rekognition in camelCase.
 */

/** A position as fractions of the image's width and height. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** An axis-parallel box as fractions of the image's width and height. */
export interface BoundingBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Size in pixels of the upright image, as sent (before the engine shrinks its own copy). */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Names of facial landmarks; "left" and "right" are as seen by the viewer. */
export type LandmarkType =
  | 'eyeLeft'
  | 'eyeRight'
  | 'mouthLeft'
  | 'mouthRight'
  | 'nose'
  | 'leftEyeBrowLeft'
  | 'leftEyeBrowRight'
  | 'leftEyeBrowUp'
  | 'rightEyeBrowLeft'
  | 'rightEyeBrowRight'
  | 'rightEyeBrowUp'
  | 'leftEyeLeft'
  | 'leftEyeRight'
  | 'leftEyeUp'
  | 'leftEyeDown'
  | 'rightEyeLeft'
  | 'rightEyeRight'
  | 'rightEyeUp'
  | 'rightEyeDown'
  | 'noseLeft'
  | 'noseRight'
  | 'mouthUp'
  | 'mouthDown'
  | 'leftPupil'
  | 'rightPupil'
  | 'upperJawlineLeft'
  | 'midJawlineLeft'
  | 'chinBottom'
  | 'midJawlineRight'
  | 'upperJawlineRight';

/** One point of a face. */
export interface Landmark extends Point {
  readonly type: LandmarkType;
}

/** Where a head points, in degrees, each in -180..180. */
export interface Pose {
  readonly roll: number;
  readonly yaw: number;
  readonly pitch: number;
}

/** How well a face can be seen; both 0..100. */
export interface FaceQuality {
  readonly brightness: number;
  readonly sharpness: number;
}

/** A detected face. */
export interface Face {
  readonly boundingBox: BoundingBox;
  readonly confidence: number;
  readonly landmarks: readonly Landmark[];
  readonly pose: Pose;
  readonly quality: FaceQuality;
}

/** Answer of `detectFaces`: the faces, largest first. */
export interface FaceDetection {
  readonly faces: readonly Face[];
  readonly image: ImageSize;
}

/** A face of the target that is similar enough to the source's. */
export interface FaceMatch {
  /** 0..100. */
  readonly similarity: number;
  readonly face: Face;
}

/** Answer of `compareFaces`. */
export interface FaceComparison {
  /** The largest face of the source image. */
  readonly source: Face;
  /** Faces of the target at or above the threshold, most similar first. */
  readonly matches: readonly FaceMatch[];
  /** The target's other faces. */
  readonly unmatched: readonly Face[];
}

/** One object of a label, where it could be located. */
export interface LabelInstance {
  readonly boundingBox: BoundingBox;
  readonly confidence: number;
}

/** Something the image shows. */
export interface Label {
  readonly name: string;
  readonly confidence: number;
  /** Names of the broader labels this one belongs to, nearest first. */
  readonly parents: readonly string[];
  readonly categories: readonly string[];
  /** Other names for the same thing. */
  readonly aliases: readonly string[];
  /** The objects of this very name; empty for a label that only follows from another. */
  readonly instances: readonly LabelInstance[];
}

/** Answer of `detectLabels`: labels by falling confidence. */
export interface LabelDetection {
  readonly labels: readonly Label[];
  readonly image: ImageSize;
}

/** A line of text, or a word of one. */
export interface TextDetection {
  /** 0, 1, 2 … within one answer: every line first, then every word. */
  readonly id: number;
  readonly type: 'line' | 'word';
  readonly text: string;
  readonly confidence: number;
  /** The id of the line a word belongs to; null for a line. */
  readonly parentId: number | null;
  readonly boundingBox: BoundingBox;
  /** Corners in reading direction: top left, top right, bottom right, bottom left of the text. */
  readonly polygon: readonly Point[];
}

/** Answer of `detectText`, in reading order. */
export interface TextDetections {
  readonly texts: readonly TextDetection[];
  readonly image: ImageSize;
}

/** The four questions the engine answers. */
export type Operation = 'detectFaces' | 'compareFaces' | 'detectLabels' | 'detectText';

/** What every call may carry. */
export interface CallOptions {
  /**
   * Withdraws the call. Queued work is never started; work that runs ends unheard. The promise
   * rejects with the signal's reason either way.
   */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds from the call to its answer, waiting included; the engine's own by default. */
  readonly deadlineMs?: number | undefined;
}

export type DetectFacesOptions = CallOptions;

export interface CompareFacesOptions extends CallOptions {
  /** 0..100, 80 by default: least similarity of a match. */
  readonly similarityThreshold?: number | undefined;
}

export interface DetectLabelsOptions extends CallOptions {
  /** 0..100, 55 by default. */
  readonly minConfidence?: number | undefined;
  /** At least 1: keep only so many, the most confident. All by default. */
  readonly maxLabels?: number | undefined;
}

export interface DetectTextOptions extends CallOptions {
  /** 0..100, 50 by default: lines and words below it are left out. */
  readonly minConfidence?: number | undefined;
}

/** Where the engine's own remarks go. It never passes image content. */
export interface VisionLogger {
  info(details: Readonly<Record<string, string | number | boolean>>, message: string): void;
  warn(details: Readonly<Record<string, string | number | boolean>>, message: string): void;
}

/** Sums over the finished calls of one operation, in milliseconds. */
export interface OperationStats {
  readonly completed: number;
  /** Accepted, and answered with an error, whatever the reason. */
  readonly failed: number;
  /** Turning bytes into pixels. */
  readonly decodeMs: number;
  /** Inside `session.run` of ONNX Runtime. */
  readonly sessionMs: number;
  /** From taking the job up in a worker to its answer: decode, sessions and everything between. */
  readonly workMs: number;
  /** From the call to the answer: queue, transfer and work. */
  readonly totalMs: number;
}

/** A look at the engine; counters grow from its start. */
export interface EngineStats {
  readonly workers: number;
  readonly readyWorkers: number;
  readonly busyWorkers: number;
  readonly queued: number;
  readonly queueLimit: number;
  /** Workers that died and were replaced. */
  readonly restarts: number;
  /** Calls turned away because the queue was full. */
  readonly rejected: number;
  /** Calls whose deadline passed, waiting or running. */
  readonly expired: number;
  readonly operations: Readonly<Record<Operation, OperationStats>>;
}
