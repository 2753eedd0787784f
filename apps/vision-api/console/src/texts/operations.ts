import { type Scope } from '../api/schemas.js';

interface OperationText {
  readonly label: string;
  /** What it answers, in one line. */
  readonly hint: string;
  /** Below `/v1` and below the playground. */
  readonly path: string;
  /** Its colour in charts, by a name of `charts.css`. */
  readonly color: string;
}

export const operations: Readonly<Record<Scope, OperationText>> = {
  'faces:detect': {
    label: 'Detect faces',
    hint: 'Boxes, landmarks, pose and quality',
    path: 'faces/detect',
    color: 'var(--console-faces)',
  },
  'faces:compare': {
    label: 'Compare faces',
    hint: 'How alike two faces are',
    path: 'faces/compare',
    color: 'var(--console-compare)',
  },
  'labels:detect': {
    label: 'Detect labels',
    hint: 'What is in the picture, and where',
    path: 'labels/detect',
    color: 'var(--console-labels)',
  },
  'text:detect': {
    label: 'Read text',
    hint: 'Lines and words with their outlines',
    path: 'text/detect',
    color: 'var(--console-text)',
  },
};

/** What an operation is called; one that this page does not know yet, by its own name. */
export function operationLabel(operation: string): string {
  return (
    Object.entries(operations).find(([scope]) => scope === operation)?.[1].label ?? operation
  );
}
