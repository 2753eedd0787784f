import { type Scope } from '../api/schemas.js';
import {
  type Box,
  CompareAnswer,
  type Face,
  FacesAnswer,
  LabelsAnswer,
  type Point,
  TextAnswer,
} from './answers.js';

/** The form field of an image. */
export type Slot = 'image' | 'source' | 'target';

/** Something to draw over an image. */
export interface Shape {
  readonly id: string;
  readonly slot: Slot;
  /** Corners, in fractions of the image. */
  readonly outline: readonly Point[];
  readonly landmarks: readonly Point[];
  /** What stands at its corner. */
  readonly tag: string;
  /** Lesser ones are drawn thin, and their tag shows only when they are pointed at. */
  readonly lesser: boolean;
}

/** Something that was found, in words. */
export interface Finding {
  readonly id: string;
  readonly title: string;
  readonly confidence: number;
  readonly notes: readonly string[];
  /** What is drawn for it; it may be nothing, and it may be much. */
  readonly shapes: readonly string[];
  readonly parts: readonly {
    readonly id: string;
    readonly title: string;
    readonly shapes: readonly string[];
  }[];
}

export interface Findings {
  /** `2 faces` */
  readonly summary: string;
  readonly findings: readonly Finding[];
  readonly shapes: readonly Shape[];
}

/** What an operation's answer says. Throws a ZodError for one that is not of the contract. */
export function findingsOf(operation: Scope, answer: unknown): Findings {
  return readers[operation](answer);
}

const readers: Readonly<Record<Scope, (answer: unknown) => Findings>> = {
  'faces:detect'(answer) {
    const { faces } = FacesAnswer.parse(answer);
    return {
      summary: counted(faces.length, 'face', 'faces'),
      findings: faces.map((face, index) =>
        faceFinding(`face-${String(index)}`, `Face ${String(index + 1)}`, face),
      ),
      shapes: faces.map((face, index) =>
        faceShape(`face-${String(index)}`, 'image', String(index + 1), face),
      ),
    };
  },
  'faces:compare'(answer) {
    const { source, matches, unmatched } = CompareAnswer.parse(answer);
    return {
      summary: matches.length === 0 ? 'No match' : counted(matches.length, 'match', 'matches'),
      findings: [
        faceFinding('source', 'The face of the source', source),
        ...matches.map(({ similarity, face }, index) => {
          const finding = faceFinding(
            `match-${String(index)}`,
            `${percent(similarity)} alike`,
            face,
          );
          return { ...finding, notes: ['In the target', ...finding.notes] };
        }),
        ...unmatched.map((face, index) =>
          faceFinding(`unmatched-${String(index)}`, 'Another face of the target', face),
        ),
      ],
      shapes: [
        faceShape('source', 'source', 'Source', source),
        ...matches.map(({ similarity, face }, index) =>
          faceShape(`match-${String(index)}`, 'target', percent(similarity), face),
        ),
        ...unmatched.map((face, index) => ({
          ...faceShape(`unmatched-${String(index)}`, 'target', 'Other', face),
          landmarks: [],
          lesser: true,
        })),
      ],
    };
  },
  'labels:detect'(answer) {
    const { labels } = LabelsAnswer.parse(answer);
    const id = (label: number, instance: number): string =>
      `label-${String(label)}-${String(instance)}`;
    return {
      summary: counted(labels.length, 'label', 'labels'),
      findings: labels.map(({ name, confidence, parents, instances }, index) => ({
        id: `label-${String(index)}`,
        title: name,
        confidence,
        notes: [
          ...(parents.length > 0 ? [parents.join(', ')] : []),
          ...(instances.length > 1 ? [`${String(instances.length)} of them`] : []),
        ],
        shapes: instances.map((_, instance) => id(index, instance)),
        parts: [],
      })),
      shapes: labels.flatMap(({ name, instances }, index) =>
        instances.map(({ boundingBox }, instance) => ({
          id: id(index, instance),
          slot: 'image' as const,
          outline: corners(boundingBox),
          landmarks: [],
          tag: name,
          lesser: false,
        })),
      ),
    };
  },
  'text:detect'(answer) {
    const { texts } = TextAnswer.parse(answer);
    const id = (of: number): string => `text-${String(of)}`;
    const lines = texts.filter(({ type }) => type === 'line');
    return {
      summary: counted(lines.length, 'line', 'lines'),
      findings: lines.map((line) => ({
        id: id(line.id),
        title: line.text,
        confidence: line.confidence,
        notes: [],
        shapes: [id(line.id)],
        parts: texts
          .filter(({ parentId }) => parentId === line.id)
          .map((word) => ({ id: id(word.id), title: word.text, shapes: [id(word.id)] })),
      })),
      shapes: texts.map(({ id: of, type, text, polygon }) => ({
        id: id(of),
        slot: 'image',
        outline: polygon,
        landmarks: [],
        tag: text,
        lesser: type === 'word',
      })),
    };
  },
};

/** `97.3 %` */
export const percent = (value: number): string => `${value.toFixed(1)} %`;

const counted = (count: number, one: string, many: string): string =>
  `${count === 0 ? 'No' : String(count)} ${count === 1 ? one : many}`;

const degrees = (value: number): string => `${value.toFixed(0)}°`;

function faceFinding(id: string, title: string, face: Face): Finding {
  const { pose, quality } = face;
  return {
    id,
    title,
    confidence: face.confidence,
    notes: [
      `roll ${degrees(pose.roll)}, yaw ${degrees(pose.yaw)}, pitch ${degrees(pose.pitch)}`,
      `brightness ${quality.brightness.toFixed(0)}, sharpness ${quality.sharpness.toFixed(0)}`,
    ],
    shapes: [id],
    parts: [],
  };
}

function faceShape(id: string, slot: Slot, tag: string, face: Face): Shape {
  return {
    id,
    slot,
    outline: corners(face.boundingBox),
    landmarks: face.landmarks,
    tag,
    lesser: false,
  };
}

function corners({ left, top, width, height }: Box): Point[] {
  return [
    { x: left, y: top },
    { x: left + width, y: top },
    { x: left + width, y: top + height },
    { x: left, y: top + height },
  ];
}
