import { type Scope } from '../api/schemas.js';
import { type Slot } from './findings.js';

/** The option of an operation that the playground lets one turn. */
export interface PlaygroundOption {
  readonly field: string;
  readonly label: string;
  /** The service's own default. */
  readonly initial: number;
}

export const options: Readonly<Record<Scope, PlaygroundOption | undefined>> = {
  'faces:detect': undefined,
  'faces:compare': { field: 'similarityThreshold', label: 'Least similarity', initial: 80 },
  'labels:detect': { field: 'minConfidence', label: 'Least confidence', initial: 55 },
  'text:detect': { field: 'minConfidence', label: 'Least confidence', initial: 50 },
};

/** The images that an operation takes. */
export const slots: Readonly<
  Record<Scope, readonly { readonly slot: Slot; readonly label: string }[]>
> = {
  'faces:detect': [{ slot: 'image', label: 'Image' }],
  'faces:compare': [
    { slot: 'source', label: 'Source' },
    { slot: 'target', label: 'Target' },
  ],
  'labels:detect': [{ slot: 'image', label: 'Image' }],
  'text:detect': [{ slot: 'image', label: 'Image' }],
};
